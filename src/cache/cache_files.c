// SPDX-License-Identifier: ISC
/* cache/cache_files.c - opens the environment of a cache, and sets aside a damaged one. */
#include "cache/cache_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/allocate.h"
#include "base/clock.h"
#include "base/file_lock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/mdb_call.h"
#include "base/mdb_whole.h"

/* A write copies some 20 pages, and those that it frees can be used from the third write on. */
#define ROOM_BYTES	((off_t)2 * 1024 * 1024)

/* How often a full disk is asked whether it still is. */
#define FULL_MS		1000

/* What is to be opened. */
struct wanted {
	const char *dir;
	struct mdb_options options;
	cache_begin *begin;
	void *arg;
};

/* Its files are written in place, as the directory says to btrfs, for cache_keep_room. */
static int
make_directory(const char *dir)
{
	GUARD(fd_close) int fd = -1;

	if (mkdir(dir, 0700) != 0)
		return errno == EEXIST ? 0 : log_fault(-errno, "cache: %s", dir);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		allocate_in_place(fd);
	return 0;
}

/* *damaged: it failed because of what is in the files. */
static int
attempt(struct mdb *db, const struct wanted *wanted, bool *damaged)
{
	int r;

	r = make_directory(wanted->dir);
	if (r)
		return r;
	r = mdb_attach(db, wanted->dir, &wanted->options);
	if (!r)
		r = mdb_whole_check(db);
	if (!r)
		r = wanted->begin(db, wanted->arg);
	/* -EINVAL: sizes in a damaged page that the system refuses */
	*damaged = db->damaged || r == -EBADMSG || r == -EINVAL;
	if (r)
		mdb_detach(db);
	return r;
}

/* --- setting aside ------------------------------------------------------------ */

static void
remove_files(const char *dir)
{
	static const char *const names[] = { "data.mdb", "lock.mdb", "lock.ns" };
	char path[PATH_MAX];

	for (size_t i = 0; i < NELEM(names); i++) {
		if ((size_t)snprintf(path, sizeof path, "%s/%s", dir, names[i]) < sizeof path)
			unlink(path);
	}
	rmdir(dir);
}

/* Those who have it open go on with it until they find out. */
static int
set_aside(const char *dir)
{
	char aside[PATH_MAX];

	if ((size_t)snprintf(aside, sizeof aside, "%s.damaged", dir) >= sizeof aside)
		return log_fault(-ENAMETOOLONG, "cache: %s.damaged", dir);
	remove_files(aside);
	if (rename(dir, aside) != 0)
		return log_fault(-errno, "cache: %s is damaged and cannot be moved to %s", dir,
		    aside);
	log_error("cache: %s was damaged; it is now %s, and a new one takes its place", dir, aside);
	return 0;
}

/* One process at a time, lest the cache that one has just made be set aside by another. */
static int
take_turn(const char *dir, int *fd)
{
	char path[PATH_MAX];
	int r;

	if ((size_t)snprintf(path, sizeof path, "%s.turn", dir) >= sizeof path)
		return log_fault(-ENAMETOOLONG, "cache: %s.turn", dir);
	*fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (*fd < 0)
		return log_fault(-errno, "cache: %s", path);
	r = file_lock_wait(*fd, F_WRLCK, 0, 0);
	return r ? log_fault(r, "cache: %s", path) : 0;
}

static int
make_anew(struct mdb *db, const struct wanted *wanted)
{
	GUARD(fd_close) int turn = -1;
	bool damaged;
	int r;

	r = take_turn(wanted->dir, &turn);
	if (r)
		return r;
	r = attempt(db, wanted, &damaged);	/* another may have done it meanwhile */
	if (!r || !damaged)
		return r;
	r = set_aside(wanted->dir);
	return r ? r : attempt(db, wanted, &damaged);
}

int
cache_attach(struct mdb *db, const char *dir, unsigned databases, size_t map_bytes,
    cache_begin *begin, void *arg)
{
	const struct wanted wanted = { .dir = dir, .begin = begin, .arg = arg, .options = {
	    .who = "cache", .map_bytes = map_bytes, .tables = databases,
	    .flags = MDB_NOSYNC | MDB_NOMETASYNC, .mode = 0600, .forgets = true } };
	bool damaged = false;
	int r;

	r = attempt(db, &wanted, &damaged);
	if (r && damaged)
		r = make_anew(db, &wanted);
	return r ? log_fault(r, "cache: %s cannot be opened; it may be removed", dir) : 0;
}

/* False: there is no room for them. */
static bool
allocate_behind(const struct mdb *db, off_t used)
{
	int fd;

	if (mdb_env_get_fd(db->env, &fd) == 0 &&
	    fallocate(fd, FALLOC_FL_KEEP_SIZE, used, ROOM_BYTES) == 0)
		return true;
	return errno != ENOSPC && errno != EDQUOT;
}

bool
cache_keep_room(struct mdb *db, struct cache_room *room)
{
	int64_t now_ms = clock_steady_ms();
	size_t bytes, page;
	off_t used;

	/* what is damaged is met again where it is reported */
	if (mdb_used(db, &bytes, &page) != 0)
		return false;
	used = (off_t)bytes;
	if (used + ROOM_BYTES / 2 <= room->kept_bytes)
		return true;
	/* a full disk may take long to say so */
	if (room->full_ms && now_ms - room->full_ms < FULL_MS)
		return false;
	room->full_ms = allocate_behind(db, used) ? 0 : now_ms;
	if (!room->full_ms)
		room->kept_bytes = used + ROOM_BYTES;
	return !room->full_ms;
}
