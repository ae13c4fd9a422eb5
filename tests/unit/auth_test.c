// SPDX-License-Identifier: ISC
#include "auth/auth.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/box.h"
#include "unit.h"
#include "store_at.h"

static void
made_once(void)
{
	GUARD(conf_drop) struct conf *conf = box_conf(test_directory());
	GUARD(auth_close) struct auth *auth = NULL;
	struct meta meta;

	EXPECT_VERDICT("no key file yet", auth_open(&auth, conf), -ENOENT);
	EXPECT_VERDICT("made", auth_init(conf, NOW_MS), 0);
	EXPECT_VERDICT("made already", auth_init(conf, NOW_MS), V_EXISTS);
	EXPECT_VERDICT("open", auth_open(&auth, conf), 0);
	EXPECT_VERDICT("meta", store_meta(auth->store, &meta), 0);
	EXPECT_INT("schema", (int64_t)meta.schema, STORE_SCHEMA);
	EXPECT_INT("made then", meta.created_ms, NOW_MS);
	for (enum key_purpose purpose = 0; purpose < KEY_PURPOSES_OF_ALL; purpose++)
		EXPECT_TRUE("a key of each purpose", keyring_newest(&auth->keys, purpose) != NULL);
	auth_close(&auth);
	EXPECT_TRUE("closed", auth == NULL);
	EXPECT_VERDICT("again", auth_open(&auth, conf), 0);
}

static void
wrong_keys(void)
{
	GUARD(conf_drop) struct conf *conf = box_conf(test_directory());
	GUARD(auth_close) struct auth *auth = NULL;
	GUARD(arena_free) struct arena mem;
	const char *key_file = conf->key_file;

	arena_init(&mem, 0);
	EXPECT_VERDICT("made", auth_init(conf, NOW_MS), 0);
	conf->key_file = unit_write(&mem, "another key of thirty-two bytes!", 32);
	chmod(conf->key_file, 0600);
	EXPECT_VERDICT("another key", auth_open(&auth, conf), -EKEYREJECTED);
	chmod(conf->key_file, 0644);
	EXPECT_VERDICT("others may read it", auth_open(&auth, conf), -EPERM);
	conf->key_file = unit_write(&mem, "short", 5);
	chmod(conf->key_file, 0600);
	EXPECT_VERDICT("short", auth_open(&auth, conf), -EINVAL);
	conf->key_file = "/nonexistent/key";
	EXPECT_VERDICT("lost", auth_open(&auth, conf), -ENOKEY);
	EXPECT_TRUE("nothing came out", auth == NULL);
	conf->key_file = key_file;
	EXPECT_VERDICT("the right one", auth_open(&auth, conf), 0);
}

static void
wrong_stores(void)
{
	GUARD(conf_drop) struct conf *conf = box_conf(test_directory());
	GUARD(store_close) struct store *st = NULL;
	GUARD(auth_close) struct auth *auth = NULL;
	const char *data_dir = conf->data_dir;

	EXPECT_VERDICT("made", auth_init(conf, NOW_MS), 0);
	conf->data_dir = test_directory();
	EXPECT_VERDICT("no store", auth_open(&auth, conf), -ENOENT);
	EXPECT_VERDICT("an empty one", open_lmdb(&st, conf->data_dir, 16 << 20, STORE_MAKE), 0);
	store_close(&st);
	EXPECT_VERDICT("without keys", auth_open(&auth, conf), -ENOKEY);
	conf->data_dir = "/nonexistent";
	EXPECT_VERDICT("no directory", auth_open(&auth, conf), -ENOENT);
	EXPECT_VERDICT("no directory to make it in", auth_init(conf, NOW_MS), -ENOENT);
	EXPECT_TRUE("nothing came out", auth == NULL);
	conf->data_dir = data_dir;
	EXPECT_VERDICT("the right one", auth_open(&auth, conf), 0);
}

/* A key file that is there already is used, never replaced. */
static void
key_file_kept(void)
{
	GUARD(conf_drop) struct conf *conf = box_conf(test_directory());
	GUARD(arena_free) struct arena mem;
	static const char key[] = "a key of exactly thirty-two byte";

	arena_init(&mem, 0);
	conf->key_file = unit_write(&mem, key, 32);
	chmod(conf->key_file, 0600);
	EXPECT_VERDICT("made", auth_init(conf, NOW_MS), 0);
	EXPECT_BYTES("kept", unit_read(&mem, conf->key_file), key, 32);
	conf->data_dir = test_directory();
	chmod(conf->key_file, 0666);
	EXPECT_VERDICT("too open", auth_init(conf, NOW_MS), -EPERM);
	chmod(conf->key_file, 0600);
	EXPECT_VERDICT("after it was put right", auth_init(conf, NOW_MS), 0);
	conf->data_dir = test_directory();
	conf->key_file = "/nonexistent/key";
	EXPECT_VERDICT("no place for a key", auth_init(conf, NOW_MS), -ENOENT);
}

static CU_TestInfo tests[] = {
	{ "made once", made_once },
	{ "wrong keys", wrong_keys },
	{ "wrong stores", wrong_stores },
	{ "key file kept", key_file_kept },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/auth", tests);
