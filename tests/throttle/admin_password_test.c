// SPDX-License-Identifier: ISC
/* API 11.4 and 11.5: a password that an administrator gives is hashed when its turn comes. */
#include <stdio.h>
#include <string.h>

#include "auth/field.h"
#include "auth/login.h"
#include "auth/user.h"
#include "base/slots.h"
#include "service/ask.h"
#include "test.h"

#define ROOT	"root@example.com"
#define CAROL	"carol@example.com"
#define NEXT	"battery staple"
#define ADD	{ .method = "POST", .path = "/rest/user", .x_auth_token = "$a", \
	.body = "{\"email\":\"" CAROL "\",\"password\":\"" NEXT "\"}" }
#define CHANGE	{ .method = "PATCH", .path = "/rest/user/$v", .x_auth_token = "$a", \
	.body = "{\"password\":\"" NEXT "\",\"first_name\":\"Al\"}" }

static struct uuid root_id;

static void
set_field(struct box *box, const struct uuid *id, const char *field, const char *value)
{
	struct user user;
	const char *why;

	box_must(user_get(box->auth, id, &user), "user");
	box_must(user_set_field(&user, field, value, &why), field);
	box_must(user_change(box->auth, &user, field_bit(&user_kind, field), NOW_MS, &user),
	    field);
}

/* Alice is $v, an administrator's JWT $a. */
static void
open_box(struct box *box)
{
	struct identity root;

	box_open_guarded(box, test_directory());
	box->conf->admin_api = true;
	root = box_user(box, ROOT, PASSWORD);
	root_id = root.user.id;
	set_field(box, &root_id, "role", "Admin");
	box->names.own['a'] = box_jwt(box, &root);
	box->names.own['v'] = arena_strdup(&box->mem, uuid_text((char[UUID_TEXT_SIZE]){ 0 },
	    &box->alice.user.id));
}

static int
log_in(struct box *box, const char *email, const char *password)
{
	return box_ask(box, &(struct ask){ .email = email, .password = password,
	    .source = "198.51.100.1" }).status;
}

/* What happens while the hash is made. */
static void
nothing(struct box *box)
{
	(void)box;
}

static void
disable(struct box *box)
{
	box_must(user_disable(box->auth, &root_id, NOW_MS), "disable");
}

static void
log_out(struct box *box)
{
	box_must(user_end_logins(box->auth, &root_id, NOW_MS), "logout");
}

static void
end_login(struct box *box)
{
	struct login_seen *logins;
	enum login_kind kind;
	struct user root;
	size_t count;

	box_must(user_get(box->auth, &root_id, &root), "root");
	box_must(login_list(box->auth, &box->mem, &root, NOW_MS, &logins, &count), "logins");
	if (count)
		box_must(login_revoke(box->auth, &root, &logins[0].id, NOW_MS, &kind), "login");
}

static void
remove_caller(struct box *box)
{
	int r = user_delete(box->auth, &root_id, false, NOW_MS);

	box_must(r == V_NOT_FOUND ? 0 : r, "delete");
}

static void
demote(struct box *box)
{
	set_field(box, &root_id, "role", "User");
}

/* Alice may do more than the administrator from now on. */
static void
promote(struct box *box)
{
	set_field(box, &box->alice.user.id, "webitel_role", "root");
}

static void
rename_alice(struct box *box)
{
	set_field(box, &box->alice.user.id, "last_name", "Smith");
}

static void
take_name(struct box *box)
{
	struct user user;
	const char *why;

	if (user_by_email(box->auth, CAROL, &user) == V_NOT_FOUND) {
		user = user_new(NOW_MS);
		strcpy(user.email, CAROL);
		box_must(user_add(box->auth, &user, NULL, 0, &why), "Carol");
	}
}

static void
waited(void)
{
	static const struct {
		const char *row;
		struct ask ask;
		void (*meanwhile)(struct box *);
		int status, added, changed;	/* and how logins with the new one are answered */
	} t[] = {
		{ "a new user", ADD, nothing, 200, 200, 401 },
		{ "a new password", CHANGE, nothing, 200, 401, 200 },
		{ "a user, by one disabled", ADD, disable, 401, 401, 401 },
		{ "a password, by one disabled", CHANGE, disable, 401, 401, 401 },
		{ "by one logged out", CHANGE, log_out, 401, 401, 401 },
		{ "by an ended login", CHANGE, end_login, 401, 401, 401 },
		{ "a user, by an ended login", ADD, end_login, 401, 401, 401 },
		{ "by one deleted", CHANGE, remove_caller, 401, 401, 401 },
		{ "a user, by a former administrator", ADD, demote, 403, 401, 401 },
		{ "a password, by a former administrator", CHANGE, demote, 403, 401, 401 },
		{ "of one who may do more now", CHANGE, promote, 400, 401, 401 },
		{ "of one who has another name", CHANGE, rename_alice, 200, 401, 200 },
		{ "a name that is taken", ADD, take_name, 409, 401, 401 },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct ask ask = t[i].ask;
		struct box box;

		open_box(&box);
		/* a login of its own, that can be ended */
		box.names.own['a'] = ask_jwt(&box, &(struct reply[]){ box_ask(&box,
		    &(struct ask){ .email = ROOT, .password = PASSWORD }) }[0]);
		ask.meanwhile = t[i].meanwhile;
		EXPECT_INT(t[i].row, box_ask(&box, &ask).status, t[i].status);
		EXPECT_INT(t[i].row, box_hashes(&box), 2);
		EXPECT_INT(t[i].row, log_in(&box, CAROL, NEXT), t[i].added);
		EXPECT_INT(t[i].row, log_in(&box, ALICE, NEXT), t[i].changed);
		EXPECT_TRUE(t[i].row, t[i].status == 200 || !box_alice(&box).first_name[0]);
		box_close(&box);
	}
}

/* What others changed meanwhile is not undone. */
static void
merged(void)
{
	struct ask ask = CHANGE;
	struct user alice;
	struct reply reply;
	struct box box;

	open_box(&box);
	ask.meanwhile = rename_alice;
	reply = box_ask(&box, &ask);
	EXPECT_TRUE("answer", strstr(reply.body, "\"last_name\":\"Smith\""));
	alice = box_alice(&box);
	EXPECT_STRING("first name", alice.first_name, "Al");
	EXPECT_STRING("last name", alice.last_name, "Smith");
	box_close(&box);
}

/* Where others hash, it waits as long as logins do, and no longer. */
static void
busy(void)
{
	static const struct ask asks[] = { ADD, CHANGE };
	struct slots slots = { .fd = -1 };
	struct slot slot = SLOT_NONE;
	char path[4096];
	struct box box;

	open_box(&box);
	box.conf->max_password_checks = 1;
	box.conf->password_wait_ms = 20;
	box_reopen(&box);
	snprintf(path, sizeof path, "%s/password-slots", box.conf->run_dir);
	box_must(slots_open(&slots, path), "slots");
	box_must(slot_take(&slots, 1, &slot), "slot");
	for (size_t i = 0; i < NELEM(asks); i++) {
		struct reply reply = box_ask(&box, &asks[i]);

		EXPECT_INT(asks[i].method, reply.status, 503);
		EXPECT_TRUE("says when", ask_retry_s(&reply) > 0);
	}
	EXPECT_INT("none", box_hashes(&box), 0);
	slot_leave(&slot);
	for (size_t i = 0; i < NELEM(asks); i++)
		EXPECT_INT(asks[i].method, box_ask(&box, &asks[i]).status, 200);
	EXPECT_INT("each one", box_hashes(&box), 2);
	slots_close(&slots);
	box_close(&box);
}

/* What is refused without it costs no hash. */
static void
refused(void)
{
	static const struct { const char *row; struct ask ask; int want; } t[] = {
		{ "its own", { .path = "/rest/user/$o", .body = "{\"password\":\"" NEXT "\"}" }, 400 },
		{ "a bad one", { .path = "/rest/user/$v", .body = "{\"password\":\"short\"}" }, 400 },
		{ "another field", { .path = "/rest/user/$v",
		    .body = "{\"password\":\"" NEXT "\",\"email\":\"x\"}" }, 400 },
		{ "a name that is taken", { .path = "/rest/user/$v",
		    .body = "{\"password\":\"" NEXT "\",\"email\":\"" BOB "\"}" }, 409 },
		{ "a role", { .method = "POST", .path = "/rest/user", .body = "{\"password\":\"" NEXT
		    "\",\"email\":\"" CAROL "\",\"webitel_role\":\"root\"}" }, 400 },
		{ "none", { .path = "/rest/user/$v", .body = "{\"password\":null}" }, 200 },
	};
	struct box box;

	open_box(&box);
	box.names.own['o'] = arena_strdup(&box.mem, uuid_text((char[UUID_TEXT_SIZE]){ 0 },
	    &root_id));
	for (size_t i = 0; i < NELEM(t); i++) {
		struct ask ask = t[i].ask;

		ask.method = ask.method ? ask.method : "PATCH";
		ask.x_auth_token = "$a";
		EXPECT_INT(t[i].row, box_ask(&box, &ask).status, t[i].want);
		EXPECT_INT(t[i].row, box_hashes(&box), 0);
	}
	box_close(&box);
}

/* A login beside the end of the former one gets a JWT that is valid. */
static void
ended_beside(void)
{
	const struct ask by_basic = { .email = ROOT, .password = PASSWORD }, *by;
	struct ask ask = by_basic;
	struct reply reply;
	const char *jwt[2];
	struct box box;

	open_box(&box);
	box.conf->password_cache_s = 0;
	box_reopen(&box);
	for (int i = 0; i < 2; i++) {
		ask.meanwhile = i ? end_login : nothing;
		reply = box_ask(&box, &ask);
		jwt[i] = ask_jwt(&box, &reply);
	}
	by = &(struct ask){ .x_auth_token = jwt[0] };
	EXPECT_INT("the former", box_ask(&box, by).status, 401);
	by = &(struct ask){ .x_auth_token = jwt[1] };
	EXPECT_INT("the new one", box_ask(&box, by).status, 200);
	box_close(&box);
}

static CU_TestInfo tests[] = {
	{ "waited", waited },
	{ "merged", merged },
	{ "busy", busy },
	{ "refused", refused },
	{ "a login ends beside another", ended_beside },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/admin: passwords", tests);
