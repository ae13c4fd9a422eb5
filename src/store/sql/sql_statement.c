// SPDX-License-Identifier: ISC
/* store/sql/sql_statement.c - the tables, and every statement, a row each. */
#include "store/sql/sql_statement.h"

#include <string.h>

/*
 * touched is changed by those who must not be at work at the same time as another who
 * does so (store/sql/sql.h).  Rows of meta: "store", "keys" with the count of their
 * changes, "sweep" with the time of the last one and, as key_changes, until when there is
 * none because the clock jumped, and "reader" with the oldest schema whose programs can use
 * the tables.
 */
const struct sql_table_row sql_tables[SQL_TABLES] = {
	[SQL_META]         = { "meta", &meta_kind,
	    "`row` VARBINARY(16) NOT NULL, PRIMARY KEY (`row`)" },
	[SQL_USER]         = { "user", &user_kind,
	    "`touched` BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (`uuid`), KEY (`account`)" },
	[SQL_IDENTITY]     = { "identity", &uuid_link_kind,
	    "`kind` VARBINARY(16) NOT NULL, `name` VARBINARY(255) NOT NULL, "
	    "PRIMARY KEY (`kind`, `name`)" },
	[SQL_PASSWORD]     = { "password", &password_kind, "PRIMARY KEY (`user`)" },
	[SQL_ACCOUNT]      = { "account", &account_kind,
	    "`touched` BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (`uuid`)" },
	[SQL_TOKEN]        = { "token", &token_kind,
	    "PRIMARY KEY (`uuid`), UNIQUE KEY (`digest`), "
	    "KEY `age` (`user`, `use`, `created_on`, `uuid`, `expired_on`), "
	    "KEY `expiry` (`expired_on`, `digest`)" },
	[SQL_KEY]          = { "key", &key_kind, "PRIMARY KEY (`id`)" },
	[SQL_DOMAIN]       = { "domain", NULL,
	    "`name` VARBINARY(254) NOT NULL, `touched` BIGINT NOT NULL, PRIMARY KEY (`name`)" },
	[SQL_DOMAIN_TOKEN] = { "domain_token", &domain_token_kind,
	    "PRIMARY KEY (`domain`, `uuid`), KEY (`uuid`), "
	    "KEY `expiry` (`domain`, `expired_on`, `uuid`)" },
	[SQL_ROLE]         = { "role", &role_kind, "PRIMARY KEY (`name`)" },
	[SQL_MACHINE]      = { "machine", &machine_kind, "PRIMARY KEY (`name`)" },
};

/*
 * In a text, @ stands for the columns of the table's kind, # for a ? for each of them, %
 * for an assignment to each, ~ for an assignment of what was to be inserted, and & and $
 * for the columns of user and account.  Other columns may be a newer program's: no statement
 * sets them, nor replaces a row that may have them.
 */
static const struct {
	enum sql_table table;
	const char *text;
} statements[SQL_STATEMENTS] = {
	[META_GET]       = { SQL_META, "SELECT @ FROM `meta` WHERE `row` = ?" },
	[META_PUT]       = { SQL_META, "INSERT INTO `meta` (@, `row`) VALUES (#, ?)" },
	[META_DROP]      = { SQL_META, "DELETE FROM `meta` WHERE `row` = ?" },
	[CHANGES_GET]    = { SQL_META, "SELECT `key_changes` FROM `meta` WHERE `row` = 'keys'" },
	[CHANGES_SHARE]  = { SQL_META, "SELECT `key_changes` FROM `meta` WHERE `row` = 'keys' "
	    "LOCK IN SHARE MODE" },
	[CHANGES_LOCK]   = { SQL_META, "SELECT `key_changes` FROM `meta` WHERE `row` = 'keys' "
	    "FOR UPDATE" },
	[CHANGES_COUNT]  = { SQL_META, "UPDATE `meta` SET `key_changes` = `key_changes` + 1 "
	    "WHERE `row` = 'keys'" },
	[READER_RAISE]   = { SQL_META, "UPDATE `meta` SET `schema` = ? WHERE `row` = 'reader' AND "
	    "`schema` < ?" },
	[SWEEP_CLAIM]    = { SQL_META, "UPDATE `meta` SET `key_changes` = "
	    "IF(`created_on` = 0 OR ABS(`created_on` - ?) < ?, `key_changes`, ?), "
	    "`created_on` = ? WHERE `row` = 'sweep' AND (`created_on` <= ? OR `created_on` >= ?)" },

	[USER_GET]       = { SQL_USER, "SELECT @ FROM `user` WHERE `uuid` = ?" },
	[USER_GET_ACCOUNT] = { SQL_USER, "SELECT @, $ FROM `user` LEFT JOIN `account` "
	    "ON `account`.`uuid` = `user`.`account` WHERE `user`.`uuid` = ?" },
	[USER_LOCK]      = { SQL_USER, "SELECT @ FROM `user` WHERE `uuid` = ? FOR UPDATE" },
	[USER_FIND]      = { SQL_USER, "SELECT @ FROM `identity` AS `i` JOIN `user` "
	    "ON `user`.`uuid` = `i`.`uuid` WHERE `i`.`kind` = ? AND `i`.`name` = ?" },
	[USER_LIST]      = { SQL_USER, "SELECT @ FROM `user` WHERE `uuid` > ? "
	    "ORDER BY `uuid` LIMIT ?" },
	[USER_PUT]       = { SQL_USER, "INSERT INTO `user` (@) VALUES (#)" },
	[USER_SET]       = { SQL_USER, "UPDATE `user` SET %, `touched` = `touched` + 1 "
	    "WHERE `uuid` = ?" },
	[USER_REVOKE]    = { SQL_USER, "UPDATE `user` SET `touched` = `touched` + 1, "
	    "`token_gen` = ? WHERE `uuid` = ?" },
	[USER_TURN_LIVE] = { SQL_USER, "UPDATE `user` SET `touched` = `touched` + 1 "
	    "WHERE `uuid` = ? AND `deleted_on` = 0" },
	[USER_MARK]      = { SQL_USER, "UPDATE `user` SET `logins_ended_on` = "
	    "GREATEST(`logins_ended_on`, ?) WHERE `uuid` = ?" },
	[USER_DROP]      = { SQL_USER, "DELETE FROM `user` WHERE `uuid` = ?" },

	[IDENTITY_GET]   = { SQL_IDENTITY, "SELECT @ FROM `identity` WHERE `kind` = ? AND "
	    "`name` = ?" },
	[IDENTITY_PUT]   = { SQL_IDENTITY, "INSERT INTO `identity` (@, `kind`, `name`) "
	    "VALUES (#, ?, ?)" },
	[IDENTITY_DROP]  = { SQL_IDENTITY, "DELETE FROM `identity` WHERE `uuid` = ? AND "
	    "`kind` = ? AND `name` = ?" },

	[PASSWORD_GET]   = { SQL_PASSWORD, "SELECT @ FROM `password` WHERE `user` = ?" },
	[PASSWORD_PUT]   = { SQL_PASSWORD, "INSERT INTO `password` (@) VALUES (#) "
	    "ON DUPLICATE KEY UPDATE ~" },
	[PASSWORD_DROP]  = { SQL_PASSWORD, "DELETE FROM `password` WHERE `user` = ?" },

	[ACCOUNT_GET]    = { SQL_ACCOUNT, "SELECT @ FROM `account` WHERE `uuid` = ?" },
	[ACCOUNT_LOCK]   = { SQL_ACCOUNT, "SELECT @ FROM `account` WHERE `uuid` = ? FOR UPDATE" },
	[ACCOUNT_FIND]   = { SQL_ACCOUNT, "SELECT @ FROM `identity` AS `i` JOIN `account` "
	    "ON `account`.`uuid` = `i`.`uuid` WHERE `i`.`kind` = ? AND `i`.`name` = ?" },
	[ACCOUNT_LIST]   = { SQL_ACCOUNT, "SELECT @ FROM `account` WHERE `uuid` > ? "
	    "ORDER BY `uuid` LIMIT ?" },
	[ACCOUNT_MEMBER] = { SQL_USER, "SELECT 1 FROM `user` WHERE `account` = ? LIMIT 1" },
	[ACCOUNT_PUT]    = { SQL_ACCOUNT, "INSERT INTO `account` (@) VALUES (#)" },
	[ACCOUNT_SET]    = { SQL_ACCOUNT, "UPDATE `account` SET %, `touched` = `touched` + 1 "
	    "WHERE `uuid` = ?" },
	[ACCOUNT_TURN]   = { SQL_ACCOUNT, "UPDATE `account` SET `touched` = `touched` + 1 "
	    "WHERE `uuid` = ?" },
	[ACCOUNT_DROP]   = { SQL_ACCOUNT, "DELETE FROM `account` WHERE `uuid` = ?" },

	[TOKEN_GET]      = { SQL_TOKEN, "SELECT @ FROM `token` WHERE `uuid` = ?" },
	[TOKEN_LOCK]     = { SQL_TOKEN, "SELECT @ FROM `token` WHERE `uuid` = ? FOR UPDATE" },
	[TOKEN_FIND]     = { SQL_TOKEN, "SELECT @ FROM `token` WHERE `digest` = ?" },
	[TOKEN_FIND_LOCK] = { SQL_TOKEN, "SELECT @ FROM `token` WHERE `digest` = ? FOR UPDATE" },
	[TOKEN_FIND_USER] = { SQL_TOKEN, "SELECT @, & FROM `token` LEFT JOIN `user` "
	    "ON `user`.`uuid` = `token`.`user` WHERE `token`.`digest` = ?" },
	[TOKEN_GET_USER] = { SQL_TOKEN, "SELECT @, & FROM `token` LEFT JOIN `user` "
	    "ON `user`.`uuid` = `token`.`user` WHERE `token`.`uuid` = ?" },
	[TOKEN_FIND_ACCOUNT] = { SQL_TOKEN, "SELECT @, &, $ FROM `token` LEFT JOIN `user` "
	    "ON `user`.`uuid` = `token`.`user` LEFT JOIN `account` "
	    "ON `account`.`uuid` = `user`.`account` WHERE `token`.`digest` = ?" },
	[TOKEN_GET_ACCOUNT] = { SQL_TOKEN, "SELECT @, &, $ FROM `token` LEFT JOIN `user` "
	    "ON `user`.`uuid` = `token`.`user` LEFT JOIN `account` "
	    "ON `account`.`uuid` = `user`.`account` WHERE `token`.`uuid` = ?" },
	[TOKEN_RIVALS]   = { SQL_TOKEN, "SELECT @ FROM `token` WHERE `uuid` = ? UNION ALL "
	    "SELECT @ FROM `token` WHERE `digest` = ?" },
	[TOKEN_LIST]     = { SQL_TOKEN, "SELECT @ FROM `token` WHERE `user` = ? AND `use` = ? AND "
	    "`expired_on` > ? AND `created_on` >= ? AND (`created_on` > ? OR `uuid` > ?) "
	    "ORDER BY `created_on`, `uuid` LIMIT ?" },
	[TOKEN_COUNT]    = { SQL_TOKEN, "SELECT COUNT(*) FROM `token` WHERE `user` = ? AND "
	    "`use` = ? AND `expired_on` > ?" },
	[TOKEN_PUT]      = { SQL_TOKEN, "INSERT INTO `token` (@) VALUES (#)" },
	[TOKEN_SET]      = { SQL_TOKEN, "UPDATE `token` SET % WHERE `uuid` = ?" },
	[TOKEN_USED]     = { SQL_TOKEN, "UPDATE `token` SET `last_used_on` = ?, "
	    "`last_used_ip` = ? WHERE `uuid` = ? AND `use` = ? AND `last_used_on` < ?" },
	[TOKEN_DROP]     = { SQL_TOKEN, "DELETE FROM `token` WHERE `uuid` = ?" },
	[TOKEN_DROP_OLDEST] = { SQL_TOKEN, "DELETE FROM `token` WHERE `user` = ? AND `use` = ? AND "
	    "`expired_on` > ? ORDER BY `created_on`, `uuid` LIMIT 1" },
	[TOKENS_DROP_USE] = { SQL_TOKEN, "DELETE FROM `token` WHERE `user` = ? AND `use` = ?" },
	[TOKENS_DROP_ALL] = { SQL_TOKEN, "DELETE FROM `token` WHERE `user` = ?" },
	[TOKENS_NTH]     = { SQL_TOKEN, "SELECT @ FROM `token` WHERE `digest` > ? "
	    "ORDER BY `digest` LIMIT ?, 1" },
	[TOKENS_LAST]    = { SQL_TOKEN, "SELECT @ FROM `token` WHERE `digest` > ? "
	    "ORDER BY `digest` DESC LIMIT 1" },
	[TOKENS_DROP_KEY] = { SQL_TOKEN, "DELETE FROM `token` WHERE `digest` > ? AND "
	    "`digest` <= ? AND `hash_key` = ?" },
	[TOKENS_KEPT]    = { SQL_TOKEN, "SELECT @ FROM `token` WHERE `expired_on` <= ? AND "
	    "`use` = ? AND `expired_on` - `created_on` > ? ORDER BY `expired_on`, `digest` "
	    "LIMIT ? FOR UPDATE" },
	[TOKENS_PRUNE]   = { SQL_TOKEN, "DELETE FROM `token` WHERE `expired_on` <= ? AND "
	    "(`use` <> ? OR `expired_on` - `created_on` <= ?) "
	    "ORDER BY `expired_on`, `digest` LIMIT ?" },

	[KEY_GET]        = { SQL_KEY, "SELECT @ FROM `key` WHERE `id` = ?" },
	[KEY_LIST]       = { SQL_KEY, "SELECT @ FROM `key` ORDER BY `created_on`, `id`" },
	[KEY_PUT]        = { SQL_KEY, "INSERT INTO `key` (@) VALUES (#)" },
	[KEY_SET]        = { SQL_KEY, "UPDATE `key` SET % WHERE `id` = ?" },
	[KEY_DROP]       = { SQL_KEY, "DELETE FROM `key` WHERE `id` = ?" },

	[DOMAIN_TURN]    = { SQL_DOMAIN, "INSERT INTO `domain` (`name`, `touched`) VALUES (?, 1) "
	    "ON DUPLICATE KEY UPDATE `touched` = `touched` + 1" },
	[DOMAIN_TOKEN_GET] = { SQL_DOMAIN_TOKEN, "SELECT @ FROM `domain_token` "
	    "WHERE `domain` = ? AND `uuid` = ?" },
	[DOMAIN_TOKEN_BY_ID] = { SQL_DOMAIN_TOKEN, "SELECT @ FROM `domain_token` WHERE `uuid` = ? "
	    "ORDER BY `domain` LIMIT 1" },
	[DOMAIN_TOKEN_LIST] = { SQL_DOMAIN_TOKEN, "SELECT @ FROM `domain_token` "
	    "WHERE `domain` = ? AND `expired_on` > ? AND `expired_on` >= ? AND "
	    "(`expired_on` > ? OR `uuid` > ?) ORDER BY `expired_on`, `uuid` LIMIT ?" },
	[DOMAIN_TOKEN_LIST_ALL] = { SQL_DOMAIN_TOKEN, "SELECT @ FROM `domain_token` "
	    "WHERE `domain` >= ? AND `expired_on` > ? AND (`domain` > ? OR `expired_on` > ? OR "
	    "(`expired_on` = ? AND `uuid` > ?)) ORDER BY `domain`, `expired_on`, `uuid` LIMIT ?" },
	[DOMAIN_TOKEN_COUNT] = { SQL_DOMAIN_TOKEN, "SELECT COUNT(*) FROM `domain_token` "
	    "WHERE `domain` = ? AND `expired_on` > ?" },
	[DOMAIN_TOKEN_PUT] = { SQL_DOMAIN_TOKEN, "INSERT INTO `domain_token` (@) VALUES (#)" },
	[DOMAIN_TOKEN_ENABLE] = { SQL_DOMAIN_TOKEN, "UPDATE `domain_token` SET `enabled` = ? "
	    "WHERE `domain` = ? AND `uuid` = ?" },
	[DOMAIN_TOKEN_DROP] = { SQL_DOMAIN_TOKEN, "DELETE FROM `domain_token` "
	    "WHERE `domain` = ? AND `uuid` = ?" },
	[DOMAIN_TOKEN_DROP_ENDED] = { SQL_DOMAIN_TOKEN, "DELETE FROM `domain_token` "
	    "WHERE `domain` = ? AND `expired_on` <= ?" },
	[DOMAIN_TOKENS_PRUNE] = { SQL_DOMAIN_TOKEN, "DELETE FROM `domain_token` "
	    "WHERE `expired_on` <= ? ORDER BY `domain`, `uuid` LIMIT ?" },

	[ROLE_GET]       = { SQL_ROLE, "SELECT @ FROM `role` WHERE `name` = ?" },
	[ROLE_LIST]      = { SQL_ROLE, "SELECT @ FROM `role` ORDER BY `name`" },
	[ROLE_PUT]       = { SQL_ROLE, "INSERT INTO `role` (@) VALUES (#) "
	    "ON DUPLICATE KEY UPDATE ~" },
	[ROLE_DROP]      = { SQL_ROLE, "DELETE FROM `role` WHERE `name` = ?" },

	[MACHINE_PUT]    = { SQL_MACHINE, "INSERT INTO `machine` (@) VALUES (#) "
	    "ON DUPLICATE KEY UPDATE ~" },
	[MACHINE_LIST]   = { SQL_MACHINE, "SELECT @ FROM `machine` ORDER BY `name`" },
	[MACHINE_DROP_GONE] = { SQL_MACHINE, "DELETE FROM `machine` WHERE `seen_on` < ?" },

	[COUNT_USERS]    = { SQL_USER, "SELECT COUNT(*) FROM `user`" },
	[COUNT_ACCOUNTS] = { SQL_ACCOUNT, "SELECT COUNT(*) FROM `account`" },
	[COUNT_TOKENS]   = { SQL_TOKEN, "SELECT COUNT(*) FROM `token`" },
	[COUNT_KEYS]     = { SQL_KEY, "SELECT COUNT(*) FROM `key`" },
	[COUNT_DOMAIN_TOKENS] = { SQL_DOMAIN_TOKEN, "SELECT COUNT(*) FROM `domain_token`" },
	[COUNT_ROLES]    = { SQL_ROLE, "SELECT COUNT(*) FROM `role`" },
	[COUNT_BYTES]    = { SQL_META, "SELECT CAST(SUM(`data_length` + `index_length`) AS SIGNED) "
	    "FROM `information_schema`.`tables` WHERE `table_schema` = DATABASE()" },
	[COUNT_EXPIRED]  = { SQL_TOKEN, "SELECT COUNT(*) FROM `token` WHERE `expired_on` <= ?" },
	/* without the privilege PROCESS: those of this account, as the service's are */
	[COUNT_OTHERS]   = { SQL_MACHINE, "SELECT COUNT(*) FROM `information_schema`.`processlist` "
	    "WHERE `db` = DATABASE() AND `id` <> CONNECTION_ID()" },
};

const struct record_kind *
sql_statement_kind(enum sql_statement statement)
{
	return sql_tables[statements[statement].table].kind;
}

/* Something for each column of the table, with commas between. */
static void
put_columns(struct text *out, const struct sql_table_row *table, char what)
{
	for (size_t i = 0; i < table->kind->count; i++) {
		text_puts(out, i ? ", " : "");
		if (what == '#') {
			text_puts(out, "?");
			continue;
		}
		text_printf(out, "`%s`.`%s`", table->name, table->kind->fields[i].name);
		if (what == '%')
			text_puts(out, " = ?");
		else if (what == '~')
			text_printf(out, " = VALUES(`%s`)", table->kind->fields[i].name);
	}
}

void
sql_statement_put(struct text *out, enum sql_statement statement)
{
	const struct sql_table_row *table = &sql_tables[statements[statement].table];
	const char *from = statements[statement].text;
	size_t len;

	for (; *from; from += len + 1) {
		len = strcspn(from, "@#%~&$");
		text_put(out, from, len);
		if (!from[len])
			return;
		put_columns(out, from[len] == '&' ? &sql_tables[SQL_USER] :
		    from[len] == '$' ? &sql_tables[SQL_ACCOUNT] : table, from[len]);
	}
}

void
sql_table_put(struct text *out, enum sql_table table)
{
	text_puts(out, "SELECT ");
	put_columns(out, &sql_tables[table], '@');
	text_printf(out, " FROM `%s`", sql_tables[table].name);
}
