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

static void
file_sizes(void)
{
	static const struct { size_t size; int want; size_t count; } rows[] = {
		{ 0, -EINVAL, 0 }, { 1, -EINVAL, 0 }, { 31, -EINVAL, 0 }, { 32, 0, 1 },
		{ 33, -EINVAL, 0 }, { 63, -EINVAL, 0 }, { 64, 0, 2 }, { 65, -EFBIG, 0 },
		{ 96, -EFBIG, 0 },
	};
	GUARD(arena_free) struct arena mem;
	const char *path, *row;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct keyring ring = { .master_count = 0 };

		row = arena_printf(&mem, "%zu bytes", rows[i].size);
		path = unit_write(&mem, masters, rows[i].size);
		chmod(path, 0600);
		EXPECT_VERDICT(row, keyring_read_master(&ring, path), rows[i].want);
		EXPECT_INT(row, (int64_t)ring.master_count, (int64_t)rows[i].count);
		if (rows[i].count)
			EXPECT_BYTES(row, ring.masters[rows[i].count - 1].bytes,
			    masters + (rows[i].count - 1) * SECRET_KEY_LEN, SECRET_KEY_LEN);
	}
}

static void
file_modes(void)
{
	static const struct { mode_t mode; int want; } rows[] = {
		{ 0600, 0 }, { 0400, 0 }, { 0640, 0 }, { 0440, 0 }, { 0644, -EPERM },
		{ 0604, -EPERM }, { 0660, -EPERM }, { 0620, -EPERM }, { 0602, -EPERM },
		{ 0601, -EPERM }, { 0666, -EPERM }, { 0777, -EPERM },
	};
	GUARD(arena_free) struct arena mem;
	struct keyring ring = { .master_count = 0 };
	const char *path;

	arena_init(&mem, 0);
	path = unit_write(&mem, masters, SECRET_KEY_LEN);
	for (size_t i = 0; i < NELEM(rows); i++) {
		chmod(path, rows[i].mode);
		EXPECT_VERDICT(arena_printf(&mem, "%04o", (unsigned)rows[i].mode),
		    keyring_read_master(&ring, path), rows[i].want);
	}
	EXPECT_VERDICT("absent", keyring_read_master(&ring, "/nonexistent/key"), -ENOENT);
	EXPECT_VERDICT("a directory", keyring_read_master(&ring, test_directory()), -EPERM);
}

static void
file_made(void)
{
	GUARD(arena_free) struct arena mem;
	struct keyring ring = { .master_count = 0 };
	const char *path;
	struct stat st;

	arena_init(&mem, 0);
	path = arena_printf(&mem, "%s/key", test_directory());
	EXPECT_VERDICT("made", keyring_write_master(path, (gid_t)-1), 0);
	EXPECT_INT("mode", stat(path, &st), 0);
	EXPECT_INT("mode", st.st_mode & 07777, 0600);
	EXPECT_INT("size", st.st_size, SECRET_KEY_LEN);
	EXPECT_VERDICT("read", keyring_read_master(&ring, path), 0);
	EXPECT_VERDICT("never twice", keyring_write_master(path, (gid_t)-1), -EEXIST);
	EXPECT_VERDICT("no directory", keyring_write_master("/nonexistent/key", (gid_t)-1),
	    -ENOENT);
}

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
	EXPECT_VERDICT("an empty store", keyring_load(&first, st, NOW_MS), 0);
	EXPECT_TRUE("an empty store", keyring_newest(&first, KEY_JWT) == NULL);
	EXPECT_VERDICT("keys", keyring_create(&first, st, NOW_MS), 0);
	EXPECT_VERDICT("load", keyring_load(&first, st, NOW_MS), 0);
	EXPECT_INT("one of each purpose", (int64_t)first.count, KEY_PURPOSES);
	EXPECT_VERDICT("another master", keyring_load(&second, st, NOW_MS), -EKEYREJECTED);
	EXPECT_INT("nothing came out", (int64_t)second.count, 0);
	EXPECT_VERDICT("keys of the other", keyring_create(&second, st, NOW_MS + 1), 0);
	EXPECT_VERDICT("half of them are another's", keyring_load(&first, st, NOW_MS),
	    -EKEYREJECTED);
	EXPECT_INT("the former stay", (int64_t)first.count, KEY_PURPOSES);
	EXPECT_VERDICT("both masters", keyring_load(&both, st, NOW_MS), 0);
	EXPECT_INT("both masters", (int64_t)both.count, 2 * KEY_PURPOSES);
	EXPECT_VERDICT("neither", keyring_load(&none, st, NOW_MS), -EKEYREJECTED);
	keyring_wipe(&both);
	EXPECT_INT("wiped", (int64_t)both.count, 0);
}

static void
finding(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(arena_free) struct arena mem;
	const struct ring_key *found = NULL, *newest;
	struct keyring mine, other;

	arena_init(&mem, 0);
	mine = ring_of(&mem, masters, 1);
	other = mine;
	EXPECT_VERDICT("store", open_lmdb(&st, test_directory(), 16 << 20, STORE_MAKE), 0);
	EXPECT_VERDICT("keys", keyring_create(&mine, st, NOW_MS), 0);
	EXPECT_VERDICT("load", keyring_load(&mine, st, NOW_MS), 0);
	EXPECT_VERDICT("keys of another process", keyring_create(&other, st, NOW_MS + 5), 0);
	EXPECT_VERDICT("load", keyring_load(&other, st, NOW_MS), 0);
	newest = keyring_newest(&other, KEY_JWT);
	EXPECT_VERDICT("not asked again at once", keyring_find(&mine, st, KEY_JWT, newest->id,
	    NOW_MS + 999, &found), V_NOT_FOUND);
	EXPECT_TRUE("left alone", found == NULL);
	EXPECT_VERDICT("a second later", keyring_find(&mine, st, KEY_JWT, newest->id, NOW_MS + 1000,
	    &found), 0);
	EXPECT_BYTES("the same key", found->bytes, newest->bytes, SECRET_KEY_LEN);
	EXPECT_STRING("the newest", keyring_newest(&mine, KEY_JWT)->id, newest->id);
	EXPECT_VERDICT("another purpose", keyring_find(&mine, st, KEY_HASH, newest->id,
	    NOW_MS + 9000, &found), V_NOT_FOUND);
	EXPECT_VERDICT("unknown", keyring_find(&mine, st, KEY_JWT, "0123456789abcdef",
	    NOW_MS + 99000, &found), V_NOT_FOUND);
	EXPECT_VERDICT("nothing", keyring_find(&mine, st, KEY_JWT, "", NOW_MS + 199000, &found),
	    V_NOT_FOUND);
	EXPECT_VERDICT("a clock set back", keyring_find(&mine, st, KEY_JWT, newest->id, 0, &found),
	    0);
}

static void
foreign_keys(void)
{
	GUARD(store_close) struct store *st = NULL;
	GUARD(arena_free) struct arena mem;
	struct key key = { .created_ms = NOW_MS, .purpose = "tea" };
	struct keyring ring;

	arena_init(&mem, 0);
	ring = ring_of(&mem, masters, 1);
	EXPECT_VERDICT("store", open_lmdb(&st, test_directory(), 16 << 20, STORE_MAKE), 0);
	for (int i = 0; i * KEY_PURPOSES < KEYRING_MAX; i++)
		EXPECT_VERDICT("as many as fit", keyring_create(&ring, st, NOW_MS + i), 0);
	EXPECT_VERDICT("as many as fit", keyring_load(&ring, st, NOW_MS), 0);
	strcpy(key.id, "0123456789abcdef");
	strcpy(key.sealed_by, ring.masters[0].id);
	secret_seal(key.sealed, ring.masters[0].bytes, masters, SECRET_KEY_LEN);
	EXPECT_VERDICT("one more", store_key_add(st, &key), 0);
	EXPECT_INT("one more", keyring_load(&ring, st, NOW_MS), -E2BIG);
	store_close(&st);
	EXPECT_VERDICT("store", open_lmdb(&st, test_directory(), 16 << 20, STORE_MAKE), 0);
	EXPECT_VERDICT("a purpose of nobody's", store_key_add(st, &key), 0);
	EXPECT_VERDICT("a purpose of nobody's", keyring_load(&ring, st, NOW_MS), -EBADMSG);
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
	EXPECT_VERDICT("load", keyring_load(&one, st, NOW_MS), 0);
	EXPECT_VERDICT("hash alone", keyring_complete(&one, st, NOW_MS), -ENOKEY);
	put_key(st, &one, "0000000000000002", "jwt");
	EXPECT_VERDICT("load", keyring_load(&one, st, NOW_MS), 0);
	EXPECT_VERDICT("load", keyring_load(&two, st, NOW_MS), 0);
	EXPECT_VERDICT("one makes them", keyring_complete(&one, st, NOW_MS), 0);
	EXPECT_VERDICT("two finds them", keyring_complete(&two, st, NOW_MS + 1), 0);
	for (enum key_purpose p = KEY_PURPOSES_AT_FIRST; p < KEY_PURPOSES; p++)
		EXPECT_BYTES("the same", keyring_newest(&one, p)->bytes,
		    keyring_newest(&two, p)->bytes, SECRET_KEY_LEN);
	EXPECT_VERDICT("again", keyring_complete(&one, st, NOW_MS + 2), 0);
	EXPECT_VERDICT("keys", store_keys(st, &mem, &keys, &count), 0);
	EXPECT_INT("one each", (int64_t)count, KEY_PURPOSES);
}

static CU_TestInfo tests[] = {
	{ "file sizes", file_sizes },
	{ "file modes", file_modes },
	{ "file made", file_made },
	{ "loading", loading },
	{ "finding", finding },
	{ "foreign keys", foreign_keys },
	{ "completed", completed },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/keyring", tests);
