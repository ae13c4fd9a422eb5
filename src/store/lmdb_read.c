// SPDX-License-Identifier: ISC
/* store/lmdb_read.c - reads: each one transaction, and a copy out of it. */
#include "store/lmdb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/verdict.h"

/* A copy of what was read, so that a failure leaves the caller's as it is. */
union any_record {
	struct user user;
	struct password password;
	struct account account;
	struct token token;
	struct key key;
	struct meta meta;
	struct domain_token domain_token;
	struct role role;
};

int
lmdb_read_one(struct store *st, const struct place *at, void *record)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	union any_record found;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r)
		r = place_get(&tx, at, &found);
	if (r)
		return r;
	memcpy(record, &found, place_record_size(at));
	return 0;
}

/* The record of table whose id stands at from. */
static int
read_linked(struct store *st, const struct place *from, enum table table, void *record)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	union any_record found;
	struct uuid_link link;
	struct place at;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r)
		r = place_get(&tx, from, &link);
	if (r)
		return r;
	at = at_uuid(table, &link.id);
	r = place_need(&tx, &at, from, &found);
	if (r)
		return r;
	memcpy(record, &found, place_record_size(&at));
	return 0;
}

int
lmdb_meta_get(struct store *st, struct meta *meta)
{
	const struct place at = at_text(TABLE_META, "store");

	return lmdb_read_one(st, &at, meta);
}

int
lmdb_counts(struct store *st, struct store_counts *counts)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct lmdb *db = (struct lmdb *)st;
	struct store_counts found = { .bytes_max = db->max_bytes };
	const struct {
		enum table table;
		uint64_t *count;
	} wanted[] = {
		{ TABLE_USER,    &found.users },
		{ TABLE_ACCOUNT, &found.accounts },
		{ TABLE_TOKEN,   &found.tokens },
		{ TABLE_KEY,     &found.keys },
	};
	MDB_envinfo info;
	MDB_stat stat;
	int r;

	r = txn_begin(db, MDB_RDONLY, &tx);
	for (size_t i = 0; i < NELEM(wanted) && !r; i++)
		r = table_count(&tx, wanted[i].table, wanted[i].count);
	if (r)
		return r;
	mdb_env_info(db->mdb.env, &info);
	mdb_env_stat(db->mdb.env, &stat);
	found.bytes_used = (info.me_last_pgno + 1) * stat.ms_psize;
	*counts = found;
	return 0;
}

/* Moves at to the next key that begins with prefix.  V_NOT_FOUND behind the last. */
static int
next_within(struct txn *tx, struct place *at, const struct place *prefix)
{
	int r;

	r = place_next(tx, at);
	if (r)
		return r;
	return at->len >= prefix->len && memcmp(at->key, prefix->key, prefix->len) == 0 ? 0 :
	    V_NOT_FOUND;
}

int
lmdb_read_list(struct store *st, struct arena *mem, struct place at, const struct place *prefix,
    size_t limit, size_t size, void **records, size_t *count)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct place first = at;
	size_t found = 0;
	char *list;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	while (!r && found < limit) {
		r = next_within(&tx, &at, prefix);
		found += !r;
	}
	if (r && r != V_NOT_FOUND)
		return r;
	list = arena_alloc(mem, found * size);
	if (!list)
		return log_fault(-ENOMEM, "store: a list of %zu", found);
	for (size_t i = 0; i < found; i++) {
		r = place_next(&tx, &first);
		if (!r)
			r = place_get(&tx, &first, list + i * size);
		if (r)
			return r;
	}
	*records = list;
	*count = found;
	return 0;
}

static int
key_compare(const void *left, const void *right)
{
	const struct key *a = left, *b = right;

	if (a->created_ms != b->created_ms)
		return a->created_ms < b->created_ms ? -1 : 1;
	return strcmp(a->id, b->id);
}

int
lmdb_keys(struct store *st, struct arena *mem, struct key **keys, size_t *count)
{
	const struct place start = { .table = TABLE_KEY };
	void *list;
	int r;

	r = lmdb_read_list(st, mem, start, &start, SIZE_MAX, sizeof **keys, &list, count);
	if (r)
		return r;
	*keys = list;
	qsort(*keys, *count, sizeof **keys, key_compare);
	return 0;
}

int
lmdb_user_get(struct store *st, const struct uuid *id, struct user *user)
{
	const struct place at = at_uuid(TABLE_USER, id);

	return lmdb_read_one(st, &at, user);
}

int
lmdb_user_find(struct store *st, enum identity_kind kind, const char *name, struct user *user)
{
	struct place from;

	if (!name[0] || strlen(name) >= NAME_SIZE)
		return V_NOT_FOUND;
	from = at_identity(kind, name);
	return read_linked(st, &from, TABLE_USER, user);
}

/* The beginning of a database, or the place of an id in it. */
static struct place
behind(enum table table, const struct uuid *after)
{
	const struct place start = { .table = table };

	return after ? at_uuid(table, after) : start;
}

static size_t
capped(size_t limit)
{
	return limit < STORE_LIST_MAX ? limit : STORE_LIST_MAX;
}

int
lmdb_user_list(struct store *st, struct arena *mem, const struct uuid *after, size_t limit,
    struct user **users, size_t *count)
{
	const struct place all = { .table = TABLE_USER };
	void *list;
	int r;

	r = lmdb_read_list(st, mem, behind(TABLE_USER, after), &all, capped(limit),
	    sizeof **users, &list, count);
	if (r)
		return r;
	*users = list;
	return 0;
}

int
lmdb_password_get(struct store *st, const struct uuid *user, struct password *password)
{
	const struct place at = at_uuid(TABLE_PASSWORD, user);

	return lmdb_read_one(st, &at, password);
}

int
lmdb_account_get(struct store *st, const struct uuid *id, struct account *account)
{
	const struct place at = at_uuid(TABLE_ACCOUNT, id);

	return lmdb_read_one(st, &at, account);
}

int
lmdb_account_find(struct store *st, const char *name, struct account *account)
{
	struct place from;

	if (!name[0] || strlen(name) >= NAME_SIZE)
		return V_NOT_FOUND;
	from = at_text(TABLE_ACCOUNT_NAME, name);
	return read_linked(st, &from, TABLE_ACCOUNT, account);
}

int
lmdb_account_list(struct store *st, struct arena *mem, const struct uuid *after,
    size_t limit, struct account **accounts, size_t *count)
{
	const struct place all = { .table = TABLE_ACCOUNT };
	void *list;
	int r;

	r = lmdb_read_list(st, mem, behind(TABLE_ACCOUNT, after), &all, capped(limit),
	    sizeof **accounts, &list, count);
	if (r)
		return r;
	*accounts = list;
	return 0;
}

int
lmdb_token_find(struct store *st, const uint8_t digest[DIGEST_LEN], int64_t now_ms,
    struct token *token)
{
	const struct place at = at_digest(digest);
	struct token found;
	int r;

	r = lmdb_read_one(st, &at, &found);
	if (r)
		return r;
	if (found.expires_ms <= now_ms)
		return V_NOT_FOUND;
	*token = found;
	return 0;
}

int
lmdb_token_get(struct store *st, const struct uuid *id, int64_t now_ms, struct token *token)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	struct token found;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (r)
		return r;
	r = lmdb_token_by_id(&tx, id, now_ms, &found);
	if (r)
		return r;
	*token = found;
	return 0;
}

/* Whose tokens are listed, and which. */
struct wanted {
	enum token_use use;
	const struct uuid *user;
	int64_t now_ms;
};

/* Where the list begins: before all tokens of the user, or at the one called after. */
static int
token_list_start(struct txn *tx, const struct wanted *w, const struct uuid *after,
    struct place *at)
{
	struct token token;
	int r;

	*at = at_uuid(TABLE_TOKEN_USER, w->user);
	if (!after)
		return 0;
	r = lmdb_token_by_id(tx, after, w->now_ms, &token);
	if (r)
		return r;
	if (token.use != (int64_t)w->use || !uuid_equal(&token.user, w->user))
		return V_NOT_FOUND;
	*at = at_token_user(&token);
	return 0;
}

/* Moves at to the next token that is wanted.  V_NOT_FOUND behind the last. */
static int
token_next(struct txn *tx, const struct wanted *w, struct place *at, struct token_link *link)
{
	int r;

	do {
		r = place_next(tx, at);
		if (!r && !lmdb_is_token_of(at, w->user))
			r = V_NOT_FOUND;
		if (!r)
			r = place_get(tx, at, link);
		if (r)
			return r;
	} while (link->expires_ms <= w->now_ms || link->use != (int64_t)w->use);
	return 0;
}

/* How many that are wanted are behind start, counting up to limit. */
static int
tokens_count(struct txn *tx, const struct wanted *w, struct place start, size_t limit,
    size_t *count)
{
	struct token_link link;
	int r = 0;

	*count = 0;
	while (!r && *count < limit) {
		r = token_next(tx, w, &start, &link);
		*count += !r;
	}
	return r == V_NOT_FOUND ? 0 : r;
}

/* The next count of them, which are there, into list. */
static int
tokens_read(struct txn *tx, const struct wanted *w, struct place start, size_t count,
    struct token *list)
{
	struct token_link link;
	struct place at;
	int r = 0;

	for (size_t i = 0; i < count && !r; i++) {
		r = token_next(tx, w, &start, &link);
		if (r)
			break;
		at = at_digest(link.digest);
		r = place_need(tx, &at, &start, &list[i]);
	}
	return r;
}

int
lmdb_token_list(struct store *st, struct arena *mem, enum token_use use,
    const struct uuid *user, const struct uuid *after, size_t limit, int64_t now_ms,
    struct token **tokens, size_t *count)
{
	GUARD(txn_drop) struct txn tx = { 0 };
	const struct wanted w = { use, user, now_ms };
	struct place start;
	struct token *list;
	size_t found;
	int r;

	r = txn_begin((struct lmdb *)st, MDB_RDONLY, &tx);
	if (!r)
		r = token_list_start(&tx, &w, after, &start);
	if (!r)
		r = tokens_count(&tx, &w, start, capped(limit), &found);
	if (r)
		return r;
	list = arena_alloc(mem, found * sizeof *list);
	if (!list)
		return log_fault(-ENOMEM, "store: a list of %zu tokens", found);
	r = tokens_read(&tx, &w, start, found, list);
	if (r)
		return r;
	*tokens = list;
	*count = found;
	return 0;
}
