// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_draft.c - a store that is made ready to take the place of another. */
#include "store/lmdb/lmdb_draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/mdb_files.h"
#include "base/path.h"
#include "store/lmdb/lmdb_commit.h"
#include "store/lmdb/lmdb_board.h"

#define NAME		"draft"
#define FILE_MODE	0660

/* All that a store consists of, but the files of its common commits. */
static const char *const files[] = { "data.mdb", "lock.mdb", "lock.ns", COMMIT_FILE };

static int
remove_in(const char *dir, const char *name)
{
	char path[PATH_MAX];
	int r;

	r = path_in(path, dir, name);
	if (r || unlink(path) == 0 || errno == ENOENT)
		return r;
	return log_fault(-errno, "store: %s", path);
}

static int
empty(const char *dir)
{
	int r;

	r = board_forget(dir);
	for (size_t i = 0; i < NELEM(files) && !r; i++)
		r = remove_in(dir, files[i]);
	return r;
}

int
draft_make(struct draft *draft, const char *data_dir)
{
	int r;

	draft->data_dir = data_dir;
	r = mdb_files_alone(&draft->held, "store", data_dir, FILE_MODE);
	if (!r)
		r = path_in(draft->dir, data_dir, NAME);
	if (r)
		return r;
	if (mkdir(draft->dir, 0700) == 0)
		return 0;
	return errno == EEXIST ? empty(draft->dir) : log_fault(-errno, "store: %s", draft->dir);
}

int
draft_create(const struct draft *draft, int *fd)
{
	char path[PATH_MAX];
	int r;

	r = path_in(path, draft->dir, "data.mdb");
	if (r)
		return r;
	*fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	return *fd < 0 ? log_fault(-errno, "store: %s", path) : 0;
}

/* The former data file under another name too, or only there where files have one name. */
static int
keep(const char *path, const char *kept, bool *had)
{
	*had = access(path, F_OK) == 0;
	if (!*had || !kept)
		return 0;
	if (link(path, kept) == 0)
		return 0;
	if ((errno == EPERM || errno == EOPNOTSUPP) && rename(path, kept) == 0)
		return 0;
	return log_fault(-errno, "store: %s", kept);
}

static int
flush(const char *dir)
{
	GUARD(fd_close) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 && fsync(fd) == 0 ? 0 : log_fault(-errno, "store: %s", dir);
}

int
draft_publish(const struct draft *draft, const char *kept, bool *had)
{
	char from[PATH_MAX], to[PATH_MAX];
	int r;

	r = path_in(from, draft->dir, "data.mdb");
	if (!r)
		r = path_in(to, draft->data_dir, "data.mdb");
	if (!r)
		r = keep(to, kept, had);
	if (!r)
		r = remove_in(draft->data_dir, "lock.mdb");
	if (!r)
		r = board_forget(draft->data_dir);
	if (r)
		return r;
	if (rename(from, to) != 0)
		return log_fault(-errno, "store: %s", to);
	return flush(draft->data_dir);
}

void
draft_drop(struct draft *draft)
{
	if (*draft->dir && empty(draft->dir) == 0)
		rmdir(draft->dir);
	*draft->dir = '\0';
	fd_close(&draft->held);
	draft->held = -1;
}
