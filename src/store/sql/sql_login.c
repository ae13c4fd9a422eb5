// SPDX-License-Identifier: ISC
/* store/sql/sql_login.c - logins that were ended. */
#include "store/sql/sql_login.h"

#include "store/sql/sql_run.h"

/* Programs of older schemas would let the login go on: from now on they do not start. */
#define READER_LOGINS 5

int
sql_login_mark(struct sql *db, const struct token *token)
{
	struct sql_args args = { .count = 0 };
	int r;

	if (token->use != TOKEN_ENDED)
		return 0;
	sql_arg_number(&args, READER_LOGINS);
	sql_arg_number(&args, READER_LOGINS);
	r = sql_change(db, READER_RAISE, &args, NULL);
	if (r)
		return r;
	args.count = 0;
	sql_arg_number(&args, token->expires_ms);
	sql_arg_uuid(&args, &token->user);
	return sql_change(db, USER_MARK, &args, NULL);
}
