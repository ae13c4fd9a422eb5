// SPDX-License-Identifier: ISC
/* store/lmdb_txn.c - transactions, the growing map, and the one way to write. */
#include "store/lmdb.h"

#include <errno.h>

#include "base/log.h"

int
txn_begin(struct lmdb *db, unsigned flags, struct txn *tx)
{
	tx->db = db;
	return mdb_begin(&db->mdb, flags, &tx->mdb);
}

int
txn_fault(const struct txn *tx, int rc, const char *call)
{
	return mdb_fault(&tx->db->mdb, rc, call);
}

int
txn_commit(struct txn *tx)
{
	return mdb_commit(&tx->db->mdb, &tx->mdb);
}

void
txn_drop(struct txn *tx)
{
	mdb_undo(&tx->mdb);
}

int
lmdb_grow(struct lmdb *db)
{
	MDB_envinfo info;
	size_t bytes;

	mdb_env_info(db->mdb.env, &info);
	bytes = info.me_mapsize;
	if (bytes >= db->max_bytes)
		return log_fault(-ENOSPC, "store: all of its permitted %zu bytes are in use",
		    db->max_bytes);
	return mdb_resize(&db->mdb, bytes < db->max_bytes / 2 ? bytes * 2 : db->max_bytes);
}

static const struct {
	lmdb_apply *apply;
	bool sweeps;		/* drops a few expired tokens in passing */
} applies[OP_KINDS] = {
	[OP_INIT]                = { lmdb_init,                false },
	[OP_KEY_ADD]             = { lmdb_key_add,             false },
	[OP_USER_ADD]            = { lmdb_user_add,            false },
	[OP_USER_SET]            = { lmdb_user_set,            false },
	[OP_USER_PASSWORD]       = { lmdb_user_password,       false },
	[OP_USER_REHASH]         = { lmdb_user_rehash,         false },
	[OP_USER_DISABLE]        = { lmdb_user_disable,        false },
	[OP_USER_ENABLE]         = { lmdb_user_enable,         false },
	[OP_USER_LOGOUT]         = { lmdb_user_logout,         false },
	[OP_USER_DELETE]         = { lmdb_user_delete,         false },
	[OP_ACCOUNT_ADD]         = { lmdb_account_add,         false },
	[OP_ACCOUNT_SET]         = { lmdb_account_set,         false },
	[OP_ACCOUNT_DELETE]      = { lmdb_account_delete,      false },
	[OP_TOKEN_ADD]           = { lmdb_token_add,           true },
	[OP_TOKEN_SET]           = { lmdb_token_set,           true },
	[OP_TOKEN_DROP]          = { lmdb_token_drop,          true },
	[OP_TOKENS_DROP_OF_USER] = { lmdb_tokens_drop_of_user, true },
	[OP_TOKENS_PRUNE]        = { lmdb_tokens_prune,        false },
	[OP_DOMAIN_TOKEN_ADD]    = { lmdb_domain_token_add,    false },
	[OP_DOMAIN_TOKEN_SET]    = { lmdb_domain_token_set,    false },
	[OP_DOMAIN_TOKEN_DROP]   = { lmdb_domain_token_drop,   false },
	[OP_ROLE_SET]            = { lmdb_role_set,            false },
	[OP_ROLE_DROP]           = { lmdb_role_drop,           false },
};

/* Does all of op within tx. */
static int
apply(struct txn *tx, const struct op *op, struct op_result *result)
{
	uint64_t swept;
	int r;

	if ((size_t)op->kind >= NELEM(applies) || !applies[op->kind].apply)
		return log_fault(-ENOSYS, "store: operation %d", (int)op->kind);
	r = applies[op->kind].apply(tx, op, result);
	if (r || !applies[op->kind].sweeps)
		return r;
	return lmdb_sweep(tx, STORE_SWEEP, op->now_ms, &swept);
}

static int
attempt(struct lmdb *db, const struct op *op, struct op_result *result)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	int r;

	r = txn_begin(db, 0, &tx);
	if (r)
		return r;
	r = apply(&tx, op, result);
	if (r)
		return r;
	return txn_commit(&tx);
}

int
lmdb_submit(struct store *st, const struct op *op, struct op_result *result)
{
	struct lmdb *db = (struct lmdb *)st;
	struct op_result mine;
	int r;

	for (;;) {
		mine = (struct op_result){ 0 };
		r = attempt(db, op, &mine);
		if (r != MDB_MAP_FULL)
			break;
		r = lmdb_grow(db);
		if (r)
			break;
	}
	if (r)
		return r;
	*result = mine;
	return 0;
}
