// SPDX-License-Identifier: ISC
/* auth/care.c - looking after the store: checks and copies. */
#include "auth/care.h"

#include <stdio.h>

#include "auth/care_shared.h"
#include "auth/where.h"

int
care_check(struct auth *auth, struct store_check *check)
{
	return store_check(auth->store, check);
}

int
care_copy(struct auth *auth, int fd)
{
	return where_is_shared(auth->conf) ? care_shared_copy(auth, fd) :
	    store_copy(auth->store, fd);
}

int
care_copy_bytes(struct auth *auth, uint64_t *bytes)
{
	return store_copy_bytes(auth->store, bytes);
}

int
care_check_copy(const struct conf *conf, int fd, struct store_check *check, struct meta *meta)
{
	struct store_where where = where_store(conf);
	char path[32];

	/* by descriptor: its directory may be one that only the caller of the tool may enter */
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	where.kind = "lmdb";		/* as is every copy */
	return store_check_copy(&where, path, check, meta);
}

int
care_restore(const struct conf *conf, struct store_restore *how)
{
	const struct store_where where = where_store(conf);

	return where_is_shared(conf) ? care_shared_restore(conf, how) :
	    store_restore(&where, how);
}

int
care_compact(const struct conf *conf, struct store_restore *how)
{
	const struct store_where where = where_store(conf);

	return store_compact(&where, how);
}

int
care_mend(const struct conf *conf, struct store_restore *how)
{
	const struct store_where where = where_store(conf);

	return store_mend(&where, how);
}

int
care_state(struct auth *auth, int64_t now_ms, struct store_state *state)
{
	return store_state(auth->store, now_ms, state);
}
