// SPDX-License-Identifier: ISC
/* auth/where.h - where doorward.conf says that the store is. */
#ifndef AUTH_WHERE_H
#define AUTH_WHERE_H

#include <stdbool.h>

#include "conf/conf.h"
#include "store/store_where.h"

/* It has pointers into conf. */
struct store_where where_store(const struct conf *conf);

/* Do several machines use it?  Then what it is called is sql_database, else data_dir. */
bool where_is_shared(const struct conf *conf);
const char *where_name(const struct conf *conf);

/*
 * Is there one, or cannot that be found out?  A key file that is missing is then lost,
 * not yet to be made.
 */
bool where_has_store(const struct conf *conf);

#endif
