// SPDX-License-Identifier: ISC
/* store/store_users.c - users in batches: several operations in one atomic step. */
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "store/backend.h"

#define OPS_MAX 3		/* of one user of a batch */

/* Of a user who is changed; how many there are. */
static size_t
change_ops(const struct user_write *write, const struct password *password, int64_t now_ms,
    struct op ops[OPS_MAX])
{
	const struct user *user = &write->user;
	struct op *op = ops;

	/* before what a disabled user does not get */
	if (write->turn == ENABLE)
		*op++ = (struct op){ .kind = OP_USER_ENABLE, .now_ms = now_ms,
		    .u.user_enable = { user->id } };
	*op++ = (struct op){ .kind = OP_USER_SET, .now_ms = now_ms,
	    .u.user_set = { *user, write->mask } };
	if (password->hash[0] || write->ends_password) {
		*op = (struct op){ .kind = OP_USER_PASSWORD, .now_ms = now_ms,
		    .u.user_password = { .to = *password, .gen = user->gen,
		    .drops_tokens = write->drops_tokens } };
		memcpy(op->u.user_password.ha1b.index, user->ha1b, sizeof user->ha1b);
		strcpy(op->u.user_password.ha1b.login, user_ha1b_login(user));
		op++;
	}
	if (write->turn == DISABLE)
		*op++ = (struct op){ .kind = OP_USER_DISABLE, .now_ms = now_ms,
		    .u.user_disable = { user->id, user->gen } };
	return (size_t)(op - ops);
}

/* The operations for one user of a batch; how many there are. */
static size_t
user_ops(const struct user_write *write, int64_t now_ms, struct op ops[OPS_MAX])
{
	struct password password = write->password;

	password.user = write->user.id;
	if (write->mask)
		return change_ops(write, &password, now_ms, ops);
	ops[0] = (struct op){ .kind = OP_USER_ADD, .now_ms = now_ms,
	    .u.user_add = { write->user, password } };
	return 1;
}

int
store_users_write(struct store *st, const struct user_write *writes, size_t count, int64_t now_ms)
{
	struct op *ops = calloc(OPS_MAX * count + 1, sizeof *ops);
	size_t n = 0;
	int r;

	if (!ops)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		n += user_ops(&writes[i], now_ms, ops + n);
	for (size_t i = 0; i < n; i++)
		ops[i].keeper = st->keeper;
	r = st->ops->submit_all(st, ops, n);
	secret_wipe(ops, n * sizeof *ops);
	free(ops);
	return r;
}
