// SPDX-License-Identifier: ISC
/* store/store_kinds.c - the kinds of stores, a row each; only this file knows the back ends. */
#include "store/store_care.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "base/log.h"
#include "store/lmdb/lmdb.h"
#ifdef WITH_MARIADB
#include "store/sql/sql.h"
#endif

static const struct kind {
	const char *name;
	int (*open)(struct store **st, const struct store_where *where, enum store_how how);
	int (*upgrade)(const struct store_where *where, const char *backup, uint64_t *from);
	int (*check_copy)(const struct store_where *where, const char *path,
	    struct store_check *check, struct meta *meta);
	int (*restore)(const struct store_where *where, struct store_restore *how);
	int (*compact)(const struct store_where *where, struct store_restore *how);
	int (*mend)(const struct store_where *where, struct store_restore *how);
	int (*alone)(const struct store_where *where);
} kinds[] = {
	{ "lmdb", lmdb_open, lmdb_upgrade, lmdb_check_copy, lmdb_restore, lmdb_compact,
	    lmdb_mend, NULL },
#ifdef WITH_MARIADB
	{ "mariadb", sql_open, sql_upgrade, NULL, NULL, NULL, NULL, sql_alone },
#endif
};

static const struct kind *
kind_of(const struct store_where *where)
{
	for (size_t i = 0; i < NELEM(kinds); i++) {
		if (strcmp(kinds[i].name, where->kind) == 0)
			return &kinds[i];
	}
	log_error("store: there is no kind \"%s\"", where->kind);
	return NULL;
}

int
store_open(struct store **st, const struct store_where *where, enum store_how how)
{
	const struct kind *kind = kind_of(where);

	return kind ? kind->open(st, where, how) : -EINVAL;
}

int
store_upgrade(const struct store_where *where, const char *backup, uint64_t *from)
{
	const struct kind *kind = kind_of(where);

	return kind ? kind->upgrade(where, backup, from) : -EINVAL;
}

int
store_check_copy(const struct store_where *where, const char *path, struct store_check *check,
    struct meta *meta)
{
	const struct kind *kind = kind_of(where);

	if (kind && !kind->check_copy)
		return -EOPNOTSUPP;
	return kind ? kind->check_copy(where, path, check, meta) : -EINVAL;
}

int
store_restore(const struct store_where *where, struct store_restore *how)
{
	const struct kind *kind = kind_of(where);

	if (kind && !kind->restore)
		return -EOPNOTSUPP;
	return kind ? kind->restore(where, how) : -EINVAL;
}

int
store_compact(const struct store_where *where, struct store_restore *how)
{
	const struct kind *kind = kind_of(where);

	if (kind && !kind->compact)
		return -EOPNOTSUPP;
	return kind ? kind->compact(where, how) : -EINVAL;
}

int
store_mend(const struct store_where *where, struct store_restore *how)
{
	const struct kind *kind = kind_of(where);

	if (kind && !kind->mend)
		return -EOPNOTSUPP;
	return kind ? kind->mend(where, how) : -EINVAL;
}

int
store_alone(const struct store_where *where)
{
	const struct kind *kind = kind_of(where);

	if (kind && !kind->alone)
		return -EOPNOTSUPP;
	return kind ? kind->alone(where) : -EINVAL;
}
