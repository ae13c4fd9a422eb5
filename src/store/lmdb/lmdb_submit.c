// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_submit.c - every write: an operation applied in a transaction of its own. */
#include "store/lmdb/lmdb_submit.h"

#include <errno.h>

#include "base/log.h"
#include "store/lmdb/lmdb_account.h"
#include "store/lmdb/lmdb_env.h"
#include "store/lmdb/lmdb_meta.h"
#include "store/lmdb/lmdb_token.h"
#include "store/lmdb/lmdb_user.h"
#include "store/lmdb/lmdb_webitel.h"

/* Expired tokens dropped in passing: more than an operation adds. */
#define SWEEP 16

static const struct {
	lmdb_apply *apply;
	bool sweeps;		/* drops a few expired tokens in passing */
} applies[OP_KINDS] = {
	[OP_INIT]                = { lmdb_init,                false },
	[OP_KEY_ADD]             = { lmdb_key_add,             false },
	[OP_USER_ADD]            = { lmdb_user_add,            false },
	[OP_USER_SET]            = { lmdb_user_change,         false },
	[OP_USER_FILL]           = { lmdb_user_change,         false },
	[OP_USER_PASSWORD]       = { lmdb_user_change,         false },
	[OP_USER_REHASH]         = { lmdb_user_change,         false },
	[OP_USER_DISABLE]        = { lmdb_user_change,         false },
	[OP_USER_ENABLE]         = { lmdb_user_change,         false },
	[OP_USER_LOGOUT]         = { lmdb_user_change,         false },
	[OP_USER_DELETE]         = { lmdb_user_change,         false },
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
	return lmdb_sweep(tx, SWEEP, op->now_ms, &swept);
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
