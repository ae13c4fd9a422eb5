// SPDX-License-Identifier: ISC
/*
 * ctl/import.h - users from a file of another system: presets, readers, rows.
 *
 * A preset is a row of import_presets: a reader, which splits the file into rows
 * of named cells, and a map from names of cells to fields.  A field is one of a user
 * (auth/field.h), or one of import_row.c, such as hash.
 */
#ifndef CTL_IMPORT_H
#define CTL_IMPORT_H

#include <stdio.h>

#include "base/secret.h"
#include "ctl/ctl.h"

#define IMPORT_CELLS_MAX 256

struct json;

struct import_cell {
	const char *name, *value;	/* NULL: no value; no NUL is inside */
};

struct import_cells {
	size_t line;			/* of the file; of JSON the number of the user */
	struct import_cell at[IMPORT_CELLS_MAX];
	size_t count;
	const char *wrong;		/* NULL, or why the row cannot be read */
};

/* A file on its way; import_source_rewind begins again. */
struct import_source {
	const char *bytes;
	size_t len, at, line;
	struct json *root;		/* of a reader of one JSON document */
	size_t next;
	const char *names[IMPORT_CELLS_MAX];	/* of the columns, from the header */
	size_t columns;
	char delimiter;
	struct arena mem;		/* for names */
};

/*
 * The next row, with text in mem.  V_NOT_FOUND: no more.  V_INVALID: the whole file
 * is not what it should be; *why says how.  -ENOMEM.
 */
typedef int import_read(struct import_source *s, struct arena *mem, struct import_cells *row,
    const char **why);

struct import_preset {
	const char *name;
	import_read *read;
	const char *map;		/* "CELL=FIELD CELL=FIELD ..." */
	const char *reads;		/* for import formats */
};

extern const struct import_preset import_presets[];	/* ends with a row without a name */

const struct import_preset *import_preset_find(const char *name);

import_read import_read_table, import_read_jsonl, import_read_htpasswd, import_read_dovecot,
    import_read_keycloak, import_read_ldif, import_read_dbtext;

/* All of the file, or of standard input. */
int import_source_read(struct ctl *ctl, const char *path, struct import_source *s);
void import_source_rewind(struct import_source *s);
void import_source_drop(struct import_source *s);

/* A user as the file has it.  wrong: NULL, or why it cannot be taken. */
struct import_row {
	size_t line;
	struct user user;
	uint64_t mask;			/* of fields that the file sets */
	const char *login, *domain, *sip, *hash, *password, *ha1b;
	int64_t password_set_ms;	/* 0: it is set by the import */
	const char *account_name;	/* or uuid */
	struct account account;		/* as the file describes it; without a name it does not */
	bool account_is_described;
	bool account_is_new;		/* the database does not have it */
	unsigned secrets;		/* passwords and hashes in the file; the strongest is ... */
	const char *kind;		/* ... of this kind; NULL if there is but one hash */
	bool has_ha1;
	bool has_id, is_disabled;
	bool is_enabled;		/* the file says so */
	const char *wrong;
};

/* The names of the rows so far. */
struct import_seen {
	struct seen *at;
	size_t room, count;
	uint8_t key[SECRET_KEY_LEN];	/* random */
};

/* Adds those of the row.  V_EXISTS with row->wrong: an earlier row has one.  -ENOMEM. */
int import_seen_all(struct import_seen *seen, struct arena *mem, struct import_row *row);
void import_seen_drop(struct import_seen *seen);

/* A name of the row for people to read, which the digest of a HA1B is not. */
const char *import_seen_as(const struct import_row *row, const char *name);

/* Another password of the row, in plain text or as a hash: the strongest is kept. */
void import_secret_plain(struct import_row *row, const char *password);
void import_secret_hash(struct import_row *row, const char *value, unsigned allowed);

/* What an administrator must know about how its user can log in; NULL: nothing. */
const char *import_secret_note(struct arena *mem, const struct import_row *row,
    const struct conf *conf);

struct import_rules {
	const struct import_preset *preset;
	const char *map;		/* "CELL=FIELD,...": goes before the preset's */
	const char *domain, *role, *sip_from;
	unsigned allowed;		/* FOREIGN_... */
};

/*
 * V_INVALID with row->wrong, which names all faults.  -ENOMEM also if mem ran out when the
 * cells were read; another negative errno.
 */
int import_row_make(struct ctl *ctl, const struct import_rules *rules, struct arena *mem,
    const struct import_cells *cells, struct import_row *row);

/* --- the columns of the file ------------------------------------------------------------- */

struct import_columns {
	struct arena mem;
	struct import_column {
		const char *name;
		bool is_ignored;	/* it is no field */
	} at[IMPORT_CELLS_MAX];
	size_t count;
};

/* Are the fields of --map ones there are?  V_MALFORMED. */
int import_map_check(struct ctl *ctl, const char *map);

/* The field that a cell is; NULL: none. */
const char *import_field_of(struct arena *mem, const struct import_rules *rules,
    const char *cell);

/* Adds a column that is not known yet.  -ENOMEM. */
int import_columns_see(struct import_columns *columns, const struct import_rules *rules,
    const char *name);

/* Are the columns there that the options name?  V_INVALID. */
int import_columns_check(struct ctl *ctl, const struct import_columns *columns,
    const struct import_rules *rules);

/* The names of those that are ignored, in mem; NULL: none. */
const char *import_columns_ignored(const struct import_columns *columns, struct arena *mem);

/* --- what becomes of rows ------------------------------------------------------------------ */

enum import_outcome {
	IMPORT_ADDED,
	IMPORT_UPDATED,
	IMPORT_SKIPPED,
	IMPORT_PRESENT,			/* by an earlier run of this import */
	IMPORT_REFUSED,
	IMPORT_UNWRITTEN,		/* it would be added or updated, but the run ended */
	IMPORT_OUTCOMES
};

struct import_report {
	FILE *file;			/* NULL: only the totals are wanted */
	struct arena mem;
	struct import_line *lines;	/* in the order of the file */
	size_t room, count;
};

struct import_totals {
	uint64_t counts[IMPORT_OUTCOMES];
	uint64_t noted;			/* of those written, about how many there is a note */
};

const char *import_outcome_name(enum import_outcome outcome);
bool import_is_written(enum import_outcome outcome);

/* The next row; reason and note may be NULL.  -ENOMEM. */
int import_report_add(struct import_report *report, const struct import_row *row,
    enum import_outcome outcome, const char *reason, const char *note);

/* Nothing is written yet: what would be is unwritten, until it is settled. */
void import_report_await(struct import_report *report);
void import_report_settle(struct import_report *report, size_t at, enum import_outcome outcome);

struct import_totals import_report_totals(const struct import_report *report);

/* Writes the file; unwritten is the reason of such rows.  -errno. */
int import_report_write(struct import_report *report, const char *unwritten);
int import_report_close(struct import_report *report);

/* How an import ended. */
struct import_end {
	bool is_dry, has_begun;		/* has_begun: to write */
	struct import_totals totals;
	size_t accounts;		/* added */
	const struct import_columns *columns;
};

/* Prints the totals; with r, the result of the import, why they are not all. */
int import_tell(struct ctl *ctl, const struct import_end *end, int r);

/* --- accounts, which a file of 'export' describes in each row of their users ------------- */

/* "account.FIELD" with such a field?  V_INVALID: row->wrong. */
bool import_account_is_field(const char *field);
int import_account_take(struct arena *mem, struct import_row *row, const char *field,
    const char *value);

/*
 * The account of the row becomes that of its user: the one of the database, by the uuid
 * of the file or by its name, or a new one if the file describes it.  V_INVALID: row->wrong.
 */
int import_account_find(struct ctl *ctl, struct import_row *row);

/* Those that are to be added, each once, in trees of search.h. */
struct import_accounts {
	void *by_id, *by_name;
	size_t count, added;
};

/* V_INVALID with row->wrong: an earlier row contradicts it.  -ENOMEM. */
int import_accounts_remember(struct import_accounts *accounts, struct import_row *row);

/* V_EXISTS: a name was taken meanwhile.  A repeat does no harm. */
int import_accounts_add(struct import_accounts *accounts, struct auth *auth);
void import_accounts_drop(struct import_accounts *accounts);

/* ISO 8601, "YYYY-MM-DD HH:MM:SS" of SQL, taken as UTC, or Unix seconds.  V_INVALID. */
int import_time(const char *value, int64_t *ms);

/* Is it a field of rows other than those of users and accounts? */
bool import_row_has_field(const char *name);

/*
 * A field of the row that the user has otherwise; NULL: none.  Passwords are not
 * compared: a login may have replaced the hash.
 */
const char *import_row_differs(const struct import_row *row, const struct user *user);

/*
 * The hash and HA1B of a row, at the cost of a hash if it is weak or a password;
 * write->user has its names.  -ENOMEM, or V_INVALID with row->wrong.
 */
int import_row_seal(struct ctl *ctl, const struct import_rules *rules, struct import_row *row,
    struct user_write *write);

#endif
