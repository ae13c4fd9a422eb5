// SPDX-License-Identifier: ISC
/* auth/keyring.h: the file of the master key. */
#include "auth/keyring.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "unit.h"

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
	EXPECT_VERDICT("a directory", keyring_read_master(&ring, test_directory()), -EINVAL);
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

static CU_TestInfo tests[] = {
	{ "sizes", file_sizes },
	{ "modes", file_modes },
	{ "made", file_made },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/keyring: the file", tests);
