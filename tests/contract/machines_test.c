// SPDX-License-Identifier: ISC
/* tests/contract/machines_test.c - two services with one database, as on two machines. */
#include "contract.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#undef NOW_MS		/* the box has its own */
#include "auth/ha1b.h"
#include "auth/machine.h"
#include "base/clock.h"
#include "mariadb.h"
#include "service/ask.h"
#include "store/sql/sql_link.h"

#define SOON_MS 1000

static void
open_both(struct box *one, struct box *two)
{
	const struct store_where where = mariadb_new();
	struct conf *conf = box_conf(test_directory()), *other = box_conf(test_directory());

	box_conf_at(conf, where);
	box_conf_at(other, where);
	other->key_file = conf->key_file;
	box_open_empty(one, conf);
	one->alice = box_user(one, ALICE, PASSWORD);
	*two = (struct box){ .conf = other, .now_ms = NOW_MS };
	box_serve(two);
}

static void
rotate(struct box *box, enum key_purpose purpose)
{
	struct keyring *ring = &box->auth->keys;
	const struct ring_key *made;

	EXPECT_VERDICT("rotate", keyring_rotate(ring, box->auth->store, purpose, NOW_MS, &made),
	    0);
}

/* What a new key has made here is valid there at once, however short ago that one looked. */
static void
rotated(void)
{
	struct token record;
	struct box one, two;
	char ha1b[HA1B_LEN + 1];

	open_both(&one, &two);
	EXPECT_INT("looks", box_ask(&two, &(struct ask){ .path = "/rest/auth" }).status, 401);
	rotate(&one, KEY_JWT);
	two.names.jwt = box_jwt(&one, &one.alice);
	EXPECT_INT("a JWT", box_ask(&two, &(struct ask){ .x_auth_token = "$j" }).status, 200);
	rotate(&one, KEY_HASH);
	two.names.bearer = box_token(&one, &one.alice, 3600, &record);
	EXPECT_INT("a token", box_ask(&two, &(struct ask){ .x_auth_token = "$b" }).status, 200);
	rotate(&one, KEY_HASH);
	box_user(&one, BOB, PASSWORD);
	EXPECT_VERDICT("HA1B", ha1b_make(BOB, PASSWORD, strlen(PASSWORD), ha1b), 0);
	EXPECT_INT("HA1B", box_ask(&two, &(struct ask){ .ha1b = ha1b }).status, 200);
	EXPECT_INT("nobody's", box_ask(&two, &(struct ask){ .x_auth_token =
	    "000000000000000000000000000000000000000000000000" }).status, 401);
	box_close(&two);
	box_close(&one);
}

/* What a retired key has made is valid elsewhere until that one looks, within a second. */
static void
retired(void)
{
	struct sql *db;
	struct box one, two;
	struct key *keys;
	size_t count;

	open_both(&one, &two);
	db = (struct sql *)two.auth->store;
	two.names.jwt = box_jwt(&one, &one.alice);
	EXPECT_INT("before", box_ask(&two, &(struct ask){ .x_auth_token = "$j" }).status, 200);
	EXPECT_VERDICT("keys", store_keys(one.auth->store, &one.mem, &keys, &count), 0);
	rotate(&one, KEY_JWT);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(keys[i].purpose, "jwt") == 0)
			EXPECT_VERDICT("retire", store_key_drop(one.auth->store, keys[i].id), 0);
	}
	EXPECT_TRUE("looks soon", db->key_look.until_ms <= clock_steady_ms() + SOON_MS);
	db->key_look.until_ms = clock_steady_ms();
	EXPECT_INT("then", box_ask(&two, &(struct ask){ .x_auth_token = "$j" }).status, 401);
	box_close(&two);
	box_close(&one);
}

static void
note(struct box *box)
{
	machine_note(box->auth->store, &box->auth->keys, box->conf);
}

/* Is that machine listed with that answer? */
static bool
lists(struct box *box, const struct box *other, bool same_key)
{
	struct machine_view *views;
	size_t count;

	EXPECT_VERDICT("list", machine_list(box->auth->store, &box->mem, &views, &count), 0);
	for (size_t i = 0; i < count; i++) {
		if (strstr(views[i].machine.name, other->conf->run_dir))
			return views[i].same_key == same_key;
	}
	return false;
}

/* One with another key file does not start, and all others can say which one it is. */
static void
key_files(void)
{
	struct box one, two, three = { .now_ms = NOW_MS };
	uint8_t new_key[SECRET_KEY_LEN] = "a new master key of 32 bytes...";
	struct service *service = NULL;
	size_t count;

	open_both(&one, &two);
	EXPECT_TRUE("itself", lists(&one, &one, true));
	EXPECT_TRUE("the other", lists(&one, &two, true));
	three.conf = box_conf(test_directory());
	three.conf->store = one.conf->store;
	three.conf->sql_hosts = one.conf->sql_hosts;
	three.conf->sql_database = one.conf->sql_database;
	three.conf->sql_user = one.conf->sql_user;
	EXPECT_VERDICT("a key file", keyring_write_master(three.conf->key_file, (gid_t)-1), 0);
	EXPECT_VERDICT("does not start", service_open(&service, three.conf), -EKEYREJECTED);
	EXPECT_TRUE("differs", lists(&one, &three, false) && lists(&two, &three, false));
	EXPECT_TRUE("others do not", lists(&one, &two, true));
	/* the master key is changed by one, and the other does not know the new one */
	keyring_add_master(&one.auth->keys, new_key);
	EXPECT_VERDICT("rewrap", keyring_rewrap(&one.auth->keys, one.auth->store, &count), 0);
	note(&one);
	EXPECT_TRUE("knows both", lists(&one, &one, true));
	EXPECT_TRUE("knows the former", lists(&one, &two, false));
	/* as after "cat new.key >> master.key" */
	keyring_add_master(&two.auth->keys, new_key);
	note(&two);
	EXPECT_TRUE("knows both", lists(&one, &two, true));
	conf_drop(&three.conf);
	box_close(&two);
	box_close(&one);
}

/* One that was not seen for a week is forgotten. */
static void
forgotten(void)
{
	struct machine_view *views;
	struct box one, two;
	char text[200];
	size_t count;

	open_both(&one, &two);
	snprintf(text, sizeof text, "UPDATE `%s`.`machine` SET `seen_on` = `seen_on` - 86400000 * 8 "
	    "WHERE `name` LIKE '%%%s'", one.conf->sql_database, two.conf->run_dir);
	mariadb_run(text);
	note(&one);
	EXPECT_VERDICT("list", machine_list(one.auth->store, &one.mem, &views, &count), 0);
	EXPECT_INT("count", (int64_t)count, 1);
	/* as before an upgrade */
	snprintf(text, sizeof text, "DROP TABLE `%s`.`machine`", one.conf->sql_database);
	mariadb_run(text);
	note(&one);
	EXPECT_INT("a request", box_ask(&one, &(struct ask){ .path = "/rest/auth" }).status, 401);
	box_close(&two);
	box_close(&one);
}

CU_TestInfo machines_tests[] = {
	{ "key files", key_files },
	{ "forgotten", forgotten },
	{ "rotated", rotated },
	{ "retired", retired },
	CU_TEST_INFO_NULL,
};
