// SPDX-License-Identifier: ISC
/*
 * store/sql/sql_check.c - finds what does not fit together, by a query for each rule.
 *
 * The server keeps its indexes and pages right.  What it does not know is that each name
 * of a user or account has its row in identity, and what belongs to whom.
 */
#include "store/sql/sql_check.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"
#include "store/sql/sql_name.h"
#include "store/sql/sql_try.h"

/* A uuid as people write it. */
#define SHOWN(column) "INSERT(INSERT(INSERT(INSERT(LOWER(HEX(" column \
	")), 9, 0, '-'), 14, 0, '-'), 19, 0, '-'), 24, 0, '-')"
#define NAMED "CONCAT(`identity`.`kind`, ':', `identity`.`name`)"

/* A rule, of whose violations "SELECT key, lacks_key FROM from" has a row each. */
struct rule {
	const char *table;
	enum store_defect defect;
	const char *lacks;		/* the table that lacks something; or "" */
	const char *key, *lacks_key;
	const char *from;
	/* what precedes from in a repair; NULL: there is none, or the rows of table are dropped */
	const char *mend;
	bool drops;
	const char *sets;		/* or what it sets in the rows of from */
};

static const struct rule rules[] = {
	{ "identity", STORE_NO_RECORD, "", NAMED, "''",
	    "`identity` LEFT JOIN `user` USING (`uuid`) "
	    "WHERE `kind` <> 'account' AND `user`.`uuid` IS NULL", NULL, true, NULL },
	{ "identity", STORE_NO_RECORD, "", NAMED, "''",
	    "`identity` LEFT JOIN `account` USING (`uuid`) WHERE `kind` = 'account' AND "
	    "(`account`.`uuid` IS NULL OR `account`.`name` <> `identity`.`name`)",
	    NULL, true, NULL },
	{ "account", STORE_NO_ENTRY, "identity", SHOWN("`account`.`uuid`"),
	    "CONCAT('account:', `account`.`name`)",
	    "`account` LEFT JOIN `identity` ON `kind` = 'account' AND "
	    "`identity`.`name` = `account`.`name` "
	    "WHERE `account`.`name` <> '' AND `identity`.`uuid` IS NULL",
	    "INSERT IGNORE INTO `identity` (`uuid`, `kind`, `name`) "
	    "SELECT `account`.`uuid`, 'account', `account`.`name` FROM", false, NULL },
	{ "account", STORE_TWICE, "", SHOWN("`account`.`uuid`"), "''",
	    "`account` JOIN `identity` ON `kind` = 'account' AND "
	    "`identity`.`name` = `account`.`name` WHERE `account`.`name` <> '' AND "
	    "`identity`.`uuid` <> `account`.`uuid`", NULL, false, NULL },
	{ "password", STORE_NO_USER, "", SHOWN("`password`.`user`"), "''",
	    "`password` LEFT JOIN `user` ON `user`.`uuid` = `password`.`user` "
	    "WHERE `user`.`uuid` IS NULL", NULL, true, NULL },
	{ "token", STORE_NO_USER, "", SHOWN("`token`.`uuid`"), "''",
	    "`token` LEFT JOIN `user` ON `user`.`uuid` = `token`.`user` "
	    "WHERE `user`.`uuid` IS NULL", NULL, true, NULL },
	{ "user", STORE_NO_ACCOUNT, "", SHOWN("`user`.`uuid`"), "''",
	    "`user` LEFT JOIN `account` ON `account`.`uuid` = `user`.`account` "
	    "WHERE `user`.`account` <> REPEAT('\\0', 16) AND `account`.`uuid` IS NULL",
	    NULL, false, NULL },
};

/* --- one rule ---------------------------------------------------------------------- */

static void
rows_drop(MYSQL_RES **rows)
{
	if (*rows)
		mysql_free_result(*rows);
}

static int
run_text(struct sql *db, struct text *text)
{
	const char *string;
	int r;

	r = text_done(text, &string, NULL);
	return r ? r : sql_command(db, string);
}

/*
 * An expression whose value is a statement that adds a row of the table again, with all
 * columns, those of newer programs too.
 */
static int
put_statement(struct sql *db, const char *table, struct text *out)
{
	GUARD(rows_drop) MYSQL_RES *rows = NULL;
	GUARD(arena_free) struct arena mem = { 0 };
	struct text text, values;
	const char *values_text;
	const char *comma = "";
	MYSQL_ROW row;
	int r;

	text_init(&text, &mem);
	text_init(&values, &mem);
	text_printf(&text, "SELECT `column_name`, `data_type` LIKE '%%int' "
	    "FROM `information_schema`.`columns` WHERE `table_schema` = DATABASE() AND "
	    "`table_name` = '%s' ORDER BY `ordinal_position`", table);
	r = run_text(db, &text);
	if (r)
		return r;
	rows = mysql_store_result(db->conn);
	text_printf(out, "CONCAT('INSERT INTO `%s` (", table);
	while (rows && (row = mysql_fetch_row(rows))) {
		text_printf(out, "%s`%s`", comma, row[0]);
		text_printf(&values, *row[1] == '1' ? ", '%s', IFNULL(`%s`.`%s`, 'NULL')" :
		    ", '%s', IFNULL(CONCAT('X''', HEX(`%s`.`%s`), ''''), 'NULL')", comma, table,
		    row[0]);
		comma = ", ";
	}
	if (!*comma)
		return SQL_GONE;
	r = text_done(&values, &values_text, NULL);
	text_printf(out, ") VALUES ('%s, ')')", r ? "" : values_text);
	return r;
}

/* Tells of each violation; how many there are. */
static int
tell(struct sql *db, const struct rule *rule, struct store_check *check, uint64_t *count)
{
	GUARD(rows_drop) MYSQL_RES *rows = mysql_store_result(db->conn);
	struct store_finding f = { .defect = rule->defect, .table = rule->table,
	    .lacks_table = rule->lacks, .is_statement = true,
	    .mended = check->repair && (rule->mend || rule->sets),
	    .dropped = check->repair && rule->drops };
	MYSQL_ROW row;
	int r = 0;

	if (!rows)
		return sql_fault("mysql_store_result", mysql_errno(db->conn),
		    mysql_error(db->conn));
	for (*count = 0; !r && (row = mysql_fetch_row(rows)); ++*count) {
		f.key = row[0] ? row[0] : "";
		f.lacks_key = row[1] ? row[1] : "";
		f.bytes = row[2];
		f.len = f.dropped && row[2] ? strlen(row[2]) : 0;
		check->mended += f.mended;
		check->dropped += f.dropped;
		check->faults += !f.mended && !f.dropped;
		r = check->found(check->arg, &f);
	}
	return r;
}

/* The violations, which are locked if their rows are to go. */
static int
find(struct sql *db, const struct rule *rule, bool repair)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct text text;
	int r = 0;

	text_init(&text, &mem);
	text_printf(&text, "SELECT %s, %s, ", rule->key, rule->lacks_key);
	if (repair && rule->drops)
		r = put_statement(db, rule->table, &text);
	else
		text_puts(&text, "''");
	text_printf(&text, " FROM %s%s", rule->from, repair && rule->drops ? " FOR UPDATE" : "");
	return r ? r : run_text(db, &text);
}

/* count rows were told of, and no others may go. */
static int
mend(struct sql *db, const struct rule *rule, uint64_t count)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct text text;
	int r;

	text_init(&text, &mem);
	if (rule->drops)
		text_printf(&text, "DELETE `%s` FROM %s", rule->table, rule->from);
	else if (rule->sets)
		text_printf(&text, "UPDATE %s SET %s", rule->from, rule->sets);
	else
		text_printf(&text, "%s %s", rule->mend, rule->from);
	r = run_text(db, &text);
	return !r && rule->drops && mysql_affected_rows(db->conn) != count ? SQL_AGAIN : r;
}

static int
judge(struct sql *db, const struct rule *rule, struct store_check *check)
{
	GUARD(sql_txn_drop) struct sql_txn tx = { 0 };
	uint64_t count = 0;
	int r;

	r = sql_txn_begin(db, &tx);
	if (!r)
		r = find(db, rule, check->repair);
	if (!r)
		r = tell(db, rule, check, &count);
	if (!r && count && check->repair && (rule->mend || rule->drops || rule->sets))
		r = mend(db, rule, count);
	return r ? r : sql_txn_commit(&tx);
}

/* --- names of users: as above, for the column of each name ------------------------------ */

static int
judge_name(struct sql *db, size_t i, struct store_check *check)
{
	const char *field = user_name_field(i), *kind = sql_name_kind(user_names[i].kind);
	GUARD(arena_free) struct arena mem = { 0 };
	struct rule rule = { .table = "user", .key = SHOWN("`user`.`uuid`") };
	int r;

	rule.defect = STORE_NO_ENTRY;
	rule.lacks = "identity";
	rule.lacks_key = arena_printf(&mem, "CONCAT('%s:', `user`.`%s`)", kind, field);
	rule.from = arena_printf(&mem, "`user` LEFT JOIN `identity` ON `kind` = '%s' AND "
	    "`identity`.`name` = `user`.`%s` WHERE `user`.`%s` <> '' AND "
	    "`identity`.`uuid` IS NULL", kind, field, field);
	rule.mend = arena_printf(&mem, "INSERT IGNORE INTO `identity` (`uuid`, `kind`, `name`) "
	    "SELECT `user`.`uuid`, '%s', `user`.`%s` FROM", kind, field);
	if (!rule.lacks_key || !rule.from || !rule.mend)
		return -ENOMEM;
	r = judge(db, &rule, check);
	rule.defect = STORE_TWICE;
	rule.lacks = "";
	rule.lacks_key = "''";
	rule.from = arena_printf(&mem, "`user` JOIN `identity` ON `kind` = '%s' AND "
	    "`identity`.`name` = `user`.`%s` WHERE `user`.`%s` <> '' AND "
	    "`identity`.`uuid` <> `user`.`uuid`", kind, field, field);
	rule.mend = NULL;
	if (!r && !rule.from)
		return -ENOMEM;
	return r ? r : judge(db, &rule, check);
}

/* Names that lead to a user who has no such name. */
static int
judge_entries(struct sql *db, struct store_check *check)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct rule rule = { .table = "identity", .defect = STORE_NO_RECORD, .lacks = "",
	    .key = NAMED, .lacks_key = "''", .drops = true };
	struct text text;
	int r;

	text_init(&text, &mem);
	text_puts(&text, "`identity` JOIN `user` USING (`uuid`) WHERE `kind` <> 'account' AND "
	    "NOT (FALSE");
	for (size_t i = 0; i < USER_NAMES; i++)
		text_printf(&text, " OR (`kind` = '%s' AND `identity`.`name` = `user`.`%s`)",
		    sql_name_kind(user_names[i].kind), user_name_field(i));
	text_puts(&text, ")");
	r = text_done(&text, &rule.from, NULL);
	return r ? r : judge(db, &rule, check);
}

/* Users who do not say that one of their logins was ended; of another gen, all have. */
static int
judge_ended(struct sql *db, struct store_check *check)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct rule rule = { .table = "user", .defect = STORE_UNMARKED, .lacks = "",
	    .key = SHOWN("`user`.`uuid`"), .lacks_key = "''",
	    .sets = "`user`.`logins_ended_on` = `ended`.`until`, "
	    "`user`.`touched` = `user`.`touched` + 1" };

	rule.from = arena_printf(&mem, "`user` JOIN (SELECT `user`, `gen`, "
	    "MAX(`expired_on`) AS `until` FROM `token` WHERE `use` = %d AND `expired_on` > %lld "
	    "GROUP BY `user`, `gen`) AS `ended` ON `ended`.`user` = `user`.`uuid` AND "
	    "`ended`.`gen` = `user`.`gen` AND `ended`.`until` > `user`.`logins_ended_on`",
	    (int)TOKEN_ENDED, (long long)check->now_ms);
	return rule.from ? judge(db, &rule, check) : -ENOMEM;
}

/* --- every record ------------------------------------------------------------------------- */

struct reading {
	struct store_check *check;
	const char *table;
};

static int
tell_damaged(void *arg, const char *key)
{
	const struct reading *reading = arg;
	const struct store_finding f = { .defect = STORE_DAMAGED, .lacks_table = "",
	    .lacks_key = "", .table = reading->table, .key = key };

	reading->check->faults++;
	return reading->check->found(reading->check->arg, &f);
}

/* Reads all rows of a table, as this program understands them. */
static int
read_all(struct sql *db, enum sql_table table, struct store_check *check)
{
	struct reading reading = { check, sql_tables[table].name };
	uint64_t count;
	int r;

	r = sql_read_table(db, table, &count, tell_damaged, &reading);
	check->records += count;
	return r;
}

static int
count_expired(struct sql *db, struct store_check *check)
{
	struct sql_args args = { .count = 0 };
	int64_t expired;
	int r;

	sql_arg_number(&args, check->now_ms);
	r = sql_number(db, COUNT_EXPIRED, &args, &expired);
	check->expired = r ? 0 : (uint64_t)expired;
	return r;
}

static int
check_all(struct sql *db, struct store_check *check)
{
	const uint64_t total = SQL_TABLES + NELEM(rules) + USER_NAMES;
	uint64_t done = 0;
	int r = 0;

	check->records = check->future = check->faults = check->mended = check->dropped = 0;
	for (enum sql_table i = 0; i < SQL_TABLES && !r; i++, done++) {
		r = read_all(db, i, check);
		if (check->progress)
			check->progress(check->arg, done, total);
	}
	for (size_t i = 0; i < NELEM(rules) && !r; i++, done++) {
		r = judge(db, &rules[i], check);
		if (check->progress)
			check->progress(check->arg, done, total);
	}
	for (size_t i = 0; i < USER_NAMES && !r; i++)
		r = judge_name(db, i, check);
	if (!r)
		r = judge_entries(db, check);
	if (!r)
		r = judge_ended(db, check);
	if (!r)
		r = count_expired(db, check);
	if (check->progress)
		check->progress(check->arg, total, total);
	return r;
}

/* Once: what was told of would be told of again. */
int
sql_check(struct store *st, struct store_check *check)
{
	struct sql *db = (struct sql *)st;
	int r;

	r = sql_link_use(db);
	if (!r)
		r = check_all(db, check);
	return sql_try_result(r);
}
