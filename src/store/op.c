// SPDX-License-Identifier: ISC
/* store/op.c - properties of each kind of operation. */
#include "store/op.h"

#include <stddef.h>

const struct op_traits op_traits[OP_KINDS] = {
	/*                          repeatable  takes_away */
	[OP_INIT]                = { false,      false },
	[OP_KEY_ADD]             = { true,       false },
	[OP_KEY_SET]             = { true,       true },
	[OP_KEY_DROP]            = { false,      true },
	[OP_USER_ADD]            = { true,       false },
	[OP_USER_SET]            = { true,       false },
	[OP_USER_FILL]           = { false,      false },
	[OP_USER_PASSWORD]       = { true,       true },
	[OP_USER_REHASH]         = { false,      false },
	[OP_USER_DISABLE]        = { true,       true },
	[OP_USER_ENABLE]         = { true,       false },
	[OP_USER_LOGOUT]         = { false,      true },
	[OP_USER_DELETE]         = { false,      true },
	[OP_ACCOUNT_ADD]         = { true,       false },
	[OP_ACCOUNT_SET]         = { true,       false },
	[OP_ACCOUNT_DELETE]      = { false,      true },
	[OP_TOKEN_ADD]           = { true,       false },
	[OP_TOKEN_SET]           = { true,       false },
	[OP_TOKEN_DROP]          = { false,      true },
	[OP_TOKENS_DROP_OF_USER] = { false,      true },
	[OP_TOKENS_DROP_OF_KEY]  = { false,      true },
	[OP_TOKENS_PRUNE]        = { false,      true },
	[OP_TOKEN_ROTATE]        = { true,       false },
	[OP_TOKEN_FIRST_USE]     = { true,       false },
	[OP_TOKENS_USED]         = { true,       false },
	[OP_DOMAIN_TOKEN_ADD]    = { true,       false },
	[OP_DOMAIN_TOKEN_SET]    = { true,       true },
	[OP_DOMAIN_TOKEN_DROP]   = { false,      true },
	[OP_DOMAIN_TOKENS_PRUNE] = { false,      true },
	[OP_ROLE_SET]            = { true,       false },
	[OP_ROLE_DROP]           = { false,      true },
};

const struct uuid *
op_user(const struct op *op)
{
	switch (op->kind) {
	case OP_USER_SET:	return &op->u.user_set.to.id;
	case OP_USER_FILL:	return &op->u.user_fill.to.id;
	case OP_USER_PASSWORD:	return &op->u.user_password.to.user;
	case OP_USER_REHASH:	return &op->u.user_rehash.to.user;
	case OP_USER_DISABLE:	return &op->u.user_disable.id;
	case OP_USER_ENABLE:	return &op->u.user_enable.id;
	case OP_USER_LOGOUT:	return &op->u.user_logout.id;
	case OP_USER_DELETE:	return &op->u.user_delete.id;
	default:		return NULL;
	}
}

const struct password *
op_password(const struct op *op)
{
	static const struct password none;

	switch (op->kind) {
	case OP_USER_ADD:	return &op->u.user_add.password;
	case OP_USER_PASSWORD:	return &op->u.user_password.to;
	case OP_USER_REHASH:	return &op->u.user_rehash.to;
	case OP_USER_DELETE:	return &none;
	default:		return NULL;
	}
}

bool
op_drops_tokens(const struct op *op)
{
	return op->kind == OP_USER_DELETE ||
	    (op->kind == OP_USER_LOGOUT && !op->u.user_logout.keeps_tokens) ||
	    (op->kind == OP_USER_PASSWORD && op->u.user_password.drops_tokens);
}
