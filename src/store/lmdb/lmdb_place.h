// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_place.h - reads and writes records in their databases. */
#ifndef STORE_LMDB_LMDB_PLACE_H
#define STORE_LMDB_LMDB_PLACE_H

#include "base/mdb_call.h"
#include "store/lmdb/lmdb_txn.h"

/* The longest key is a provider's name and a user's id there. */
#define PLACE_KEY_MAX 288

/* The place of a record: its database and key. */
struct place {
	enum table table;
	size_t len;
	uint8_t key[PLACE_KEY_MAX + 1];	/* a search needs one more */
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

/* What keys of TABLE_TOKEN_EXPIRY and TABLE_TOKEN_USER say. */
int64_t place_expiry(const struct place *at);
struct place place_of_expiring(const struct place *at);
void place_token_user(const struct place *at, struct token *token);

/* The name in a key of TABLE_IDENTITY, and its kind; false: it is none of ours. */
bool place_identity(const struct place *at, enum identity_kind *kind, char name[NAME_SIZE]);

/* The same key of the same database? */
bool place_same(const struct place *a, const struct place *b);

/* The key for people to read, into out of 2 * PLACE_KEY_MAX + 1 bytes; returns out. */
char *place_key_text(const struct place *at, char *out);

/* The result of a call at a place; the log names the place if damage is met there. */
int place_fault(const struct txn *tx, int rc, const char *call, const struct place *at);

/*
 * V_NOT_FOUND, after LMDB found nothing at a place.  It says the same if it does not find the
 * database itself, of which a damaged page can be the only cause: -EBADMSG, logged.
 */
int place_nothing(struct txn *tx, const struct place *at);

/* A record from its bytes.  V_MALFORMED: they are not what was written there. */
int place_decode(const struct place *at, const struct mdb_copy *val, void *record);

/* The record there.  V_NOT_FOUND; -EBADMSG if it is damaged, which is logged. */
int place_get(struct txn *tx, const struct place *at, void *record);

/* Logs that the record there is damaged: -EBADMSG. */
int place_damaged(const struct place *at);

/* As place_get, but says nothing in the log: V_MALFORMED if it is damaged. */
int place_look(struct txn *tx, const struct place *at, void *record);

/* The bytes of the record as they are stored, the first size of them; and its length. */
int place_bytes(struct txn *tx, const struct place *at, void *bytes, size_t size, size_t *len);

/* As place_get, for the target of the entry from; if it is missing, from is damaged. */
int place_need(struct txn *tx, const struct place *at, const struct place *from, void *record);

/* The size of the struct of the records there. */
size_t place_record_size(const struct place *at);

/* Writes the record, replacing an older one.  Dropping an absent record is not a fault. */
int place_put(struct txn *tx, const struct place *at, const void *record);
int place_drop(struct txn *tx, const struct place *at);

/* Makes a name refer to id.  V_EXISTS if it refers to another one. */
int place_claim(struct txn *tx, const struct place *at, const struct uuid *id);

/* How many records a database has. */
int table_count(struct txn *tx, enum table table, uint64_t *count);

#endif
