// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_place.c - reads and writes records in their databases. */
#include "store/lmdb/lmdb_place.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/mdb_call.h"
#include "base/text.h"
#include "base/verdict.h"
#include "store/lmdb/codec.h"

#define TIME_LEN 8

enum key_form { KEY_UUID, KEY_TEXT, KEY_HEX };

static const struct {
	const char *name;
	const struct record_kind *kind;		/* of its values */
	enum key_form form;			/* how a key looks in the log */
	bool grows_at_end;			/* most new keys are the last ones */
} tables[TABLES] = {
	[TABLE_META]         = { "meta",         &meta_kind,       KEY_TEXT },
	[TABLE_USER]         = { "user",         &user_kind,       KEY_UUID },
	[TABLE_IDENTITY]     = { "identity",     &uuid_link_kind,  KEY_TEXT },
	[TABLE_PASSWORD]     = { "password",     &password_kind,   KEY_UUID },
	[TABLE_ACCOUNT]      = { "account",      &account_kind,    KEY_UUID },
	[TABLE_ACCOUNT_NAME] = { "account_name", &uuid_link_kind,  KEY_TEXT },
	[TABLE_ACCOUNT_USER] = { "account_user", &uuid_link_kind,  KEY_HEX },
	[TABLE_TOKEN]        = { "token",        &token_kind,      KEY_HEX },
	[TABLE_TOKEN_UUID]   = { "token_uuid",   &token_link_kind, KEY_UUID },
	[TABLE_TOKEN_USER]   = { "token_user",   &token_link_kind, KEY_HEX },
	[TABLE_TOKEN_EXPIRY] = { "token_expiry", &token_link_kind, KEY_HEX, true },
	[TABLE_KEY]          = { "key",          &key_kind,        KEY_TEXT },
	[TABLE_DOMAIN_TOKEN] = { "domain_token", &domain_token_kind, KEY_TEXT },
	[TABLE_ROLE]         = { "role",         &role_kind,       KEY_TEXT },
};

static const char *const identities[IDENTITY_KINDS] = {
	[IDENTITY_LOGIN]    = "login:",
	[IDENTITY_GOOGLE]   = "google:",
	[IDENTITY_FACEBOOK] = "facebook:",
	[IDENTITY_APPLE]    = "apple:",
	[IDENTITY_WECHAT]   = "wechat:",
	[IDENTITY_HA1B]     = "ha1b:",
	[IDENTITY_OIDC]     = "oidc:",
};

const char *
table_name(enum table table)
{
	return tables[table].name;
}

/* --- keys ------------------------------------------------------------------ */

static void
key_add(struct place *at, const void *bytes, size_t len)
{
	memcpy(at->key + at->len, bytes, len);
	at->len += len;
}

/* Big endian with the sign bit inverted, so that bytes sort as times do. */
static void
key_add_time(struct place *at, int64_t ms)
{
	uint64_t sortable = (uint64_t)ms ^ (uint64_t)1 << 63;

	for (size_t i = 0; i < TIME_LEN; i++)
		at->key[at->len++] = (uint8_t)(sortable >> 8 * (TIME_LEN - 1 - i));
}

static int64_t
key_time(const uint8_t *bytes)
{
	uint64_t sortable = 0;

	for (size_t i = 0; i < TIME_LEN; i++)
		sortable = sortable << 8 | bytes[i];
	return (int64_t)(sortable ^ (uint64_t)1 << 63);
}

struct place
at_uuid(enum table table, const struct uuid *id)
{
	struct place at = { .table = table };

	key_add(&at, id->bytes, UUID_LEN);
	return at;
}

struct place
at_digest(const uint8_t digest[DIGEST_LEN])
{
	struct place at = { .table = TABLE_TOKEN };

	key_add(&at, digest, DIGEST_LEN);
	return at;
}

/* With its NUL: LMDB has no empty keys, and an id may be. */
struct place
at_text(enum table table, const char *text)
{
	struct place at = { .table = table };

	key_add(&at, text, strnlen(text, NAME_SIZE - 1));
	key_add(&at, "", 1);
	return at;
}

struct place
at_identity(enum identity_kind kind, const char *name)
{
	struct place at = { .table = TABLE_IDENTITY };

	key_add(&at, identities[kind], strlen(identities[kind]));
	key_add(&at, name, strnlen(name, NAME_SIZE - 1));
	return at;
}

struct place
at_account_user(const struct uuid *account, const struct uuid *user)
{
	struct place at = at_uuid(TABLE_ACCOUNT_USER, account);

	key_add(&at, user->bytes, UUID_LEN);
	return at;
}

/* The domain and a NUL, so that tokens of a domain are adjacent; then the id. */
struct place
at_domain_token(const char *domain, const struct uuid *id)
{
	struct place at = at_text(TABLE_DOMAIN_TOKEN, domain);

	if (id)
		key_add(&at, id->bytes, UUID_LEN);
	return at;
}

struct place
at_token_user(const struct token *token)
{
	struct place at = at_uuid(TABLE_TOKEN_USER, &token->user);

	key_add_time(&at, token->created_ms);
	key_add(&at, token->id.bytes, UUID_LEN);
	return at;
}

struct place
at_token_expiry(int64_t expires_ms, const uint8_t digest[DIGEST_LEN])
{
	struct place at = { .table = TABLE_TOKEN_EXPIRY };

	key_add_time(&at, expires_ms);
	key_add(&at, digest, DIGEST_LEN);
	return at;
}

int64_t
place_expiry(const struct place *at)
{
	return key_time(at->key);
}

struct place
place_of_expiring(const struct place *at)
{
	return at_digest(at->key + TIME_LEN);
}

void
place_token_user(const struct place *at, struct token *token)
{
	memcpy(token->user.bytes, at->key, UUID_LEN);
	token->created_ms = key_time(at->key + UUID_LEN);
	memcpy(token->id.bytes, at->key + UUID_LEN + TIME_LEN, UUID_LEN);
}

char *
place_key_text(const struct place *at, char *out)
{
	struct uuid id;

	if (tables[at->table].form == KEY_UUID && at->len == UUID_LEN) {
		memcpy(id.bytes, at->key, UUID_LEN);
		return uuid_text(out, &id);
	}
	if (tables[at->table].form != KEY_TEXT) {
		text_hex(out, at->key, at->len);
		return out;
	}
	for (size_t i = 0; i < at->len; i++)
		out[i] = isgraph(at->key[i]) ? (char)at->key[i] : '?';
	out[at->len] = '\0';
	if (at->len && !at->key[at->len - 1])
		out[at->len - 1] = '\0';
	return out;
}

bool
place_identity(const struct place *at, enum identity_kind *kind, char name[NAME_SIZE])
{
	size_t prefix, len;

	for (int i = 0; i < IDENTITY_KINDS; i++) {
		prefix = strlen(identities[i]);
		if (at->len < prefix || memcmp(at->key, identities[i], prefix) != 0)
			continue;
		len = at->len - prefix;
		if (len >= NAME_SIZE)
			return false;
		memcpy(name, at->key + prefix, len);
		name[len] = '\0';
		*kind = (enum identity_kind)i;
		return true;
	}
	return false;
}

bool
place_same(const struct place *a, const struct place *b)
{
	return a->table == b->table && a->len == b->len && memcmp(a->key, b->key, a->len) == 0;
}

/* --- records ----------------------------------------------------------------- */

int
place_damaged(const struct place *at)
{
	char key[2 * PLACE_KEY_MAX + 1];

	return log_fault(-EBADMSG, "store: damaged record %s/%s", tables[at->table].name,
	    place_key_text(at, key));
}

size_t
place_record_size(const struct place *at)
{
	return tables[at->table].kind->size;
}

static MDB_val
key_of(const struct place *at)
{
	return (MDB_val){ at->len, (void *)at->key };
}

int
place_fault(const struct txn *tx, int rc, const char *call, const struct place *at)
{
	int r = txn_fault(tx, rc, call);

	return r == -EBADMSG ? place_damaged(at) : r;
}

int
place_nothing(struct txn *tx, const struct place *at)
{
	const char *name = tables[at->table].name;
	const MDB_val key = { strlen(name), (void *)(uintptr_t)name };
	uint8_t unused[1];
	struct mdb_copy val = { unused, sizeof unused, 0 };
	MDB_dbi databases;
	int rc;

	rc = mdb_table(&tx->db->mdb, tx->mdb, NULL, 0, &databases);
	if (!rc)
		rc = mdb_read(&tx->db->mdb, tx->mdb, databases, &key, &val);
	if (rc == MDB_NOTFOUND)
		rc = MDB_CORRUPTED;
	return rc ? place_fault(tx, rc, "looking for the database", at) : V_NOT_FOUND;
}

/* The bytes there. */
static int
look_up(struct txn *tx, const struct place *at, struct mdb_copy *val)
{
	const MDB_val key = key_of(at);
	int rc;

	rc = mdb_read(&tx->db->mdb, tx->mdb, tx->db->dbi[at->table], &key, val);
	if (rc == MDB_NOTFOUND)
		return place_nothing(tx, at);
	return rc ? place_fault(tx, rc, "mdb_get", at) : 0;
}

int
place_decode(const struct place *at, const struct mdb_copy *val, void *record)
{
	return val->len > val->size ? V_MALFORMED : codec_decode(tables[at->table].kind,
	    val->bytes, val->len, at->key, at->len, record);
}

int
place_look(struct txn *tx, const struct place *at, void *record)
{
	uint8_t bytes[CODEC_SIZE_MAX];
	struct mdb_copy val = { bytes, sizeof bytes, 0 };
	int r;

	r = look_up(tx, at, &val);
	return r ? r : place_decode(at, &val, record);
}

int
place_get(struct txn *tx, const struct place *at, void *record)
{
	int r;

	r = place_look(tx, at, record);
	return r == V_MALFORMED ? place_damaged(at) : r;
}

int
place_bytes(struct txn *tx, const struct place *at, void *bytes, size_t size, size_t *len)
{
	struct mdb_copy val = { bytes, size, 0 };
	int r;

	r = look_up(tx, at, &val);
	*len = val.len;
	return r;
}

int
place_need(struct txn *tx, const struct place *at, const struct place *from, void *record)
{
	int r;

	r = place_get(tx, at, record);
	return r == V_NOT_FOUND ? place_damaged(from) : r;
}

int
place_put(struct txn *tx, const struct place *at, const void *record)
{
	uint8_t bytes[CODEC_SIZE_MAX];
	MDB_val key = key_of(at), val = { 0, bytes };
	struct mdb *mdb = &tx->db->mdb;
	int rc = MDB_KEYEXIST;

	tx->dirty = true;
	val.mv_size = codec_encode(tables[at->table].kind, record, at->key, at->len, bytes);
	/* appended, keys fill their pages, which otherwise split in halves */
	if (tables[at->table].grows_at_end)
		rc = mdb_write(mdb, tx->mdb, tx->db->dbi[at->table], &key, &val, MDB_APPEND);
	if (rc == MDB_KEYEXIST)
		rc = mdb_write(mdb, tx->mdb, tx->db->dbi[at->table], &key, &val, 0);
	return rc ? place_fault(tx, rc, "mdb_put", at) : 0;
}

int
place_claim(struct txn *tx, const struct place *at, const struct uuid *id)
{
	const struct uuid_link link = { *id };
	struct uuid_link taken;
	int r;

	r = place_get(tx, at, &taken);
	if (!r)
		return uuid_equal(&taken.id, id) ? 0 : V_EXISTS;
	return r == V_NOT_FOUND ? place_put(tx, at, &link) : r;
}

int
place_drop(struct txn *tx, const struct place *at)
{
	MDB_val key = key_of(at);
	int rc;

	rc = mdb_remove(&tx->db->mdb, tx->mdb, tx->db->dbi[at->table], &key);
	tx->dirty |= !rc;
	return rc && rc != MDB_NOTFOUND ? place_fault(tx, rc, "mdb_del", at) : 0;
}

int
table_count(struct txn *tx, enum table table, uint64_t *count)
{
	MDB_stat stat;
	int rc;

	rc = mdb_size(&tx->db->mdb, tx->mdb, tx->db->dbi[table], &stat);
	if (rc)
		return txn_fault(tx, rc, "mdb_stat");
	*count = stat.ms_entries;
	return 0;
}
