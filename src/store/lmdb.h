// SPDX-License-Identifier: ISC
/*
 * store/lmdb.h - what the files of the LMDB back end share, and nobody else sees.
 *
 * lmdb.c opens, lmdb_upgrade.c brings up an older file, lmdb_txn.c begins,
 * commits and grows, lmdb_place.c carries records through the codec,
 * lmdb_user.c, lmdb_account.c, lmdb_token.c and lmdb_webitel.c apply
 * operations, lmdb_read.c reads.
 *
 * Inside of it MDB_MAP_FULL may travel as a result: lmdb_submit answers it by
 * a larger map.  Everything else follows base/verdict.h.
 */
#ifndef STORE_LMDB_H
#define STORE_LMDB_H

#include "base/guard.h"
#include "base/mdb.h"
#include "store/store.h"

/* The longest key is a provider's name and a user's id there. */
#define PLACE_KEY_MAX 288

/* The databases.  Their names, kinds and keys stand in lmdb_place.c. */
enum table {
	TABLE_META,
	TABLE_USER,
	TABLE_IDENTITY,
	TABLE_PASSWORD,
	TABLE_ACCOUNT,
	TABLE_ACCOUNT_NAME,
	TABLE_ACCOUNT_USER,
	TABLE_TOKEN,
	TABLE_TOKEN_UUID,
	TABLE_TOKEN_USER,
	TABLE_TOKEN_EXPIRY,
	TABLE_KEY,
	TABLES_AT_FIRST,		/* those from here on may be missing in an older file */
	TABLE_DOMAIN_TOKEN = TABLES_AT_FIRST,
	TABLE_ROLE,
	TABLES				/* how many there are */
};

struct lmdb {
	struct store base;		/* first, so that a struct store * is one of these */
	struct mdb mdb;
	MDB_dbi dbi[TABLES];
	size_t max_bytes;
};

/* --- lmdb.c -------------------------------------------------------------- */

/* The name of a network file system by its number in statfs(2), or NULL. */
const char *lmdb_network_name(uint64_t type);

/* Opens the environment alone, whatever its schema; ends it, fit for GUARD. */
int lmdb_env_open(struct lmdb **db, const char *data_dir, uint64_t max_bytes, bool create);
void lmdb_drop(struct lmdb **db);

/* What it says of itself.  V_NOT_FOUND: nothing yet; -EPROTO: it is newer than we are. */
int lmdb_schema(struct lmdb *db, struct meta *meta);

/* --- lmdb_txn.c ---------------------------------------------------------- */

/* GUARD(txn_drop) struct txn tx = { 0 }: undone unless committed. */
struct txn {
	struct lmdb *db;
	MDB_txn *mdb;
};

/* As their like in base/mdb.h. */
int txn_begin(struct lmdb *db, unsigned flags, struct txn *tx);
int txn_fault(const struct txn *tx, int rc, const char *call);
int txn_commit(struct txn *tx);
void txn_drop(struct txn *tx);

/* All databases.  V_NOT_FOUND: one that was added after 0.1 is missing. */
int lmdb_tables_open(struct txn *tx, bool create);

/* After MDB_MAP_FULL: doubles the map.  -ENOSPC when it has the permitted size already. */
int lmdb_grow(struct lmdb *db);

int lmdb_submit(struct store *st, const struct op *op, struct op_result *result);

/* --- lmdb_place.c -------------------------------------------------------- */

/* Where a record lies: the database and the key. */
struct place {
	enum table table;
	size_t len;
	uint8_t key[PLACE_KEY_MAX];
};

const char *table_name(enum table table);

struct place at_uuid(enum table table, const struct uuid *id);
struct place at_digest(const uint8_t digest[DIGEST_LEN]);
struct place at_text(enum table table, const char *text);
struct place at_identity(enum identity_kind kind, const char *name);
struct place at_account_user(const struct uuid *account, const struct uuid *user);
struct place at_domain_token(const char *domain, const struct uuid *id);
struct place at_token_user(const struct token *token);
struct place at_token_expiry(int64_t expires_ms, const uint8_t digest[DIGEST_LEN]);

/* The time and the id in the keys of TABLE_TOKEN_EXPIRY and TABLE_TOKEN_USER. */
int64_t place_expiry(const struct place *at);
void place_token_user(const struct place *at, struct token *token);

/* The record there.  V_NOT_FOUND; -EBADMSG if it is damaged, which is logged. */
int place_get(struct txn *tx, const struct place *at, void *record);

/* As place_get, where the entry from leads: that there is none is damage of from. */
int place_need(struct txn *tx, const struct place *at, const struct place *from, void *record);

/* How many bytes the struct of the records there has. */
size_t place_record_size(const struct place *at);

/* Logs that the record there is not to be believed: -EBADMSG. */
int place_damaged(const struct place *at);

/* Writes the record, over a former one too.  It is no fault to drop what is not there. */
int place_put(struct txn *tx, const struct place *at, const void *record);
int place_drop(struct txn *tx, const struct place *at);

/* Lets a name lead to id.  V_EXISTS if it leads to another already. */
int place_claim(struct txn *tx, const struct place *at, const struct uuid *id);

/* Moves at to the next key of its database; len 0 is before the first.  V_NOT_FOUND. */
int place_next(struct txn *tx, struct place *at);

/* How many records a database has. */
int table_count(struct txn *tx, enum table table, uint64_t *count);

/* --- lmdb_user.c, lmdb_account.c, lmdb_token.c: rows of the table in lmdb_txn.c --- */

typedef int lmdb_apply(struct txn *tx, const struct op *op, struct op_result *result);

lmdb_apply lmdb_init, lmdb_key_add;
lmdb_apply lmdb_user_add, lmdb_user_set, lmdb_user_password, lmdb_user_rehash,
    lmdb_user_disable, lmdb_user_enable, lmdb_user_logout, lmdb_user_delete;
lmdb_apply lmdb_account_add, lmdb_account_set, lmdb_account_delete;
lmdb_apply lmdb_token_add, lmdb_token_set, lmdb_token_drop, lmdb_tokens_drop_of_user,
    lmdb_tokens_prune;
lmdb_apply lmdb_domain_token_add, lmdb_domain_token_set, lmdb_domain_token_drop;
lmdb_apply lmdb_role_set, lmdb_role_drop;

#define USE_BIT(use) (1u << (use))
#define ALL_USES (USE_BIT(TOKEN_BEARER) | USE_BIT(TOKEN_SESSION))

/*
 * Drops all tokens of user that are of one of uses; *live: how many bearer
 * tokens among them had not expired at now_ms.
 */
int lmdb_tokens_of_user_drop(struct txn *tx, const struct uuid *user, unsigned uses,
    int64_t now_ms, uint64_t *live);

/*
 * Drops at most limit tokens that expired at or before now_ms, *count of them.
 * A damaged one is logged and left, so that writes go on.
 */
int lmdb_sweep(struct txn *tx, uint64_t limit, int64_t now_ms, uint64_t *count);

/* The token of that id.  V_NOT_FOUND if there is none or it expired. */
int lmdb_token_by_id(struct txn *tx, const struct uuid *id, int64_t now_ms, struct token *token);

/* Is at the place of a token of user in TABLE_TOKEN_USER? */
bool lmdb_is_token_of(const struct place *at, const struct uuid *user);

/* --- lmdb_read.c --------------------------------------------------------- */

int lmdb_meta_get(struct store *st, struct meta *meta);
int lmdb_counts(struct store *st, struct store_counts *counts);
int lmdb_keys(struct store *st, struct arena *mem, struct key **keys, size_t *count);
int lmdb_user_get(struct store *st, const struct uuid *id, struct user *user);
int lmdb_user_find(struct store *st, enum identity_kind kind, const char *name,
    struct user *user);
int lmdb_user_list(struct store *st, struct arena *mem, const struct uuid *after, size_t limit,
    struct user **users, size_t *count);
int lmdb_password_get(struct store *st, const struct uuid *user, struct password *password);
int lmdb_account_get(struct store *st, const struct uuid *id, struct account *account);
int lmdb_account_find(struct store *st, const char *name, struct account *account);
int lmdb_account_list(struct store *st, struct arena *mem, const struct uuid *after,
    size_t limit, struct account **accounts, size_t *count);
int lmdb_token_find(struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *token);
int lmdb_token_get(struct store *st, const struct uuid *id, int64_t now_ms,
    struct token *token);
int lmdb_token_list(struct store *st, struct arena *mem, enum token_use use,
    const struct uuid *user, const struct uuid *after, size_t limit, int64_t now_ms,
    struct token **tokens, size_t *count);

/* The one record at a place.  V_NOT_FOUND. */
int lmdb_read_one(struct store *st, const struct place *at, void *record);

/* At most limit records of size bytes behind at whose keys begin with prefix, in their order. */
int lmdb_read_list(struct store *st, struct arena *mem, struct place at, const struct place *prefix,
    size_t limit, size_t size, void **records, size_t *count);

/* --- lmdb_webitel.c ------------------------------------------------------ */

int lmdb_domain_token_get(struct store *st, const char *domain, const struct uuid *id,
    struct domain_token *token);
int lmdb_domain_token_list(struct store *st, struct arena *mem, const char *domain,
    struct domain_token **tokens, size_t *count);
int lmdb_role_get(struct store *st, const char *name, struct role *role);
int lmdb_role_list(struct store *st, struct arena *mem, struct role **roles, size_t *count);

#endif
