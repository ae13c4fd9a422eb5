// SPDX-License-Identifier: ISC
/* store/sql/sql_statement.h - the tables, and every statement, as text. */
#ifndef STORE_SQL_SQL_STATEMENT_H
#define STORE_SQL_SQL_STATEMENT_H

#include "base/text.h"
#include "store/record.h"

enum sql_table {
	SQL_META,
	SQL_USER,
	SQL_IDENTITY,
	SQL_PASSWORD,
	SQL_ACCOUNT,
	SQL_TOKEN,
	SQL_KEY,
	SQL_DOMAIN,
	SQL_DOMAIN_TOKEN,
	SQL_ROLE,
	SQL_MACHINE,
	SQL_TABLES			/* how many there are */
};

/*
 * A table has a column for each field of its kind, called as the field, and then own,
 * which also names its keys.
 */
struct sql_table_row {
	const char *name;
	const struct record_kind *kind;	/* NULL: only own columns */
	const char *own;
};

extern const struct sql_table_row sql_tables[SQL_TABLES];

enum sql_statement {
	META_GET, META_PUT, META_DROP, CHANGES_GET, CHANGES_SHARE, CHANGES_LOCK, CHANGES_COUNT,
	READER_RAISE, SWEEP_CLAIM,
	USER_GET, USER_GET_ACCOUNT, USER_LOCK, USER_FIND, USER_LIST, USER_PUT, USER_SET,
	USER_REVOKE, USER_TURN_LIVE, USER_MARK, USER_DROP,
	IDENTITY_GET, IDENTITY_PUT, IDENTITY_DROP,
	PASSWORD_GET, PASSWORD_PUT, PASSWORD_DROP,
	ACCOUNT_GET, ACCOUNT_LOCK, ACCOUNT_FIND, ACCOUNT_LIST, ACCOUNT_MEMBER, ACCOUNT_PUT,
	ACCOUNT_SET, ACCOUNT_TURN, ACCOUNT_DROP,
	TOKEN_GET, TOKEN_LOCK, TOKEN_FIND, TOKEN_FIND_LOCK, TOKEN_FIND_USER, TOKEN_GET_USER,
	TOKEN_FIND_ACCOUNT, TOKEN_GET_ACCOUNT, TOKEN_RIVALS, TOKEN_LIST, TOKEN_COUNT, TOKEN_PUT,
	TOKEN_SET, TOKEN_USED, TOKEN_DROP, TOKEN_DROP_OLDEST, TOKENS_DROP_USE, TOKENS_DROP_ALL,
	TOKENS_NTH, TOKENS_LAST, TOKENS_DROP_KEY, TOKENS_KEPT, TOKENS_PRUNE,
	KEY_GET, KEY_LIST, KEY_PUT, KEY_SET, KEY_DROP,
	DOMAIN_TURN,
	DOMAIN_TOKEN_GET, DOMAIN_TOKEN_BY_ID, DOMAIN_TOKEN_LIST, DOMAIN_TOKEN_LIST_ALL,
	DOMAIN_TOKEN_COUNT, DOMAIN_TOKEN_PUT, DOMAIN_TOKEN_ENABLE, DOMAIN_TOKEN_DROP,
	DOMAIN_TOKEN_DROP_ENDED, DOMAIN_TOKENS_PRUNE,
	ROLE_GET, ROLE_LIST, ROLE_PUT, ROLE_DROP,
	MACHINE_PUT, MACHINE_LIST, MACHINE_DROP_GONE,
	COUNT_USERS, COUNT_ACCOUNTS, COUNT_TOKENS, COUNT_KEYS, COUNT_DOMAIN_TOKENS, COUNT_ROLES,
	COUNT_BYTES, COUNT_EXPIRED, COUNT_OTHERS,
	SQL_STATEMENTS			/* how many there are */
};

/* The kind of the records that it reads or writes. */
const struct record_kind *sql_statement_kind(enum sql_statement statement);

/* A statement that selects all records of a table. */
void sql_table_put(struct text *out, enum sql_table table);

/* Its text, with a ? for each parameter. */
void sql_statement_put(struct text *out, enum sql_statement statement);

#endif
