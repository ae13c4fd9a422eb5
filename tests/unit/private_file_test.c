// SPDX-License-Identifier: ISC
#include "base/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "unit.h"

#define PATH_SIZE 256
#define SECRET "of a provider"

static char path[PATH_SIZE];

static void
prepare(void)
{
	log_open("/dev/null", LOG_LEVEL_ERROR);
	snprintf(path, sizeof path, "%s/secret", test_directory());
}

static void
make(void)
{
	char bytes[64];
	struct stat st;
	size_t len = 0;
	mode_t before;

	prepare();
	before = umask(0);
	EXPECT_VERDICT("make", private_file_make(path, SECRET, strlen(SECRET), (gid_t)-1), 0);
	umask(before);
	EXPECT_INT("stat", lstat(path, &st), 0);
	EXPECT_INT("mode", st.st_mode, S_IFREG | 0600);
	EXPECT_VERDICT("read", private_file_read(path, bytes, sizeof bytes, &len), 0);
	EXPECT_INT("length", (int64_t)len, (int64_t)strlen(SECRET));
	EXPECT_BYTES("same", bytes, SECRET, strlen(SECRET));
	EXPECT_VERDICT("again", private_file_make(path, "other", 5, (gid_t)-1), -EEXIST);
	EXPECT_VERDICT("left alone", private_file_read(path, bytes, sizeof bytes, &len), 0);
	EXPECT_BYTES("left alone", bytes, SECRET, strlen(SECRET));
	EXPECT_VERDICT("no directory", private_file_make("/nowhere/at/all", "x", 1, (gid_t)-1),
	    -ENOENT);
}

static void
links(void)
{
	char link[PATH_SIZE + 8];

	prepare();
	snprintf(link, sizeof link, "%s.link", path);
	EXPECT_INT("link", symlink(path, link), 0);
	EXPECT_VERDICT("a link to nothing", private_file_make(link, "x", 1, (gid_t)-1), -EEXIST);
	EXPECT_INT("nothing was made", access(path, F_OK), -1);
}

static void
modes(void)
{
	static const struct { mode_t mode; int want; } t[] = {
		{ 0600, 0 }, { 0400, 0 }, { 0640, 0 }, { 0440, 0 }, { 0700, 0 },
		{ 0660, -EPERM }, { 0620, -EPERM }, { 0644, -EPERM }, { 0604, -EPERM },
		{ 0602, -EPERM }, { 0601, -EPERM }, { 0666, -EPERM }, { 0777, -EPERM },
	};
	char bytes[64], row[16];
	size_t len;

	prepare();
	EXPECT_VERDICT("make", private_file_make(path, SECRET, strlen(SECRET), (gid_t)-1), 0);
	for (size_t i = 0; i < NELEM(t); i++) {
		snprintf(row, sizeof row, "%04o", (unsigned)t[i].mode);
		EXPECT_INT(row, chmod(path, t[i].mode), 0);
		memset(bytes, 0x5a, sizeof bytes);
		len = 77;
		EXPECT_VERDICT(row, private_file_read(path, bytes, sizeof bytes, &len), t[i].want);
		EXPECT_INT(row, (int64_t)len, t[i].want ? 77 : (int64_t)strlen(SECRET));
		EXPECT_INT(row, bytes[0], t[i].want ? 0x5a : SECRET[0]);
	}
}

static void
sizes(void)
{
	char bytes[64];
	size_t len = 77;

	prepare();
	EXPECT_VERDICT("make", private_file_make(path, SECRET, strlen(SECRET), (gid_t)-1), 0);
	EXPECT_VERDICT("just fits", private_file_read(path, bytes, strlen(SECRET), &len), 0);
	EXPECT_VERDICT("one too long", private_file_read(path, bytes, strlen(SECRET) - 1, &len),
	    -EFBIG);
	EXPECT_VERDICT("no room", private_file_read(path, bytes, 0, &len), -EFBIG);
	EXPECT_INT("remove", unlink(path), 0);
	EXPECT_VERDICT("none", private_file_read(path, bytes, sizeof bytes, &len), -ENOENT);
	EXPECT_VERDICT("empty", private_file_make(path, "", 0, (gid_t)-1), 0);
	EXPECT_VERDICT("empty", private_file_read(path, bytes, sizeof bytes, &len), 0);
	EXPECT_INT("empty", (int64_t)len, 0);
}

static void
no_files(void)
{
	char bytes[64], fifo[PATH_SIZE + 8];
	size_t len;
	int writer;

	prepare();
	snprintf(fifo, sizeof fifo, "%s.fifo", path);
	EXPECT_VERDICT("directory", private_file_read("/", bytes, sizeof bytes, &len), -EINVAL);
	EXPECT_VERDICT("device", private_file_read("/dev/null", bytes, sizeof bytes, &len), -EINVAL);
	EXPECT_INT("pipe", mkfifo(fifo, 0600), 0);
	writer = open(fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	EXPECT_VERDICT("pipe", private_file_read(fifo, bytes, sizeof bytes, &len), -EINVAL);
	close(writer);
}

/* Only root can create a file of another user, or read one of root's. */
static void
owners(void)
{
	char bytes[64];
	size_t len;

	prepare();
	if (geteuid() != 0) {
		EXPECT_VERDICT("root's", private_file_read("/etc/shadow", bytes, sizeof bytes,
		    &len), -EACCES);
		return;
	}
	EXPECT_VERDICT("make", private_file_make(path, SECRET, strlen(SECRET), (gid_t)-1), 0);
	EXPECT_INT("given away", chown(path, 65534, 65534), 0);
	EXPECT_VERDICT("root may", private_file_read(path, bytes, sizeof bytes, &len), 0);
}

/* The file is never without content, and keeps its owner and mode. */
static void
replace(void)
{
	char bytes[64], link[PATH_SIZE + 8], beside[PATH_SIZE + 8];
	struct stat st;
	size_t len;

	prepare();
	snprintf(link, sizeof link, "%s.link", path);
	snprintf(beside, sizeof beside, "%s.new", path);
	EXPECT_VERDICT("none", private_file_replace(path, "x", 1), -ENOENT);
	EXPECT_INT("nothing was made", access(path, F_OK), -1);
	EXPECT_VERDICT("make", private_file_make(path, SECRET, strlen(SECRET), (gid_t)-1), 0);
	EXPECT_INT("mode", chmod(path, 0640), 0);
	EXPECT_INT("a former attempt", close(open(beside, O_WRONLY | O_CREAT, 0644)), 0);
	EXPECT_VERDICT("replace", private_file_replace(path, "other", 5), 0);
	EXPECT_INT("stat", stat(path, &st), 0);
	EXPECT_INT("mode", st.st_mode, S_IFREG | 0640);
	EXPECT_VERDICT("read", private_file_read(path, bytes, sizeof bytes, &len), 0);
	EXPECT_TRUE("the new bytes", len == 5 && memcmp(bytes, "other", 5) == 0);
	EXPECT_INT("nothing is left", access(beside, F_OK), -1);
	EXPECT_INT("link", symlink(path, link), 0);
	EXPECT_VERDICT("by a link", private_file_replace(link, "third", 5), 0);
	EXPECT_INT("it stays", lstat(link, &st) == 0 && S_ISLNK(st.st_mode), 1);
	EXPECT_VERDICT("read", private_file_read(path, bytes, sizeof bytes, &len), 0);
	EXPECT_TRUE("the new bytes", len == 5 && memcmp(bytes, "third", 5) == 0);
	EXPECT_INT("in the way", mkdir(beside, 0700), 0);
	EXPECT_TRUE("cannot be written", private_file_replace(path, "x", 1) < 0);
	EXPECT_VERDICT("read", private_file_read(path, bytes, sizeof bytes, &len), 0);
	EXPECT_INT("left alone", (int64_t)len, 5);
}

static CU_TestInfo tests[] = {
	{ "make", make },
	{ "links", links },
	{ "modes", modes },
	{ "sizes", sizes },
	{ "no files", no_files },
	{ "owners", owners },
	{ "replace", replace },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/private_file", tests);
