// SPDX-License-Identifier: ISC
/* auth/where.c - where doorward.conf says that the store is. */
#include "auth/where.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/guard.h"
#include "base/path.h"
#include "base/verdict.h"
#include "store/store.h"

/* Where Debian's server listens. */
static const char *const usual_hosts[] = { "/run/mysqld/mysqld.sock" };

bool
where_is_shared(const struct conf *conf)
{
	return strcmp(conf->store, "mariadb") == 0;
}

const char *
where_name(const struct conf *conf)
{
	return where_is_shared(conf) ? conf->sql_database : conf->data_dir;
}

struct store_where
where_store(const struct conf *conf)
{
	const bool is_usual = !conf->sql_hosts.count;

	return (struct store_where){
		.kind = conf->store,
		.data_dir = conf->data_dir,
		.max_bytes = (uint64_t)conf->store_max_mib << 20,
		.sql_hosts = is_usual ? usual_hosts : conf->sql_hosts.at,
		.sql_hosts_count = is_usual ? NELEM(usual_hosts) : conf->sql_hosts.count,
		.sql_database = conf->sql_database,
		.sql_user = conf->sql_user,
		.sql_password_file = conf->sql_password_file,
		.sql_ca_file = conf->sql_ca_file,
		.sql_timeout_ms = conf->sql_timeout_ms,
	};
}

/* Where nobody can say, there may be one. */
static bool
has_shared_store(const struct conf *conf)
{
	const struct store_where where = where_store(conf);
	GUARD(store_close) struct store *st = NULL;
	struct meta meta;
	int r;

	r = store_open(&st, &where, STORE_USE);
	if (!r)
		r = store_meta(st, &meta);
	return r != -ENOENT && r != V_NOT_FOUND;
}

bool
where_has_store(const struct conf *conf)
{
	char path[PATH_MAX];
	struct stat st;

	if (where_is_shared(conf))
		return has_shared_store(conf);
	return path_in(path, conf->data_dir, "data.mdb") == 0 && stat(path, &st) == 0 && st.st_size;
}
