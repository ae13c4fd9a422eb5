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

void import_source_rewind(struct import_source *s);

/* A user as the file has it.  wrong: NULL, or why it cannot be taken. */
struct import_row {
	size_t line;
	struct user user;
	uint64_t mask;			/* of fields that the file sets */
	const char *login, *domain, *sip, *hash, *password, *ha1b;
	int64_t password_set_ms;	/* 0: it is set by the import */
	const char *account_name;	/* or uuid */
	struct account account;		/* as the file describes it; without a name it does not */
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
const char *import_secret_note(struct arena *mem, const struct import_row *row, bool ha1b_is_on);

struct import_rules {
	const struct import_preset *preset;
	const char *map;		/* "CELL=FIELD,...": goes before the preset's */
	const char *domain, *role, *sip_from;
	unsigned allowed;		/* FOREIGN_... */
};

/* V_INVALID with row->wrong.  A negative errno. */
int import_row_make(struct ctl *ctl, const struct import_rules *rules, struct arena *mem,
    const struct import_cells *cells, struct import_row *row);

/* --- accounts, which a file of 'export' describes in each row of their users ------------- */

/* "account.FIELD" with such a field?  V_INVALID: row->wrong. */
bool import_account_is_field(const char *field);
int import_account_take(struct arena *mem, struct import_row *row, const char *field,
    const char *value);

/*
 * The account of the row becomes that of its user: the one of the database, by the uuid
 * of the file or by its name, or a new one.  V_INVALID: row->wrong.
 */
int import_account_find(struct ctl *ctl, struct import_row *row);

/* Those that are to be added, each once, in trees of search.h. */
struct import_accounts {
	void *by_id, *by_name;
	size_t count;
};

/* V_INVALID with row->wrong: an earlier row contradicts it.  -ENOMEM. */
int import_accounts_remember(struct import_accounts *accounts, struct import_row *row);

/* V_EXISTS: a name was taken meanwhile.  A repeat does no harm. */
int import_accounts_add(struct import_accounts *accounts, struct auth *auth);
void import_accounts_drop(struct import_accounts *accounts);

/* ISO 8601, "YYYY-MM-DD HH:MM:SS" of SQL, taken as UTC, or Unix seconds.  V_INVALID. */
int import_time(const char *value, int64_t *ms);

/* Are the fields of --map ones there are?  V_INVALID. */
int import_map_check(struct ctl *ctl, const char *map);

/*
 * The hash and HA1B of a row, at the cost of a hash if it is weak or a password;
 * write->user has its names.  -ENOMEM, or V_INVALID with row->wrong.
 */
int import_row_seal(struct ctl *ctl, const struct import_rules *rules, struct import_row *row,
    struct user_write *write);

#endif
