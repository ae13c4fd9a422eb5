// SPDX-License-Identifier: ISC
#include "auth/keyring.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "unit.h"
#include "store_at.h"
#include "store_memory/memory.h"

#define NOW_MS INT64_C(1700000000000)

static const char masters[3 * SECRET_KEY_LEN + 1] =
    "first master key of thirty-two b" "second master key of 32 bytes..."
    "third master key of 32 bytes....";

static struct keyring
ring_of(struct arena *mem, const char *bytes, size_t count)
{
	const char *path = unit_write(mem, bytes, count * SECRET_KEY_LEN);
	struct keyring ring = { .master_count = 0 };

	chmod(path, 0600);
	EXPECT_VERDICT("master keys", keyring_read_master(&ring, path), 0);
	return ring;
}

static void
loading(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(arena_free) struct arena mem;
	struct keyring first, second, both, none;

	arena_init(&mem, 0);
	first = ring_of(&mem, masters, 1);
	second = ring_of(&mem, masters + SECRET_KEY_LEN, 1);
	both = ring_of(&mem, masters, 2);
	none = ring_of(&mem, masters + 2 * SECRET_KEY_LEN, 1);
	EXPECT_VERDICT("store", open_lmdb(&st, test_directory(), 16 << 20, STORE_MAKE), 0);
	EXPECT_VERDICT("an empty store", keyring_load(&first, st), 0);
	EXPECT_TRUE("an empty store", keyring_newest(&first, KEY_JWT) == NULL);
	EXPECT_VERDICT("keys", keyring_create(&first, st, NOW_MS), 0);
	EXPECT_VERDICT("load", keyring_load(&first, st), 0);
	EXPECT_INT("one of each purpose", (int64_t)first.count, KEY_PURPOSES_OF_ALL);
	EXPECT_VERDICT("another master", keyring_load(&second, st), -EKEYREJECTED);
	EXPECT_INT("nothing came out", (int64_t)second.count, 0);
	EXPECT_VERDICT("keys of the other", keyring_create(&second, st, NOW_MS + 1), 0);
	EXPECT_VERDICT("half of them are another's", keyring_load(&first, st),
	    -EKEYREJECTED);
	EXPECT_INT("the former stay", (int64_t)first.count, KEY_PURPOSES_OF_ALL);
	EXPECT_VERDICT("both masters", keyring_load(&both, st), 0);
	EXPECT_INT("both masters", (int64_t)both.count, 2 * KEY_PURPOSES_OF_ALL);
	EXPECT_VERDICT("neither", keyring_load(&none, st), -EKEYREJECTED);
	keyring_wipe(&both);
	EXPECT_INT("wiped", (int64_t)both.count, 0);
}

/* What another process does to the keys is seen the next time that we look. */
static void
finding(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(arena_free) struct arena mem;
	const struct ring_key *found = NULL, *made;
	char first[KEY_ID_SIZE];
	struct keyring mine, other;

	arena_init(&mem, 0);
	mine = other = ring_of(&mem, masters, 1);
	EXPECT_VERDICT("store", open_lmdb(&st, test_directory(), 16 << 20, STORE_MAKE), 0);
	EXPECT_VERDICT("keys", keyring_create(&mine, st, NOW_MS), 0);
	EXPECT_VERDICT("load", keyring_load(&mine, st), 0);
	strcpy(first, keyring_newest(&mine, KEY_JWT)->id);
	EXPECT_VERDICT("a clock set back", keyring_rotate(&other, st, KEY_JWT, 1, &made), 0);
	EXPECT_INT("its serial", (int64_t)made->serial, 1);
	EXPECT_VERDICT("found at once", keyring_find(&mine, st, KEY_JWT, made->id, &found), 0);
	EXPECT_BYTES("the same key", found->bytes, made->bytes, SECRET_KEY_LEN);
	EXPECT_STRING("the newest", keyring_newest(&mine, KEY_JWT)->id, made->id);
	EXPECT_STRING("the oldest", keyring_oldest(&mine, KEY_JWT)->id, first);
	EXPECT_STRING("before it", keyring_older(&mine, found)->id, first);
	EXPECT_TRUE("before that", !keyring_older(&mine, keyring_oldest(&mine, KEY_JWT)));
	EXPECT_INT("others have one", (int64_t)keyring_newest(&mine, KEY_HASH)->serial, 0);
	EXPECT_VERDICT("the former", keyring_find(&mine, st, KEY_JWT, first, &found), 0);
	EXPECT_VERDICT("another purpose", keyring_find(&mine, st, KEY_HASH, made->id, &found),
	    V_NOT_FOUND);
	EXPECT_VERDICT("unknown", keyring_find(&mine, st, KEY_JWT, "0123456789abcdef", &found),
	    V_NOT_FOUND);
	EXPECT_VERDICT("nothing", keyring_find(&mine, st, KEY_JWT, "", &found), V_NOT_FOUND);
}

static void
mark_retired(struct store *st, const char *id)
{
	struct key key = { .retired_ms = NOW_MS };

	strcpy(key.id, id);
	store_expect_keys(st, 0);
	EXPECT_VERDICT("retire", store_key_set(st, &key, field_bit(&key_kind, "retired_on")), 0);
}

static void
following(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(arena_free) struct arena mem;
	const struct ring_key *found, *made;
	char first[KEY_ID_SIZE];
	struct keyring mine, other;
	uint64_t changes;

	arena_init(&mem, 0);
	mine = other = ring_of(&mem, masters, 1);
	EXPECT_VERDICT("store", store_open_memory(&st), 0);
	EXPECT_VERDICT("keys", keyring_create(&mine, st, NOW_MS), 0);
	EXPECT_VERDICT("load", keyring_load(&mine, st), 0);
	changes = mine.changes;
	strcpy(first, keyring_newest(&mine, KEY_JWT)->id);
	EXPECT_VERDICT("nothing new", keyring_follow(&mine, st), 0);
	EXPECT_INT("nothing new", (int64_t)mine.changes, (int64_t)changes);
	EXPECT_VERDICT("rotate", keyring_rotate(&other, st, KEY_JWT, NOW_MS, &made), 0);
	EXPECT_VERDICT("follow", keyring_follow(&mine, st), 0);
	EXPECT_INT("changed", (int64_t)mine.changes, (int64_t)changes + 1);
	EXPECT_STRING("the newest", keyring_newest(&mine, KEY_JWT)->id, made->id);
	mark_retired(st, first);
	EXPECT_VERDICT("retired", keyring_find(&mine, st, KEY_JWT, first, &found), 0);
	EXPECT_VERDICT("follow", keyring_follow(&mine, st), 0);
	EXPECT_VERDICT("retired", keyring_find(&mine, st, KEY_JWT, first, &found), V_NOT_FOUND);
	EXPECT_INT("changed", (int64_t)mine.changes, (int64_t)changes + 2);
	EXPECT_VERDICT("drop", store_key_drop(st, first), 0);
	EXPECT_VERDICT("follow", keyring_follow(&mine, st), 0);
	EXPECT_INT("the same keys", (int64_t)mine.changes, (int64_t)changes + 2);
	store_memory_fail(st, 1, -EIO);
	EXPECT_VERDICT("the store fails", keyring_follow(&mine, st), -EIO);
	EXPECT_INT("the keys stay", (int64_t)mine.count, KEY_PURPOSES_OF_ALL);
}

/* A process with the former master key works on with what it knows, and says no to nothing. */
static void
outdated(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(arena_free) struct arena mem;
	const struct ring_key *found, *made;
	struct keyring former, both;

	arena_init(&mem, 0);
	former = ring_of(&mem, masters + SECRET_KEY_LEN, 1);
	both = ring_of(&mem, masters, 2);
	EXPECT_VERDICT("store", store_open_memory(&st), 0);
	EXPECT_VERDICT("keys", keyring_create(&former, st, NOW_MS), 0);
	EXPECT_VERDICT("load", keyring_load(&former, st), 0);
	EXPECT_TRUE("up to date", !former.is_outdated);
	test_log_clear();
	EXPECT_VERDICT("rotate", keyring_rotate(&both, st, KEY_JWT, NOW_MS, &made), 0);
	EXPECT_VERDICT("follow", keyring_follow(&former, st), 0);
	EXPECT_TRUE("outdated", former.is_outdated && keyring_lacks(&former, KEY_JWT));
	EXPECT_INT("all that it had", (int64_t)former.count, KEY_PURPOSES_OF_ALL);
	EXPECT_VERDICT("neither yes nor no", keyring_find(&former, st, KEY_JWT, made->id, &found),
	    -EAGAIN);
	EXPECT_VERDICT("of another purpose", keyring_find(&former, st, KEY_HASH, made->id, &found),
	    V_NOT_FOUND);
	EXPECT_VERDICT("another id", keyring_find(&former, st, KEY_JWT, "0123456789abcdef", &found),
	    V_NOT_FOUND);
	EXPECT_TRUE("says so", test_logged("this process has the master key"));
	mark_retired(st, keyring_older(&both, made)->id);
	EXPECT_VERDICT("no key of that purpose", keyring_follow(&former, st), -EAGAIN);
	EXPECT_VERDICT("nor later", keyring_follow(&former, st), -EAGAIN);
	EXPECT_TRUE("the former key stays", former.is_outdated && keyring_newest(&former, KEY_JWT));
	test_log_clear();
	EXPECT_VERDICT("a new process with it", keyring_load(&former, st), -EKEYREJECTED);
	EXPECT_TRUE("says so", test_logged("it is not the key file of this database"));
}

/* As key rewrap does: the key file has the master key before it seals a key of the store. */
static void
rewrap_again(struct keyring *ring, struct store *st, const char *path, size_t which)
{
	const struct ring_key *made;
	size_t count;

	for (enum key_purpose purpose = 0; purpose < KEY_PURPOSES_OF_ALL; purpose++) {
		EXPECT_VERDICT("rotate", keyring_rotate(ring, st, purpose, NOW_MS, &made), 0);
		mark_retired(st, keyring_older(ring, made)->id);
	}
	keyring_add_master(ring, (const uint8_t *)masters + which * SECRET_KEY_LEN);
	EXPECT_VERDICT("both", keyring_replace_masters(ring, path), 0);
	EXPECT_VERDICT("rewrap", keyring_rewrap(ring, st, &count), 0);
	ring->master_count = 1;
	EXPECT_VERDICT("the new one alone", keyring_replace_masters(ring, path), 0);
}

/* A process reads its key file again, however many changes it has missed. */
static void
read_again(void)
{
	static const struct { const char *row; size_t changes; } rows[] = {
		{ "a change", 1 }, { "two changes", 2 }, { "and back", 3 },
	};
	GUARD(arena_free) struct arena mem;
	struct keyring mine, other;
	size_t which = 0;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		GUARD(store_close) struct store *st = NULL;

		mine = other = ring_of(&mem, masters, 1);
		mine.key_file = unit_write(&mem, masters, SECRET_KEY_LEN);
		chmod(mine.key_file, 0600);
		EXPECT_VERDICT("store", store_open_memory(&st), 0);
		EXPECT_VERDICT("keys", keyring_create(&mine, st, NOW_MS), 0);
		EXPECT_VERDICT("load", keyring_load(&mine, st), 0);
		for (which = 1; which <= rows[i].changes; which++)
			rewrap_again(&other, st, mine.key_file, which % 3);
		EXPECT_VERDICT(rows[i].row, keyring_follow(&mine, st), 0);
		EXPECT_TRUE(rows[i].row, !mine.is_outdated);
		EXPECT_INT(rows[i].row, (int64_t)mine.count, KEY_PURPOSES_OF_ALL);
		EXPECT_VERDICT("load", keyring_load(&other, st), 0);
		EXPECT_BYTES(rows[i].row, keyring_newest(&mine, KEY_HASH)->bytes,
		    keyring_newest(&other, KEY_HASH)->bytes, SECRET_KEY_LEN);
	}
}

/* The file is late, or cannot be read for a while: neither yes nor no, and then all is well. */
static void
read_late(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(arena_free) struct arena mem;
	struct keyring mine, other;
	const char *elsewhere;

	arena_init(&mem, 0);
	mine = other = ring_of(&mem, masters, 1);
	mine.key_file = unit_write(&mem, masters, SECRET_KEY_LEN);
	chmod(mine.key_file, 0600);
	elsewhere = arena_printf(&mem, "%s.elsewhere", mine.key_file);
	EXPECT_INT("elsewhere", rename(mine.key_file, elsewhere), 0);
	EXPECT_VERDICT("store", store_open_memory(&st), 0);
	EXPECT_VERDICT("keys", keyring_create(&mine, st, NOW_MS), 0);
	EXPECT_VERDICT("load", keyring_load(&mine, st), 0);
	rewrap_again(&other, st, elsewhere, 1);
	EXPECT_VERDICT("lost", keyring_follow(&mine, st), -EAGAIN);
	EXPECT_TRUE("lost", mine.is_outdated && mine.masters[0].id[0]);
	EXPECT_INT("back", rename(elsewhere, mine.key_file), 0);
	EXPECT_VERDICT("not looked at for each request", keyring_follow(&mine, st), -EAGAIN);
	mine.looked_ms -= 1000;
	EXPECT_VERDICT("back", keyring_follow(&mine, st), 0);
	EXPECT_TRUE("back", !mine.is_outdated);
}

/* At every call of the store it can be interrupted; both masters open what is then there. */
static void
rewrapped(void)
{
	GUARD(arena_free) struct arena mem;
	struct keyring former, both, after;
	const struct ring_key *made;
	size_t count;
	int r = -1;

	arena_init(&mem, 0);
	for (unsigned call = 1; r; call++) {
		GUARD(store_close) struct store *st = NULL;

		former = after = ring_of(&mem, masters + SECRET_KEY_LEN, 1);
		both = ring_of(&mem, masters, 1);
		EXPECT_VERDICT("store", store_open_memory(&st), 0);
		EXPECT_VERDICT("keys", keyring_create(&former, st, NOW_MS), 0);
		EXPECT_VERDICT("load", keyring_load(&former, st), 0);
		both = former;
		keyring_add_master(&both, (const uint8_t *)masters);
		store_memory_fail(st, call, -EIO);
		r = keyring_rewrap(&both, st, &count);
		store_memory_fail(st, 0, 0);
		EXPECT_VERDICT("opens", keyring_load(&both, st), 0);
		EXPECT_BYTES("the same keys", keyring_newest(&both, KEY_JWT)->bytes,
		    keyring_newest(&former, KEY_JWT)->bytes, SECRET_KEY_LEN);
		EXPECT_VERDICT("again", keyring_rewrap(&both, st, &count), 0);
		EXPECT_INT("all", (int64_t)count, KEY_PURPOSES_OF_ALL);
		after = ring_of(&mem, masters, 1);
		EXPECT_VERDICT("the new one alone", keyring_load(&after, st), 0);
		EXPECT_VERDICT("the former works on", keyring_follow(&former, st), 0);
		EXPECT_TRUE("but for so long", former.is_outdated && !keyring_lacks(&former, KEY_JWT));
		EXPECT_INT("and seals nothing", keyring_rotate(&former, st, KEY_JWT, NOW_MS, &made),
		    -EKEYREJECTED);
		EXPECT_VERDICT("the new one does", keyring_rotate(&after, st, KEY_JWT, NOW_MS,
		    &made), 0);
		if (call > 100)
			break;
	}
}

/* Two that rotate at the same moment get two keys, one after the other. */
static void
expected(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(arena_free) struct arena mem;
	struct key key = { .purpose = "jwt", .serial = 1, .created_ms = NOW_MS };
	const struct ring_key *made;
	struct keyring ring;

	arena_init(&mem, 0);
	ring = ring_of(&mem, masters, 1);
	EXPECT_VERDICT("store", store_open_memory(&st), 0);
	EXPECT_VERDICT("keys", keyring_create(&ring, st, NOW_MS), 0);
	EXPECT_VERDICT("load", keyring_load(&ring, st), 0);
	strcpy(key.sealed_by, ring.masters[0].id);
	secret_seal(key.sealed, ring.masters[0].bytes, masters, SECRET_KEY_LEN);
	strcpy(key.id, "other");
	EXPECT_VERDICT("another's", store_key_add(st, &key), 0);
	strcpy(key.id, "mine");
	EXPECT_VERDICT("as if there were none", store_key_add(st, &key), V_CHANGED);
	EXPECT_VERDICT("rotate", keyring_rotate(&ring, st, KEY_JWT, NOW_MS, &made), 0);
	EXPECT_INT("after it", (int64_t)made->serial, 2);
}

static void
foreign_keys(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(arena_free) struct arena mem;
	struct key key = { .created_ms = NOW_MS, .purpose = "tea" };
	const struct ring_key *made;
	struct keyring ring;

	arena_init(&mem, 0);
	ring = ring_of(&mem, masters, 1);
	EXPECT_VERDICT("store", open_lmdb(&st, test_directory(), 16 << 20, STORE_MAKE), 0);
	for (int i = 0; i * KEY_PURPOSES_OF_ALL < KEYRING_MAX; i++)
		EXPECT_VERDICT("as many as fit", keyring_create(&ring, st, NOW_MS + i), 0);
	EXPECT_VERDICT("as many as fit", keyring_load(&ring, st), 0);
	EXPECT_INT("as many as fit", (int64_t)ring.count, KEYRING_MAX);
	EXPECT_VERDICT("none by rotation", keyring_rotate(&ring, st, KEY_JWT, NOW_MS, &made),
	    V_TOO_MANY);
	EXPECT_VERDICT("nothing was added", keyring_load(&ring, st), 0);
	strcpy(key.id, "0123456789abcdef");
	strcpy(key.sealed_by, ring.masters[0].id);
	secret_seal(key.sealed, ring.masters[0].bytes, masters, SECRET_KEY_LEN);
	EXPECT_VERDICT("one more", store_key_add(st, &key), 0);
	EXPECT_INT("one more", keyring_load(&ring, st), -E2BIG);
	store_close(&st);
	EXPECT_VERDICT("store", open_lmdb(&st, test_directory(), 16 << 20, STORE_MAKE), 0);
	EXPECT_VERDICT("a purpose of nobody's", store_key_add(st, &key), 0);
	EXPECT_VERDICT("a purpose of nobody's", keyring_load(&ring, st), -EBADMSG);
}

static void
put_key(struct store *st, const struct keyring *ring, const char *id, const char *purpose)
{
	struct key key = { .created_ms = NOW_MS };

	strcpy(key.id, id);
	strcpy(key.purpose, purpose);
	strcpy(key.sealed_by, ring->masters[0].id);
	secret_seal(key.sealed, ring->masters[0].bytes, masters, SECRET_KEY_LEN);
	EXPECT_VERDICT(purpose, store_key_add(st, &key), 0);
}

/* The last key of a purpose is gone: the former one stays, and every request is a fault. */
static void
gone(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(arena_free) struct arena mem;
	struct keyring ring;
	char id[KEY_ID_SIZE];

	arena_init(&mem, 0);
	ring = ring_of(&mem, masters, 1);
	EXPECT_VERDICT("store", store_open_memory(&st), 0);
	EXPECT_VERDICT("keys", keyring_create(&ring, st, NOW_MS), 0);
	EXPECT_VERDICT("load", keyring_load(&ring, st), 0);
	for (enum key_purpose i = 0; i < KEY_PURPOSES_OF_ALL; i++) {
		strcpy(id, keyring_newest(&ring, i)->id);
		store_expect_keys(st, 0);	/* as another process does it */
		EXPECT_VERDICT(id, store_key_drop(st, id), 0);
		EXPECT_VERDICT(id, keyring_follow(&ring, st), -ENOKEY);
		EXPECT_VERDICT(id, keyring_follow(&ring, st), -ENOKEY);
		EXPECT_STRING("the former one", keyring_newest(&ring, i)->id, id);
		EXPECT_STRING("the former one", keyring_oldest(&ring, i)->id, id);
		put_key(st, &ring, arena_printf(&mem, "other-%d", i), keyring_purpose_name(i));
		EXPECT_VERDICT("another", keyring_follow(&ring, st), 0);
	}
	/* but an algorithm may go out of use */
	put_key(st, &ring, "public", keyring_purpose_name(KEY_JWT_ES256));
	EXPECT_VERDICT("of an algorithm", keyring_follow(&ring, st), 0);
	EXPECT_TRUE("of an algorithm", keyring_newest(&ring, KEY_JWT_ES256));
	store_expect_keys(st, 0);
	EXPECT_VERDICT("it goes", store_key_drop(st, "public"), 0);
	EXPECT_VERDICT("none is left", keyring_follow(&ring, st), 0);
	EXPECT_TRUE("none is left", !keyring_newest(&ring, KEY_JWT_ES256));
}

/* A store of an older version lacks keys; two processes that open it create the same ones. */
static void
completed(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(arena_free) struct arena mem;
	struct keyring one, two;
	struct key *keys;
	size_t count;

	arena_init(&mem, 0);
	one = two = ring_of(&mem, masters, 1);
	EXPECT_VERDICT("store", store_open_memory(&st), 0);
	EXPECT_VERDICT("nothing", keyring_complete(&one, st, NOW_MS), -ENOKEY);
	put_key(st, &one, "0000000000000001", "hash");
	EXPECT_VERDICT("load", keyring_load(&one, st), 0);
	EXPECT_VERDICT("hash alone", keyring_complete(&one, st, NOW_MS), -ENOKEY);
	put_key(st, &one, "0000000000000002", "jwt");
	EXPECT_VERDICT("load", keyring_load(&one, st), 0);
	EXPECT_VERDICT("load", keyring_load(&two, st), 0);
	EXPECT_VERDICT("one makes them", keyring_complete(&one, st, NOW_MS), 0);
	EXPECT_VERDICT("two finds them", keyring_complete(&two, st, NOW_MS + 1), 0);
	for (enum key_purpose p = KEY_PURPOSES_AT_FIRST; p < KEY_PURPOSES_OF_ALL; p++)
		EXPECT_BYTES("the same", keyring_newest(&one, p)->bytes,
		    keyring_newest(&two, p)->bytes, SECRET_KEY_LEN);
	EXPECT_VERDICT("again", keyring_complete(&one, st, NOW_MS + 2), 0);
	EXPECT_VERDICT("keys", store_keys(st, &mem, &keys, &count), 0);
	EXPECT_INT("one each", (int64_t)count, KEY_PURPOSES_OF_ALL);
}

static CU_TestInfo tests[] = {
	{ "loading", loading },
	{ "finding", finding },
	{ "following", following },
	{ "outdated", outdated },
	{ "read again", read_again },
	{ "read late", read_late },
	{ "expected", expected },
	{ "rewrapped", rewrapped },
	{ "foreign keys", foreign_keys },
	{ "completed", completed },
	{ "gone", gone },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/keyring", tests);
