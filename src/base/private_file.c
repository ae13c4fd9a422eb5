// SPDX-License-Identifier: ISC
/* base/private_file.c - files with a secret, read only if other users cannot read them. */
#include "base/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/path.h"
#include "base/secret.h"

/* root's or our own, not writable by the group, nothing for others; root may read all. */
static bool
is_private(const struct stat *st)
{
	bool ours = st->st_uid == 0 || st->st_uid == geteuid() || geteuid() == 0;

	return ours && (st->st_mode & 0027) == 0;
}

int
private_file_read(const char *path, void *bytes, size_t size, size_t *len)
{
	GUARD(fd_close) int fd = -1;
	struct stat st;
	ssize_t got;

	/* must not block on a pipe in its place before it is recognized */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) != 0)
		return log_fault(-errno, "file %s", path);
	if (!S_ISREG(st.st_mode))
		return log_fault(-EINVAL, "file %s is not a regular file", path);
	if (!is_private(&st))
		return log_fault(-EPERM, "file %s must be 0600 or 0640, of root or the service",
		    path);
	if (st.st_size > (off_t)size)
		return log_fault(-EFBIG, "file %s", path);
	got = read(fd, bytes, size);
	if (got < 0)
		return log_fault(-errno, "reading %s", path);
	*len = (size_t)got;
	return 0;
}

int
private_file_read_line(const char *path, struct arena *mem, const char **line)
{
	char bytes[PRIVATE_LINE_MAX];
	size_t len;
	int r;

	r = private_file_read(path, bytes, sizeof bytes, &len);
	if (r)
		return r;
	while (len && (bytes[len - 1] == '\n' || bytes[len - 1] == '\r'))
		len--;
	*line = arena_strndup(mem, bytes, len);
	secret_wipe(bytes, sizeof bytes);
	if (!*line)
		return -ENOMEM;
	return len ? 0 : log_fault(-EINVAL, "%s is empty", path);
}

/* By descriptor: nothing that takes the place of path meanwhile is given away. */
static bool
share(int fd, gid_t group)
{
	return group == (gid_t)-1 ||
	    (fchown(fd, (uid_t)-1, group) == 0 && fchmod(fd, 0640) == 0);
}

int
private_file_make(const char *path, const void *bytes, size_t len, gid_t group)
{
	GUARD(fd_close) int fd = -1;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (share(fd, group) && descriptors_write(fd, bytes, len) == 0 && fsync(fd) == 0)
		return 0;
	unlink(path);
	return log_fault(-EIO, "writing %s", path);
}

/* Beside the file, so that a rename can put it in its place. */
static int
make_beside(const char *path, const char *beside, const void *bytes, size_t len)
{
	GUARD(fd_close) int fd = -1;
	struct stat st, made;

	if (stat(path, &st) != 0 || (unlink(beside) != 0 && errno != ENOENT))
		return -errno;
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || fstat(fd, &made) != 0)
		return -errno;
	if ((made.st_uid != st.st_uid || made.st_gid != st.st_gid) &&
	    fchown(fd, st.st_uid, st.st_gid) != 0)
		return -errno;
	if (fchmod(fd, st.st_mode & 0777) != 0)
		return -errno;
	return descriptors_write(fd, bytes, len) == 0 && fsync(fd) == 0 ? 0 : -errno;
}

/* So that the new name survives a power failure. */
static int
flush_directory(const char *path)
{
	GUARD(fd_close) int fd = -1;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 && fsync(fd) == 0 ? 0 : -errno;
}

int
private_file_replace(const char *path, const void *bytes, size_t len)
{
	char real[PATH_MAX], beside[PATH_MAX];
	int r;

	if (!realpath(path, real))
		return log_fault(-errno, "file %s", path);
	if (snprintf(beside, sizeof beside, "%s.new", real) >= (int)sizeof beside)
		return log_fault(-ENAMETOOLONG, "file %s", path);
	r = make_beside(real, beside, bytes, len);
	if (!r && rename(beside, real) != 0)
		r = -errno;
	if (r) {
		unlink(beside);
		return log_fault(r, "writing %s", beside);
	}
	path_cut_name(real);
	r = flush_directory(real);
	return r ? log_fault(r, "directory of %s", path) : 0;
}
