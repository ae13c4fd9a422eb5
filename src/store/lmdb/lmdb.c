// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb.c - a store in LMDB: its operations, and how it is opened. */
#include "store/lmdb/lmdb.h"

#include <errno.h>

#include "base/log.h"
#include "base/verdict.h"
#include "store/lmdb/lmdb_account.h"
#include "store/lmdb/lmdb_check.h"
#include "store/lmdb/lmdb_commit.h"
#include "store/lmdb/lmdb_copy.h"
#include "store/lmdb/lmdb_env.h"
#include "store/lmdb/lmdb_key.h"
#include "store/lmdb/lmdb_meta.h"
#include "store/lmdb/lmdb_room.h"
#include "store/lmdb/lmdb_state.h"
#include "store/lmdb/lmdb_submit.h"
#include "store/lmdb/lmdb_token.h"
#include "store/lmdb/lmdb_user.h"
#include "store/lmdb/lmdb_webitel.h"

static void
lmdb_close(struct store *st)
{
	struct lmdb *db = (struct lmdb *)st;

	lmdb_drop(&db);
}

static const struct store_ops lmdb_ops = {
	.name = "lmdb",
	.close = lmdb_close,
	.submit = lmdb_submit,
	.share = lmdb_share,
	.submit_all = lmdb_submit_all,
	.submit_some = lmdb_submit_some,
	.meta_get = lmdb_meta_get,
	.counts = lmdb_counts,
	.keys = lmdb_keys,
	.key_changes = lmdb_key_changes,
	.user_get = lmdb_user_get,
	.user_find = lmdb_user_find,
	.user_list = lmdb_user_list,
	.password_get = lmdb_password_get,
	.account_get = lmdb_account_get,
	.account_find = lmdb_account_find,
	.account_list = lmdb_account_list,
	.token_find = lmdb_token_find,
	.token_find_user = lmdb_token_find_user,
	.token_get = lmdb_token_get,
	.token_get_user = lmdb_token_get_user,
	.token_list = lmdb_token_list,
	.domain_token_get = lmdb_domain_token_get,
	.domain_token_list = lmdb_domain_token_list,
	.role_get = lmdb_role_get,
	.role_list = lmdb_role_list,
	.check = lmdb_check,
	.copy = lmdb_copy,
	.copy_bytes = lmdb_copy_bytes,
	.state = lmdb_state,
};

/* All databases in one transaction. */
static int
tables_attempt(struct lmdb *db, bool create)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	int r;

	r = txn_begin(db, create ? 0 : MDB_RDONLY, &tx);
	if (!r)
		r = lmdb_tables_open(&tx, create);
	if (!r)
		r = txn_commit(&tx);
	return r;
}

/* In a map that grows until it fits. */
static int
tables_try(struct lmdb *db, bool create)
{
	int r;

	do
		r = tables_attempt(db, create);
	while (room_again(db, &r));
	return r;
}

static int
tables_open(struct lmdb *db, bool create)
{
	int r;

	r = tables_try(db, create);
	return r == V_NOT_FOUND ? tables_try(db, true) : r;
}

/* Before anything is written to it.  *is_new: it has nothing yet. */
static int
schema_check(struct lmdb *db, bool *is_new)
{
	struct meta meta;
	int r;

	r = lmdb_schema(db, &meta);
	*is_new = r == V_NOT_FOUND;
	if (r)
		return *is_new ? 0 : r;
	if (meta.schema == STORE_SCHEMA)
		commit_file_open(db, &meta);
	if (meta.schema < STORE_SCHEMA)
		return log_fault(-ESTALE, "store: its schema %llu is older than this program's %d; "
		    "stop the service, and let 'doorwardctl upgrade' bring it up to it",
		    (unsigned long long)meta.schema, STORE_SCHEMA);
	return 0;
}

int
lmdb_open(struct store **st, const struct store_where *where, enum store_how how)
{
	GUARD(lmdb_drop) struct lmdb *db = NULL;
	bool is_new = false;
	int r;

	r = lmdb_env_open(&db, where, how);
	if (!r)
		r = schema_check(db, &is_new);
	if (!r)
		r = tables_open(db, is_new && how == STORE_MAKE);
	if (!r)
		r = room_prepare(db);
	if (r)
		return r;
	commit_note(db, &(struct commit){ db->commit.number, db->commit.base, db->commit.at_ms,
	    db->commit.settled_ms });
	db->base.ops = &lmdb_ops;
	*st = &db->base;
	db = NULL;
	return 0;
}
