// SPDX-License-Identifier: ISC
/* store/sql/sql.c - a store in MariaDB: its operations, and how it is opened. */
#include "store/sql/sql.h"

#include "base/guard.h"
#include "store/sql/sql_account.h"
#include "store/sql/sql_check.h"
#include "store/sql/sql_key.h"
#include "store/sql/sql_machine.h"
#include "store/sql/sql_meta.h"
#include "store/sql/sql_schema.h"
#include "store/sql/sql_submit.h"
#include "store/sql/sql_token.h"
#include "store/sql/sql_try.h"
#include "store/sql/sql_user.h"
#include "store/sql/sql_webitel.h"

static void
sql_close(struct store *st)
{
	struct sql *db = (struct sql *)st;

	sql_link_free(&db);
}

static const struct store_ops sql_ops = {
	.name = "mariadb",
	.close = sql_close,
	.submit = sql_submit,
	.submit_all = sql_submit_all,
	.submit_some = sql_submit_some,
	.meta_get = sql_meta_get,
	.counts = sql_counts,
	.keys = sql_keys,
	.key_changes = sql_key_changes,
	.user_get = sql_user_get,
	.user_find = sql_user_find,
	.user_list = sql_user_list,
	.password_get = sql_password_get,
	.account_get = sql_account_get,
	.account_find = sql_account_find,
	.account_list = sql_account_list,
	.token_find = sql_token_find,
	.token_find_user = sql_token_find_user,
	.token_get = sql_token_get,
	.token_get_user = sql_token_get_user,
	.token_list = sql_token_list,
	.domain_token_get = sql_domain_token_get,
	.domain_token_list = sql_domain_token_list,
	.role_get = sql_role_get,
	.role_list = sql_role_list,
	.check = sql_check,
	.state = sql_state,
	.machine_note = sql_machine_note,
	.machines = sql_machines,
	.copy_bytes = sql_copy_bytes,
	.snapshot = sql_snapshot,
	.forget = sql_forget,
};

int
sql_open(struct store **st, const struct store_where *where, enum store_how how)
{
	GUARD(sql_link_free) struct sql *db = NULL;
	int r;

	r = sql_link_new(&db, where);
	if (!r && how == STORE_MAKE)
		r = sql_schema_make(db);
	if (!r)
		r = sql_schema_check(db);
	if (r)
		return r;
	db->base.ops = &sql_ops;
	*st = &db->base;
	db = NULL;
	return 0;
}

/* Others may have it open: what is added is not in their way, and nothing is changed. */
int
sql_upgrade(const struct store_where *where, const char *backup, uint64_t *from)
{
	GUARD(sql_link_free) struct sql *db = NULL;
	int r;

	(void)backup;
	r = sql_link_new(&db, where);
	if (!r)
		r = sql_schema_upgrade(db, from);
	return r ? r : sql_schema_check(db);
}
