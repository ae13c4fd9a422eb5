// SPDX-License-Identifier: ISC
/* store/store_where.h - where a store is. */
#ifndef STORE_STORE_WHERE_H
#define STORE_STORE_WHERE_H

#include <stddef.h>
#include <stdint.h>

/* Members of other kinds are ignored. */
struct store_where {
	const char *kind;		/* a row in store/store_kinds.c: "lmdb", "mariadb" */
	const char *data_dir;		/* lmdb: the directory of its files, which must exist */
	uint64_t max_bytes;		/* lmdb: it grows up to that, at least 1 MiB */
	const char *const *sql_hosts;	/* mariadb: servers, the nearest first, ... */
	size_t sql_hosts_count;
	const char *sql_database, *sql_user;
	const char *sql_password_file;	/* "" for none */
	const char *sql_ca_file;	/* "": no TLS */
	int64_t sql_timeout_ms;		/* ... and how long an answer may take */
};

enum store_how { STORE_USE, STORE_MAKE };

#endif
