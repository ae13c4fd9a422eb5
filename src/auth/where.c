// SPDX-License-Identifier: ISC
/* auth/where.c - where doorward.conf says that the store is. */
#include "auth/where.h"

#include <sys/stat.h>

#include "base/path.h"

struct store_where
where_store(const struct conf *conf)
{
	return (struct store_where){ .kind = "lmdb", .data_dir = conf->data_dir,
	    .max_bytes = (uint64_t)conf->store_max_mib << 20 };
}

bool
where_has_store(const struct conf *conf)
{
	char path[PATH_MAX];
	struct stat st;

	return path_in(path, conf->data_dir, "data.mdb") == 0 && stat(path, &st) == 0 && st.st_size;
}
