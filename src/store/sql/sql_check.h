// SPDX-License-Identifier: ISC
/* store/sql/sql_check.h - is every record what it should be? */
#ifndef STORE_SQL_SQL_CHECK_H
#define STORE_SQL_SQL_CHECK_H

#include "store/store_care.h"

/* As store_check. */
int sql_check(struct store *st, struct store_check *check);

#endif
