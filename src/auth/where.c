// SPDX-License-Identifier: ISC
/* auth/where.c - where doorward.conf says that the store is. */
#include "auth/where.h"

struct store_where
where_store(const struct conf *conf)
{
	return (struct store_where){ .kind = "lmdb", .data_dir = conf->data_dir,
	    .max_bytes = (uint64_t)conf->store_max_mib << 20 };
}
