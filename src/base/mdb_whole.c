// SPDX-License-Identifier: ISC
/* base/mdb_whole.c - whether a data file has all of its pages. */
#include "base/mdb_whole.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mdb_call.h"
#include "base/mdb_crash.h"

/* What is not there of a file: pages from first to last. */
struct missing {
	int fd;
	off_t file_bytes, used_bytes;
	size_t first, last;
};

static int
look(struct mdb *db, struct missing *missing)
{
	struct stat file;
	size_t used, page;
	int rc;

	rc = mdb_used(db, &used, &page);
	if (rc)
		return mdb_fault(db, rc, "mdb_env_info");
	if (mdb_env_get_fd(db->env, &missing->fd) || fstat(missing->fd, &file) != 0)
		return log_fault(-errno, "%s: fstat", db->who);
	missing->file_bytes = file.st_size;
	missing->used_bytes = (off_t)used;
	missing->first = (size_t)file.st_size / page;
	missing->last = used / page - 1;
	return 0;
}

/* How many of the pages are in one entry of LMDB's list of free ones. */
static size_t
count_free(const MDB_val *entry, const struct missing *missing)
{
	const size_t *pages = entry->mv_data;		/* how many, and their numbers */
	size_t count = 0;

	for (size_t i = 1; i <= pages[0]; i++)
		count += pages[i] >= missing->first && pages[i] <= missing->last;
	return count;
}

/*
 * Are all of the pages free ones?  LMDB never writes such a page if it was
 * taken into use and freed within one transaction.
 */
static bool
all_free(MDB_txn *txn, const struct missing *missing)
{
	GUARD(mdb_leave) MDB_cursor *cursor = NULL;
	MDB_val key, entry;
	size_t count = 0;
	int rc;

	rc = mdb_cursor_open(txn, 0, &cursor);
	while (!rc) {
		rc = mdb_cursor_get(cursor, &key, &entry, MDB_NEXT);
		count += rc ? 0 : count_free(&entry, missing);
	}
	return rc == MDB_NOTFOUND && count == missing->last - missing->first + 1;
}

/* The same in a child, which may die of a page that is missing: that is an answer too. */
static int
ask_child(const struct mdb *db, MDB_txn *txn, const struct missing *missing, bool *free)
{
	const struct rlimit no_core = { 0, 0 };
	int status, null;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		mdb_crash_leave();
		setrlimit(RLIMIT_CORE, &no_core);
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (null >= 0)
			dup2(null, STDERR_FILENO);	/* LMDB tells why it gives up */
		_exit(!all_free(txn, missing));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return log_fault(-errno, "%s: looking for missing pages", db->who);
	*free = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return 0;
}

/* The pages that are missing in a snapshot, and whether all of them are free there. */
static int
judge(struct mdb *db, struct missing *missing, bool *free)
{
	GUARD(mdb_undo) MDB_txn *txn = NULL;
	int r;

	*free = false;
	/* LMDB shows its list to readers alone */
	r = mdb_begin(db, MDB_RDONLY, &txn);
	if (!r)
		r = look(db, missing);
	return r ? r : ask_child(db, txn, missing, free);
}

/* While no writer is at it. */
static int
extend(struct mdb *db)
{
	GUARD(mdb_undo) MDB_txn *txn = NULL;
	struct missing missing;
	int r;

	r = mdb_begin(db, 0, &txn);
	if (!r)
		r = look(db, &missing);
	if (r || missing.file_bytes >= missing.used_bytes)
		return r;
	if (ftruncate(missing.fd, missing.used_bytes) != 0)
		return log_fault(-errno, "%s: ftruncate", db->who);
	return 0;
}

int
mdb_whole_check(struct mdb *db)
{
	struct missing missing, again;
	bool free;
	int r;

	r = look(db, &again);
	if (r || again.file_bytes >= again.used_bytes)
		return r;
	/* another process may change both: compare values that do not change */
	do {
		missing = again;
		r = judge(db, &missing, &free);
		if (!r)
			r = look(db, &again);
		if (r)
			return r;
	} while (again.file_bytes != missing.file_bytes || again.last != missing.last);
	if (missing.file_bytes >= missing.used_bytes)
		return 0;
	if (free)
		return extend(db);
	return log_fault(-EBADMSG, "%s: data.mdb is damaged: it has %lld bytes of %lld, and "
	    "the rest was cut off", db->who, (long long)missing.file_bytes,
	    (long long)missing.used_bytes);
}
