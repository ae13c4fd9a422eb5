// SPDX-License-Identifier: ISC
/* cache/cache_files.c - opens the environment of a cache, and sets aside a damaged one. */
#include "cache/cache_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_lock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/mdb_whole.h"

/* What is to be opened. */
struct wanted {
	const char *dir;
	struct mdb_options options;
	cache_begin *begin;
	void *arg;
};

/* *damaged: it failed because of what is in the files. */
static int
attempt(struct mdb *db, const struct wanted *wanted, bool *damaged)
{
	int r;

	if (mkdir(wanted->dir, 0700) != 0 && errno != EEXIST)
		return log_fault(-errno, "cache: %s", wanted->dir);
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
