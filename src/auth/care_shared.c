// SPDX-License-Identifier: ISC
/* auth/care_shared.c - copies of a store that several machines use, and moving to another. */
#include "auth/care_shared.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "auth/scratch.h"
#include "auth/where.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/verdict.h"

/* All that st has, as it is at one moment, into the empty store copy. */
static int
gather(struct store *st, struct store *copy)
{
	struct store_move how = { .progress = NULL };
	int r, end_r;

	r = store_snapshot(st, true);
	if (r)
		return r;
	r = store_move(st, copy, &how);
	end_r = store_snapshot(st, false);
	if (!r)
		r = end_r;
	if (!r && how.differ)
		return log_fault(-EIO, "store: the copy has %llu records otherwise",
		    (unsigned long long)how.differ);
	return r;
}

static int
copy_to(struct store *st, const struct conf *conf, int fd)
{
	GUARD(scratch_drop) struct scratch scratch = { "" };
	GUARD(store_close) struct store *copy = NULL;
	struct store_where where;
	int r;

	r = scratch_make(&scratch, conf);
	where = scratch_where(&scratch, conf);
	if (!r)
		r = store_open(&copy, &where, STORE_MAKE);
	if (!r)
		r = gather(st, copy);
	return r ? r : store_copy(copy, fd);
}

int
care_shared_copy(struct auth *auth, int fd)
{
	return copy_to(auth->store, auth->conf, fd);
}

/* What is there now, in the file that how names. */
static int
keep(struct store *st, const struct conf *conf, struct store_restore *how)
{
	GUARD(fd_close) int fd = -1;
	struct meta meta;
	int r;

	r = store_meta(st, &meta);
	how->had = r == 0;
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	fd = open(how->kept, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return log_fault(-errno, "store: %s", how->kept);
	r = copy_to(st, conf, fd);
	if (!r && fsync(fd) != 0)
		r = log_fault(-errno, "store: %s", how->kept);
	if (r)
		unlink(how->kept);
	return r;
}

/* In place of what is there, which is not a complete store until all is. */
static int
put(struct store *st, struct store *restored)
{
	struct store_move how = { .progress = NULL };
	int r;

	r = store_forget(st);
	if (!r)
		r = store_move(restored, st, &how);
	if (!r && how.differ)
		return log_fault(-EBUSY, "store: others write to it");
	return r;
}

int
care_shared_restore(const struct conf *conf, struct store_restore *how)
{
	GUARD(scratch_drop) struct scratch scratch = { "" };
	GUARD(store_close) struct store *restored = NULL;
	GUARD(store_close) struct store *st = NULL;
	struct store_where where = where_store(conf), from;
	int r;

	r = store_alone(&where);
	if (!r)
		r = scratch_make(&scratch, conf);
	from = scratch_where(&scratch, conf);
	if (!r)
		r = store_restore(&from, how);
	if (!r)
		r = store_open(&restored, &from, STORE_USE);
	if (!r)
		r = store_open(&st, &where, STORE_MAKE);
	if (!r)
		r = keep(st, conf, how);
	return r ? r : put(st, restored);
}

int
care_migrate(struct auth *auth, const struct conf *to, struct store_move *how)
{
	const struct store_where where = where_store(to);
	GUARD(auth_close) struct auth *other = auth_new(to);
	int r;

	if (!other)
		return -ENOMEM;
	r = auth_read_key(other);
	if (!r)
		r = store_open(&other->store, &where, STORE_MAKE);
	if (!r)
		r = store_move(auth->store, other->store, how);
	/* it would start with these keys, and this key file */
	return r ? r : keyring_load(&other->keys, other->store);
}
