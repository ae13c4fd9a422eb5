// SPDX-License-Identifier: ISC
/* ctl/target.c - files that the caller names to be written, and what none of them replaces. */
#include "ctl/target.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/verdict.h"

/* Where LMDB has this mark in a data file: behind the header of the first page. */
#define MARK_AT (sizeof(size_t) + 8)
#define MARK UINT32_C(0xbeefc0de)

char *
target_folder(struct arena *mem, const char *path)
{
	char *folder = arena_printf(mem, "./%s", path), *end;

	if (!folder)
		return NULL;
	if (*path == '/')
		folder += 2;
	end = strrchr(folder, '/');
	end[end == folder] = '\0';
	return folder;
}

static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool
is_same(const struct stat *folder, const char *dir)
{
	struct stat other;

	return *dir && stat(dir, &other) == 0 && other.st_dev == folder->st_dev &&
	    other.st_ino == folder->st_ino;
}

/* Which of the service's directories contains the folder, at any depth?  NULL: none. */
static const char *
owner_of(const struct conf *conf, const char *folder)
{
	GUARD(fd_close) int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat at, former = { .st_ino = 0 };
	int up;

	while (fd >= 0 && fstat(fd, &at) == 0 &&
	    (at.st_ino != former.st_ino || at.st_dev != former.st_dev)) {
		if (is_same(&at, conf->data_dir))
			return "data_dir";
		if (is_same(&at, conf->run_dir))
			return "run_dir";
		former = at;
		up = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		close(fd);
		fd = up;
	}
	return NULL;
}

static bool
is_key_file(struct ctl *ctl, const char *folder, const char *path)
{
	const char *key_folder = target_folder(&ctl->mem, ctl->conf->key_file);
	struct stat at;

	return key_folder && strcmp(name_of(path), name_of(ctl->conf->key_file)) == 0 &&
	    stat(folder, &at) == 0 && is_same(&at, key_folder);
}

/* A data.mdb with its lock.mdb is the database of some service. */
static bool
is_database(struct ctl *ctl, const char *folder, const char *path)
{
	const char *lock = arena_printf(&ctl->mem, "%s/lock.mdb", folder);

	return lock && strcmp(name_of(path), "data.mdb") == 0 && access(lock, F_OK) == 0;
}

/* An empty file is as good as a backup: nothing is lost with it. */
static int
look_at(struct ctl *ctl, const char *folder, const char *path)
{
	GUARD(fd_close) int fd = -1;
	struct stat file;
	uint32_t mark;

	if (stat(path, &file) != 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISREG(file.st_mode)) {
		ctl->why = "is not a file; - is standard output";
		return V_INVALID;
	}
	if (file.st_size == 0)
		return 0;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (pread(fd, &mark, sizeof mark, MARK_AT) != sizeof mark || mark != MARK) {
		ctl->why = "exists and is not a backup, so it is not replaced; name another file";
		return V_INVALID;
	}
	if (is_database(ctl, folder, path)) {
		ctl->why = "is a database, so it is not replaced; name another file";
		return V_INVALID;
	}
	return 0;
}

int
target_check_backup(struct ctl *ctl, const char *path)
{
	const char *folder = target_folder(&ctl->mem, path), *owner;

	if (!folder)
		return -ENOMEM;
	owner = owner_of(ctl->conf, folder);
	if (owner)
		ctl->why = arena_printf(&ctl->mem, "is inside %s, which belongs to the service; "
		    "name a file elsewhere", owner);
	else if (is_key_file(ctl, folder, path))
		ctl->why = "is the name of the key file; name another file";
	else
		return look_at(ctl, folder, path);
	return V_INVALID;
}

int
target_open(struct ctl *ctl, const char *path, int *fd)
{
	struct stat file;

	*fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (*fd >= 0 || errno != EEXIST)
		return *fd < 0 ? -errno : 0;
	*fd = open(path, O_WRONLY | O_CLOEXEC);
	if (*fd < 0 || fstat(*fd, &file) != 0)
		return -errno;
	if (!S_ISREG(file.st_mode) || file.st_size == 0)
		return 0;
	close(*fd);
	*fd = -1;
	ctl->why = "exists already; name a new file";
	return V_EXISTS;
}
