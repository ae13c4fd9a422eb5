// SPDX-License-Identifier: ISC
/* store/sql/sql_login.h - logins that were ended. */
#ifndef STORE_SQL_SQL_LOGIN_H
#define STORE_SQL_SQL_LOGIN_H

#include "store/sql/sql_link.h"

/* If the token is a login that was ended, marks its user as such (store/change.h). */
int sql_login_mark(struct sql *db, const struct token *token);

#endif
