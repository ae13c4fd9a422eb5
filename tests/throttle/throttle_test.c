// SPDX-License-Identifier: ISC
/* auth/throttle.h: what a failure is charged to, which requests wait, what is forgotten. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "auth/throttle.h"
#include "auth/throttle_admin.h"
#include "service/ask.h"
#include "test.h"

/* One guess of a story; right ones are marked. */
struct row {
	const char *row;
	enum guess_kind kind;
	const char *source, *name, *secret;
	int64_t at_ms;			/* after NOW_MS */
	int want;			/* V_WRONG_CREDENTIAL, V_THROTTLED, 0 for a right one that got in */
	bool right;			/* is the secret the right one? */
	int64_t wait_s;
};

#define HOME	"192.0.2.1"
#define OFFICE	"192.0.2.2"
#define EVIL	"198.51.100.7"

#define WRONG	V_WRONG_CREDENTIAL
#define WAIT	V_THROTTLED

static int
guess(struct throttle *th, struct guess *g, bool right, int64_t now_ms)
{
	int r;

	r = throttle_look(th, g, now_ms);
	if (!r)
		r = throttle_enter(th, g, now_ms);
	if (r || g->kind == GUESS_TOKEN)
		return r ? r : V_WRONG_CREDENTIAL;
	return throttle_leave(th, g, right ? 0 : V_WRONG_CREDENTIAL, now_ms);
}

static void
tell(struct throttle *th, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		struct guess g = { .kind = row->kind, .source = row->source, .name = row->name,
			.secret = row->secret, .secret_len = strlen(row->secret) };

		EXPECT_VERDICT(row->row, guess(th, &g, row->right, NOW_MS + row->at_ms), row->want);
		if (row->wait_s)
			EXPECT_INT(row->row, g.wait_s, row->wait_s);
	}
}

#define TELL(th, rows) tell(th, rows, NELEM(rows))

static struct throttle *
start(struct box *box)
{
	box_open_guarded(box, test_directory());
	return box->auth->throttle;
}

/* count wrong guesses, all different. */
static void
fail(struct box *box, const char *source, const char *name, int count, int64_t now_ms)
{
	static int number;

	for (int i = 0; i < count; i++) {
		const char *secret = arena_printf(&box->mem, "wrong %d", number++);
		struct guess g = { .kind = GUESS_PASSWORD, .source = source, .name = name,
			.secret = secret, .secret_len = strlen(secret) };

		EXPECT_INT(name, guess(box->auth->throttle, &g, false, now_ms), WRONG);
	}
}

#define P GUESS_PASSWORD
#define H GUESS_HA1B
#define T GUESS_TOKEN

static void
accounts(void)
{
	static const struct row rows[] = {
		{ "one",          P, EVIL,   ALICE, "1", 0, .want = WRONG },
		{ "two",          P, OFFICE, ALICE, "2", 0, .want = WRONG },
		{ "three",        P, EVIL,   ALICE, "3", 0, .want = WRONG },
		{ "four",         P, OFFICE, "ALICE@example.com", "4", 0, .want = WRONG },
		{ "five",         P, EVIL,   ALICE, "5", 0, .want = WRONG },
		{ "six",          P, EVIL,   ALICE, "6", 0, .want = WAIT, .wait_s = 1 },
		{ "from elsewhere", P, OFFICE, ALICE, "6", 0, .want = WAIT, .wait_s = 1 },
		{ "even the right one", P, HOME, ALICE, "right", 0, .want = WAIT, .right = true,
		    .wait_s = 1 },
		{ "waiting is no failure", P, EVIL, ALICE, "6", 999, .want = WAIT, .wait_s = 1 },
		{ "after a second", P, EVIL, ALICE, "6", 1000, .want = WRONG },
		{ "two seconds",  P, EVIL,   ALICE, "7", 1000, .want = WAIT, .wait_s = 2 },
		{ "rounded up",   P, EVIL,   ALICE, "7", 2500, .want = WAIT, .wait_s = 1 },
		{ "after them",   P, EVIL,   ALICE, "7", 3000, .want = WRONG },
		{ "four seconds", P, EVIL,   ALICE, "8", 3000, .want = WAIT, .wait_s = 4 },
		{ "another account", P, EVIL, BOB,  "8", 3000, .want = WRONG },
		{ "the right one", P, HOME,  ALICE, "right", 7000, .want = 0, .right = true },
		{ "does not help others", P, EVIL, ALICE, "8", 6999, .want = WAIT, .wait_s = 1 },
		{ "who go on where they were", P, EVIL, ALICE, "8", 7000, .want = WRONG },
		{ "with eight seconds", P, OFFICE, ALICE, "9", 7000, .want = WAIT, .wait_s = 8 },
		{ "while home is its own", P, HOME, ALICE, "typo", 7000, .want = WRONG },
		{ "and gets in", P, HOME, ALICE, "right", 7000, .want = 0, .right = true },
	};
	struct box box;

	TELL(start(&box), rows);
	box_close(&box);
}

static void
nobodies(void)
{
	static const struct row rows[] = {
		{ "one",   P, EVIL, "nobody@example.com", "1", 0, .want = WRONG },
		{ "two",   P, EVIL, "nobody@example.com", "2", 0, .want = WRONG },
		{ "three", P, EVIL, "nobody@example.com", "3", 0, .want = WRONG },
		{ "four",  P, EVIL, "nobody@example.com", "4", 0, .want = WRONG },
		{ "five",  P, EVIL, "nobody@example.com", "5", 0, .want = WRONG },
		{ "as for somebody", P, EVIL, "nobody@example.com", "6", 0, .want = WAIT,
		    .wait_s = 1 },
		{ "no name at all", P, EVIL, "", "1", 0, .want = WRONG },
	};
	struct box box;

	TELL(start(&box), rows);
	box_close(&box);
}

static void
repetitions(void)
{
	static const struct row rows[] = {
		{ "wrong",     P, HOME, ALICE, "stale", 0, .want = WRONG },
		{ "again",     P, HOME, ALICE, "stale", 0, .want = WRONG },
		{ "again",     P, HOME, ALICE, "stale", 0, .want = WRONG },
		{ "again",     P, HOME, ALICE, "stale", 0, .want = WRONG },
		{ "again",     P, HOME, ALICE, "stale", 0, .want = WRONG },
		{ "again",     P, HOME, ALICE, "stale", 0, .want = WRONG },
		{ "again",     P, OFFICE, ALICE, "stale", 0, .want = WRONG },
		{ "two devices", P, HOME, ALICE, "stale too", 0, .want = WRONG },
		{ "in turn",   P, HOME, ALICE, "stale", 0, .want = WRONG },
		{ "in turn",   P, HOME, ALICE, "stale too", 0, .want = WRONG },
		{ "in turn",   P, HOME, ALICE, "stale", 0, .want = WRONG },
		{ "three",     P, HOME, ALICE, "3", 0, .want = WRONG },
		{ "four",      P, HOME, ALICE, "4", 0, .want = WRONG },
		{ "five",      P, HOME, ALICE, "5", 0, .want = WRONG },
		{ "now it waits too", P, HOME, ALICE, "stale", 0, .want = WAIT, .wait_s = 1 },
		{ "and then makes it no worse", P, HOME, ALICE, "stale", 1000, .want = WRONG },
		{ "at all",    P, HOME, ALICE, "stale", 1000, .want = WRONG },
		{ "the same for another is a guess", P, HOME, BOB, "stale", 1000, .want = WRONG },
		{ "so is another", P, HOME, ALICE, "6", 1000, .want = WRONG },
		{ "which doubles", P, HOME, ALICE, "7", 1000, .want = WAIT, .wait_s = 2 },
	};
	struct box box;

	TELL(start(&box), rows);
	box_close(&box);
}

static void
sources(void)
{
	static const struct row rows[] = {
		{ "thirty are used up", P, EVIL, BOB, "x", 0, .want = WAIT, .wait_s = 1 },
		{ "for everybody", P, EVIL, ALICE, "right", 0, .want = WAIT, .right = true },
		{ "HA1B too",  H, EVIL, NULL, "x", 0, .want = WAIT },
		{ "tokens too", T, EVIL, NULL, "x", 0, .want = WAIT },
		{ "not elsewhere", P, HOME, BOB, "x", 0, .want = WRONG },
		{ "after a second", H, EVIL, NULL, "x", 1000, .want = WRONG },
		{ "two seconds", H, EVIL, NULL, "y", 1000, .want = WAIT, .wait_s = 2 },
	};
	static const struct row sites[] = {
		{ "the same /64", P, "2001:db8:0:1:ffff::2", BOB, "x", 0, .want = WAIT,
		    .wait_s = 1 },
		{ "the next /64", P, "2001:db8:0:2::1", BOB, "y", 0, .want = WRONG },
		{ "no address at all", P, "unix:", BOB, "z", 0, .want = WRONG },
		{ "a neighbour, whatever the link is called", T, "fe80::1%eth1", NULL, "z", 0,
		    .want = WAIT, .wait_s = 1 },
		{ "another neighbour", T, "fe80::2%eth0", NULL, "z", 0, .want = WRONG },
	};
	struct box box;

	start(&box);
	for (int i = 0; i < 30; i++) {
		fail(&box, EVIL, arena_printf(&box.mem, "user%d@example.com", i), 1, NOW_MS);
		fail(&box, "2001:db8:0:1::1", arena_printf(&box.mem, "user%d@example.com", i), 1,
		    NOW_MS);
		fail(&box, "fe80::1%eth0", arena_printf(&box.mem, "person%d@example.com", i), 1,
		    NOW_MS);
	}
	TELL(box.auth->throttle, rows);
	TELL(box.auth->throttle, sites);
	box_close(&box);
}

/* count failures from as many /64, each for another name, that begin with prefix. */
static void
fail_around(struct box *box, const char *prefix, int first, int count)
{
	for (int i = first; i < first + count; i++)
		fail(box, arena_printf(&box->mem, "%s%x::1", prefix, i),
		    arena_printf(&box->mem, "user%d@%s", i, prefix), 1, NOW_MS);
}

/* Many addresses help little: their networks have allowances too. */
static void
networks(void)
{
	static const struct row site[] = {
		{ "a new address there", P, "2001:db8:1:2ff::1", BOB, "x", 0, .want = WAIT,
		    .wait_s = 1 },
		{ "the next /56", P, "2001:db8:1:300::1", BOB, "x", 0, .want = WRONG },
	}, network[] = {
		{ "a new /56 there", P, "2001:db8:1:ff00::1", BOB, "y", 0, .want = WAIT,
		    .wait_s = 1 },
		{ "the next /48", P, "2001:db8:2::1", BOB, "y", 0, .want = WRONG },
	}, later[] = {
		{ "forgiven sooner than an address", P, "2001:db8:1:2ff::1", BOB, "z", 225 * SECOND,
		    .want = WRONG },
	};
	struct box box;
	struct throttle_entry *entries;
	struct throttle *th = start(&box);
	size_t count, dropped, wide = 0;

	fail_around(&box, "2001:db8:1:2", 16, 120);
	TELL(th, site);
	for (int i = 3; i < 7; i++)
		fail_around(&box, arena_printf(&box.mem, "2001:db8:1:%d", i), 16, 89);
	fail_around(&box, "2001:db8:1:7", 16, 3);	/* with "the next /56" that makes 480 */
	TELL(th, network);
	EXPECT_VERDICT("list", throttle_list(th, &box.mem, NOW_MS, &entries, &count), 0);
	for (size_t i = 0; i < count; i++) {
		if (entries[i].kind == COUNT_NETWORK && entries[i].failures == 480) {
			wide++;
			EXPECT_STRING("called", throttle_source_text(&box.mem, &entries[i]),
			    "2001:db8:1::/48");
		}
	}
	EXPECT_INT("one of them", (int64_t)wide, 1);
	TELL(th, later);
	EXPECT_VERDICT("clear", throttle_clear(th, NULL, "2001:db8:1:ff00::1", NOW_MS, &dropped),
	    0);
	EXPECT_INT("what it waited for", (int64_t)dropped, 1);
	box_close(&box);
}

/* What cannot be read as an address is one source, and not a way around the count. */
static void
strange_sources(void)
{
	static const struct row rows[] = {
		{ "empty", T, "", NULL, "x", 0, .want = WAIT, .wait_s = 1 },
		{ "junk", T, "192.0.2.1 ", NULL, "x", 0, .want = WAIT, .wait_s = 1 },
	};
	struct box box;

	start(&box);
	for (int i = 0; i < 30; i++)
		fail(&box, "junk", arena_printf(&box.mem, "user%d@example.com", i), 1, NOW_MS);
	TELL(box.auth->throttle, rows);
	box_close(&box);
}

/* Failures on behalf of a user do not lock that user out where the user is known. */
static void
pairs(void)
{
	static const struct row rows[] = {
		{ "log in",       P, HOME, ALICE, "right", 0, .want = 0, .right = true },
	};
	static const struct row later[] = {
		{ "the others wait", P, EVIL, ALICE, "x", 0, .want = WAIT },
		{ "she does not", P, HOME, ALICE, "right", 0, .want = 0, .right = true },
		{ "nor after an address that waits", T, HOME, NULL, "x", 0, .want = WAIT },
		{ "her own typo", P, HOME, ALICE, "1", 0, .want = WRONG },
		{ "two",          P, HOME, ALICE, "2", 0, .want = WRONG },
		{ "three",        P, HOME, ALICE, "3", 0, .want = WRONG },
		{ "four",         P, HOME, ALICE, "4", 0, .want = WRONG },
		{ "in again",     P, HOME, ALICE, "right", 0, .want = 0, .right = true },
		{ "starts anew",  P, HOME, ALICE, "5", 0, .want = WRONG },
		{ "two",          P, HOME, ALICE, "6", 0, .want = WRONG },
		{ "three",        P, HOME, ALICE, "7", 0, .want = WRONG },
		{ "four",         P, HOME, ALICE, "8", 0, .want = WRONG },
		{ "five",         P, HOME, ALICE, "9", 0, .want = WRONG },
		{ "has a wait of its own", P, HOME, ALICE, "right", 0, .want = WAIT, .right = true,
		    .wait_s = 1 },
		{ "others have theirs", P, OFFICE, ALICE, "right", 0, .want = WAIT, .right = true },
		{ "known for 30 days", P, HOME, ALICE, "right", 30 * DAY - 1, .want = 0,
		    .right = true },
	};
	static const struct row too_late[] = {
		{ "not for longer", P, HOME, ALICE, "right", 61 * DAY, .want = WAIT,
		    .right = true },
	};
	struct box box;
	struct throttle *th = start(&box);

	TELL(th, rows);
	fail(&box, EVIL, ALICE, 5, NOW_MS);
	for (int i = 0; i < 30; i++)
		fail(&box, HOME, arena_printf(&box.mem, "user%d@example.com", i), 1, NOW_MS);
	TELL(th, later);
	fail(&box, EVIL, ALICE, 5, NOW_MS + 61 * DAY);
	TELL(th, too_late);
	box_close(&box);
}

/* Sixteen addresses of each user are known; a further one replaces that user's oldest. */
static void
many_places(void)
{
	struct box box;
	struct throttle *th = start(&box);
	struct row row = { "log in", P, HOME, BOB, "right", 0, .want = 0, .right = true };

	tell(th, &row, 1);
	row.name = ALICE;
	for (int i = 0; i < 17; i++) {
		row.source = arena_printf(&box.mem, "192.0.2.%d", i + 1);
		row.at_ms = i;
		tell(th, &row, 1);
	}
	fail(&box, EVIL, ALICE, 5, NOW_MS + 17);
	fail(&box, EVIL, BOB, 5, NOW_MS + 17);
	row.at_ms = 17;
	tell(th, &row, 1);
	row.source = HOME;
	row.row = "the oldest is unknown";
	row.want = V_THROTTLED;
	tell(th, &row, 1);
	row.row = "another user's is not";
	row.name = BOB;
	row.want = 0;
	tell(th, &row, 1);
	box_close(&box);
}

static void
ha1b_budget(void)
{
	struct box box;
	struct throttle *th = start(&box);
	struct row known = { "a right one", H, HOME, NULL, "right", 0, .want = 0, .right = true };
	struct row wrong = { "within", H, NULL, NULL, NULL, 0, .want = WRONG };
	static const struct row rows[] = {
		{ "used up", H, "203.0.113.1", NULL, "x", 0, .want = WAIT, .wait_s = 1 },
		{ "right ones too", H, OFFICE, NULL, "right", 0, .want = WAIT, .right = true },
		{ "not where one was right", H, HOME, NULL, "right", 0, .want = 0, .right = true },
		{ "wrong ones from there too", H, HOME, NULL, "x", 0, .want = WRONG },
		{ "no matter for passwords", P, OFFICE, ALICE, "x", 0, .want = WRONG },
		{ "nor for tokens", T, "203.0.113.1", NULL, "x", 0, .want = WRONG },
		{ "the next second", H, "203.0.113.1", NULL, "y", 1000, .want = WRONG },
	};

	tell(th, &known, 1);
	for (int i = 0; i < 20; i++) {
		wrong.source = arena_printf(&box.mem, "198.51.100.%d", i);
		wrong.secret = arena_printf(&box.mem, "wrong %d", i);
		tell(th, &wrong, 1);
		if (i < 19)
			tell(th, &wrong, 1);	/* a repetition costs nothing */
	}
	TELL(th, rows);
	box_close(&box);
}

static void
exemptions(void)
{
	static const char *networks[] = { "198.51.100.0/24", "2001:db8::/32" };
	static const struct row rows[] = {
		{ "not the others", P, HOME, ALICE, "right", 0, .want = 0, .right = true },
		{ "exempt", T, EVIL, NULL, "x", 0, .want = WRONG },
		{ "within IPv6", H, "::ffff:198.51.100.1", NULL, "x", 0, .want = WRONG },
	};
	struct box box;
	struct throttle *th;

	box_open_guarded(&box, test_directory());
	box.conf->throttle_exempt = (struct conf_list){ networks, NELEM(networks) };
	box_reopen(&box);
	th = box.auth->throttle;
	fail(&box, EVIL, ALICE, 50, NOW_MS);
	fail(&box, "2001:db8:1::1", ALICE, 50, NOW_MS);
	TELL(th, rows);
	fail(&box, "127.0.0.1", ALICE, 5, NOW_MS);
	EXPECT_INT("loopback is not", throttle_look(th, &(struct guess){ .kind = P,
	    .source = "127.0.0.1", .name = ALICE, .secret = "x", .secret_len = 1 }, NOW_MS), WAIT);
	box_close(&box);
}

/* Many guesses at once get no further than one after the other. */
static void
at_once(void)
{
	struct box box;
	struct throttle *th = start(&box);
	struct guess guesses[8];
	static const int want[8] = { 0, 0, 0, 0, 0, V_THROTTLED, V_THROTTLED, V_THROTTLED };

	for (int i = 0; i < 8; i++) {
		guesses[i] = (struct guess){ .kind = P, .source = i == 2 ? HOME : EVIL,
		    .name = ALICE,
		    .secret = arena_printf(&box.mem, "%d", i), .secret_len = 1 };
		EXPECT_VERDICT("none is refused yet", throttle_look(th, &guesses[i], NOW_MS), 0);
	}
	for (int i = 0; i < 8; i++)
		EXPECT_INT("five of them", throttle_enter(th, &guesses[i], NOW_MS), want[i]);
	EXPECT_VERDICT("one was right", throttle_leave(th, &guesses[2], 0, NOW_MS), 0);
	EXPECT_VERDICT("one was not looked at", throttle_leave(th, &guesses[3], V_UNAVAILABLE,
	    NOW_MS), V_UNAVAILABLE);
	EXPECT_VERDICT("nor one", throttle_leave(th, &guesses[4], -EIO, NOW_MS), -EIO);
	fail(&box, EVIL, ALICE, 3, NOW_MS);
	EXPECT_VERDICT("back to five", throttle_look(th, &guesses[6], NOW_MS), V_THROTTLED);
	box_close(&box);
}

static void
list_and_clear(void)
{
	struct box box;
	struct throttle *th = start(&box);
	struct throttle_entry *entries;
	struct row in = { "log in", P, HOME, ALICE, "right", 0, .want = 0, .right = true };
	size_t count, dropped;

	tell(th, &in, 1);
	fail(&box, HOME, ALICE, 2, NOW_MS);
	fail(&box, EVIL, ALICE, 5, NOW_MS);
	fail(&box, EVIL, BOB, 1, NOW_MS);
	EXPECT_VERDICT("list", throttle_list(th, &box.mem, NOW_MS, &entries, &count), 0);
	EXPECT_INT("two accounts, a pair, two sources", (int64_t)count, 5);
	EXPECT_VERDICT("no address", throttle_clear(th, NULL, "home", NOW_MS, &dropped),
	    V_MALFORMED);
	EXPECT_VERDICT("an account", throttle_clear(th, "Alice@Example.com", NULL, NOW_MS,
	    &dropped), 0);
	EXPECT_INT("and its pair", (int64_t)dropped, 2);
	fail(&box, EVIL, ALICE, 5, NOW_MS);
	EXPECT_VERDICT("a source", throttle_clear(th, NULL, EVIL, NOW_MS, &dropped), 0);
	EXPECT_INT("alone", (int64_t)dropped, 1);
	EXPECT_VERDICT("nobody", throttle_clear(th, "nobody@example.com", NULL, NOW_MS, &dropped),
	    0);
	EXPECT_INT("none", (int64_t)dropped, 0);
	EXPECT_VERDICT("all", throttle_clear(th, NULL, NULL, NOW_MS, &dropped), 0);
	EXPECT_INT("the rest", (int64_t)dropped, 3);
	EXPECT_VERDICT("list", throttle_list(th, &box.mem, NOW_MS, &entries, &count), 0);
	EXPECT_INT("empty", (int64_t)count, 0);
	box_close(&box);
}

/* The files contain no name, and the next process finds the counts. */
static void
at_rest(void)
{
	struct box box;
	struct guess g = { .kind = P, .source = EVIL, .name = ALICE, .secret = "x",
	    .secret_len = 1 };

	start(&box);
	fail(&box, EVIL, ALICE, 5, NOW_MS);
	box_reopen(&box);
	EXPECT_VERDICT("still", throttle_look(box.auth->throttle, &g, NOW_MS),
	    V_THROTTLED);
	box_close(&box);
}

/* While guesses cannot be counted none is evaluated, and none is called wrong. */
static void
faults(void)
{
	struct rlimit before, none;
	struct box box;
	struct throttle *th = start(&box);
	struct guess g = { .kind = P, .source = EVIL, .name = ALICE, .secret = "x",
	    .secret_len = 1 };
	struct reply reply;

	EXPECT_INT("limit", getrlimit(RLIMIT_FSIZE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &none);
	EXPECT_VERDICT("reading goes on", throttle_look(th, &g, NOW_MS), 0);
	EXPECT_VERDICT("no room to count", throttle_enter(th, &g, NOW_MS), -ENOSPC);
	reply = box_ask(&box, &(struct ask){ .email = ALICE, .password = PASSWORD });
	EXPECT_INT("right", reply.status, 503);
	reply = box_ask(&box, &(struct ask){ .email = ALICE, .password = "wrong" });
	EXPECT_INT("wrong", reply.status, 503);
	reply = box_ask(&box, &(struct ask){ .ha1b = "00000000000000000000000000000002" });
	EXPECT_INT("HA1B", reply.status, 503);
	reply = box_ask(&box, &(struct ask){ .x_auth_token = "a.b.c" });
	EXPECT_INT("JWT", reply.status, 503);
	EXPECT_INT("nothing was hashed", box_hashes(&box), 0);
	setrlimit(RLIMIT_FSIZE, &before);
	reply = box_ask(&box, &(struct ask){ .email = ALICE, .password = PASSWORD });
	EXPECT_INT("it passes", reply.status, 200);
	box_close(&box);
}

static CU_TestInfo tests[] = {
	{ "accounts", accounts },
	{ "nobodies", nobodies },
	{ "repetitions", repetitions },
	{ "sources", sources },
	{ "networks", networks },
	{ "strange sources", strange_sources },
	{ "pairs", pairs },
	{ "many places", many_places },
	{ "budget of HA1B", ha1b_budget },
	{ "exemptions", exemptions },
	{ "at once", at_once },
	{ "list and clear", list_and_clear },
	{ "at rest", at_rest },
	{ "faults", faults },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/throttle", tests);
