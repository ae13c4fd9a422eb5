// SPDX-License-Identifier: ISC
/*
 * store_memory/memory.c - the contract of store.h in its plainest form: arrays that
 * grow and are searched from end to end.  Tests compare other back ends with
 * it, and make it fail at a call of their choice.
 */
#include "store_memory/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/verdict.h"
#include "store/store_care.h"

/* --- arrays -------------------------------------------------------------- */

int
records_reserve(struct records *list)
{
	size_t room = list->room ? list->room * 2 : 8;
	char *bytes;

	if (list->count < list->room)
		return 0;
	bytes = reallocarray(list->bytes, room, list->size);
	if (!bytes)
		return -ENOMEM;
	list->bytes = bytes;
	list->room = room;
	return 0;
}

void
records_add(struct records *list, const void *record)
{
	memcpy(list->bytes + list->count++ * list->size, record, list->size);
}

void
records_remove(struct records *list, void *record)
{
	list->count--;
	memmove(record, list->bytes + list->count * list->size, list->size);
}

void *
records_at(const struct records *list, size_t i)
{
	return i < list->count ? list->bytes + i * list->size : NULL;
}

void *
records_find(const struct records *list, const struct uuid *id)
{
	void *record;

	for (size_t i = 0; (record = records_at(list, i)); i++) {
		if (memcmp(record, id, sizeof *id) == 0)
			return record;
	}
	return NULL;
}

_Static_assert(offsetof(struct user, id) == 0 && offsetof(struct account, id) == 0 &&
    offsetof(struct token, id) == 0 && offsetof(struct password, user) == 0,
    "records_find looks at the beginning");

int
memory_turn(struct memory *db)
{
	if (!db->fail_call || --db->fail_call)
		return 0;
	return db->fail_error;
}

/* --- the store and its keys ---------------------------------------------- */

static int
init(struct memory *db, const struct op *op, struct op_result *result)
{
	(void)result;
	if (db->metas.count)
		return V_EXISTS;
	if (records_reserve(&db->metas))
		return -ENOMEM;
	records_add(&db->metas, &op->u.init);
	return 0;
}

int
memory_keys_check(const struct memory *db, const struct op *op)
{
	return op->keys && op->keys != db->key_changes + 1 ? V_CHANGED : 0;
}

static struct key *
key_find(struct memory *db, const char *id)
{
	struct key *key;

	for (size_t i = 0; (key = records_at(&db->keys, i)); i++) {
		if (strcmp(key->id, id) == 0)
			return key;
	}
	return NULL;
}

static int
key_add(struct memory *db, const struct op *op, struct op_result *result)
{
	const struct key *key = &op->u.key_add;
	const struct key *old = key_find(db, key->id);

	(void)result;
	if (old)
		return record_same(&key_kind, old, key) ? 0 : V_EXISTS;
	if (memory_keys_check(db, op))
		return V_CHANGED;
	if (records_reserve(&db->keys))
		return -ENOMEM;
	records_add(&db->keys, key);
	db->key_changes++;
	return 0;
}

static int
key_set(struct memory *db, const struct op *op, struct op_result *result)
{
	struct key *old = key_find(db, op->u.key_set.to.id), key;

	(void)result;
	if (!old)
		return V_NOT_FOUND;
	key = *old;
	record_merge(&key_kind, &key, &op->u.key_set.to, op->u.key_set.mask);
	if (record_same(&key_kind, old, &key))
		return 0;
	if (memory_keys_check(db, op))
		return V_CHANGED;
	*old = key;
	db->key_changes++;
	return 0;
}

static int
key_drop(struct memory *db, const struct op *op, struct op_result *result)
{
	struct key *old = key_find(db, op->u.key_drop.id);

	(void)result;
	if (!old)
		return V_NOT_FOUND;
	if (memory_keys_check(db, op))
		return V_CHANGED;
	records_remove(&db->keys, old);
	db->key_changes++;
	return 0;
}

/* --- operations ---------------------------------------------------------- */

static memory_apply *const applies[OP_KINDS] = {
	[OP_INIT]                = init,
	[OP_KEY_ADD]             = key_add,
	[OP_KEY_SET]             = key_set,
	[OP_KEY_DROP]            = key_drop,
	[OP_USER_ADD]            = memory_user_add,
	[OP_USER_SET]            = memory_user_change,
	[OP_USER_FILL]           = memory_user_change,
	[OP_USER_PASSWORD]       = memory_user_change,
	[OP_USER_REHASH]         = memory_user_change,
	[OP_USER_DISABLE]        = memory_user_change,
	[OP_USER_ENABLE]         = memory_user_change,
	[OP_USER_LOGOUT]         = memory_user_change,
	[OP_USER_DELETE]         = memory_user_change,
	[OP_ACCOUNT_ADD]         = memory_account_add,
	[OP_ACCOUNT_SET]         = memory_account_set,
	[OP_ACCOUNT_DELETE]      = memory_account_delete,
	[OP_TOKEN_ADD]           = memory_token_add,
	[OP_TOKEN_SET]           = memory_token_set,
	[OP_TOKEN_DROP]          = memory_token_drop,
	[OP_TOKENS_DROP_OF_USER] = memory_tokens_drop_of_user,
	[OP_TOKENS_DROP_OF_KEY]  = memory_tokens_drop_of_key,
	[OP_TOKENS_PRUNE]        = memory_tokens_prune,
	[OP_TOKEN_ROTATE]        = memory_token_rotate,
	[OP_TOKEN_FIRST_USE]     = memory_token_first_use,
	[OP_TOKENS_USED]         = memory_tokens_used,
	[OP_DOMAIN_TOKEN_ADD]    = memory_domain_token_add,
	[OP_DOMAIN_TOKEN_SET]    = memory_domain_token_set,
	[OP_DOMAIN_TOKEN_DROP]   = memory_domain_token_drop,
	[OP_DOMAIN_TOKENS_PRUNE] = memory_domain_tokens_prune,
	[OP_ROLE_SET]            = memory_role_set,
	[OP_ROLE_DROP]           = memory_role_drop,
};

static int
memory_submit(struct store *st, const struct op *op, struct op_result *result)
{
	struct memory *db = (struct memory *)st;
	struct op_result mine = { 0 };
	int r = memory_turn(db);

	if (r)
		return r;
	if ((size_t)op->kind >= NELEM(applies) || !applies[op->kind])
		return -ENOSYS;
	r = applies[op->kind](db, op, &mine);
	if (r)
		return r;
	*result = mine;
	return 0;
}

/* What an operation on users may change, to go back to. */
static int
copy(struct records *to, const struct records *from)
{
	*to = *from;
	to->bytes = malloc(from->count * from->size + 1);
	if (!to->bytes)
		return -ENOMEM;
	to->room = from->count;
	memcpy(to->bytes, from->bytes ? from->bytes : (void *)"", from->count * from->size);
	return 0;
}

static int
memory_submit_some(struct store *st, const struct op *ops, size_t count, size_t *done,
    uint64_t *dropped)
{
	struct memory *db = (struct memory *)st;
	struct records users, passwords, tokens;
	struct op_result result;
	int r = 0;

	*done = count;
	*dropped = 0;

	if (copy(&users, &db->users) || copy(&passwords, &db->passwords) ||
	    copy(&tokens, &db->tokens))
		return -ENOMEM;
	for (size_t i = 0; !r && i < count; i++) {
		r = memory_submit(st, &ops[i], &result);
		*dropped += r ? 0 : result.count;
	}
	free(r ? db->users.bytes : users.bytes);
	free(r ? db->passwords.bytes : passwords.bytes);
	free(r ? db->tokens.bytes : tokens.bytes);
	if (r) {
		db->users = users;
		db->passwords = passwords;
		db->tokens = tokens;
	}
	return r;
}

static int
memory_submit_all(struct store *st, const struct op *ops, size_t count)
{
	uint64_t dropped;
	size_t done;

	return memory_submit_some(st, ops, count, &done, &dropped);
}

/* --- reads --------------------------------------------------------------- */

/* Copies what was found, of list's size. */
static int
give(struct memory *db, const struct records *list, const void *found, void *out)
{
	int r = memory_turn(db);

	if (r)
		return r;
	if (!found)
		return V_NOT_FOUND;
	memcpy(out, found, list->size);
	return 0;
}

static int
meta_get(struct store *st, struct meta *meta)
{
	struct memory *db = (struct memory *)st;

	return give(db, &db->metas, records_at(&db->metas, 0), meta);
}

static int
counts(struct store *st, struct store_counts *out)
{
	struct memory *db = (struct memory *)st;
	int r = memory_turn(db);

	if (r)
		return r;
	*out = (struct store_counts){ .users = db->users.count, .accounts = db->accounts.count,
	    .tokens = db->tokens.count, .keys = db->keys.count,
	    .domain_tokens = db->domain_tokens.count, .roles = db->roles.count };
	return 0;
}

static int
state(struct store *st, int64_t now_ms, struct store_state *out)
{
	struct memory *db = (struct memory *)st;
	int r = memory_turn(db);

	if (r)
		return r;
	*out = (struct store_state){ 0 };
	for (size_t i = 0; i < db->tokens.count; i++)
		out->expired += ((struct token *)records_at(&db->tokens, i))->expires_ms <= now_ms;
	return 0;
}

/* Those of list that follow after, sorted by compare, at most limit. */
static int
give_sorted(struct memory *db, const struct records *list, struct arena *mem,
    const struct uuid *after, size_t limit, int (*compare)(const void *, const void *),
    void **out, size_t *count)
{
	size_t found = 0;
	char *sorted;
	void *record;
	int r = memory_turn(db);

	if (r)
		return r;
	sorted = arena_alloc(mem, list->count * list->size);
	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; (record = records_at(list, i)); i++) {
		if (!after || memcmp(record, after, sizeof *after) > 0)
			memcpy(sorted + found++ * list->size, record, list->size);
	}
	qsort(sorted, found, list->size, compare);
	*out = sorted;
	*count = found < limit ? found : limit;
	return 0;
}

static int
by_id(const void *left, const void *right)
{
	return memcmp(left, right, sizeof(struct uuid));
}

static int
by_creation(const void *left, const void *right)
{
	const struct key *a = left, *b = right;

	if (a->created_ms != b->created_ms)
		return a->created_ms < b->created_ms ? -1 : 1;
	return strcmp(a->id, b->id);
}

static int
keys(struct store *st, struct arena *mem, struct key **out, size_t *count)
{
	struct memory *db = (struct memory *)st;
	void *list;
	int r;

	r = give_sorted(db, &db->keys, mem, NULL, SIZE_MAX, by_creation, &list, count);
	if (r)
		return r;
	*out = list;
	return 0;
}

static int
key_changes(struct store *st, uint64_t *changes)
{
	struct memory *db = (struct memory *)st;
	int r = memory_turn(db);

	if (!r)
		*changes = db->key_changes + 1;
	return r;
}

static int
user_get(struct store *st, const struct uuid *id, struct user *user)
{
	struct memory *db = (struct memory *)st;

	return give(db, &db->users, records_find(&db->users, id), user);
}

static int
user_find(struct store *st, enum identity_kind kind, const char *name, struct user *user)
{
	struct memory *db = (struct memory *)st;

	return give(db, &db->users, memory_user_named(db, kind, name), user);
}

static int
user_list(struct store *st, struct arena *mem, const struct uuid *after, size_t limit,
    struct user **users, size_t *count)
{
	struct memory *db = (struct memory *)st;
	void *list;
	int r;

	r = give_sorted(db, &db->users, mem, after, limit, by_id, &list, count);
	if (r)
		return r;
	*users = list;
	return 0;
}

static int
password_get(struct store *st, const struct uuid *user, struct password *password)
{
	struct memory *db = (struct memory *)st;

	return give(db, &db->passwords, records_find(&db->passwords, user), password);
}

static int
account_get(struct store *st, const struct uuid *id, struct account *account)
{
	struct memory *db = (struct memory *)st;

	return give(db, &db->accounts, records_find(&db->accounts, id), account);
}

static int
account_find(struct store *st, const char *name, struct account *account)
{
	struct memory *db = (struct memory *)st;

	return give(db, &db->accounts, memory_account_named(db, name), account);
}

static int
account_list(struct store *st, struct arena *mem, const struct uuid *after, size_t limit,
    struct account **accounts, size_t *count)
{
	struct memory *db = (struct memory *)st;
	void *list;
	int r;

	r = give_sorted(db, &db->accounts, mem, after, limit, by_id, &list, count);
	if (r)
		return r;
	*accounts = list;
	return 0;
}

/* --- opening ------------------------------------------------------------- */

static void
memory_close(struct store *st)
{
	struct memory *db = (struct memory *)st;

	free(db->metas.bytes);
	free(db->users.bytes);
	free(db->passwords.bytes);
	free(db->domain_tokens.bytes);
	free(db->roles.bytes);
	free(db->accounts.bytes);
	free(db->tokens.bytes);
	free(db->keys.bytes);
	free(db);
}

static const struct store_ops memory_ops = {
	.name = "memory",
	.close = memory_close,
	.submit = memory_submit,
	.submit_all = memory_submit_all,
	.submit_some = memory_submit_some,
	.meta_get = meta_get,
	.counts = counts,
	.state = state,
	.keys = keys,
	.key_changes = key_changes,
	.user_get = user_get,
	.user_find = user_find,
	.user_list = user_list,
	.password_get = password_get,
	.account_get = account_get,
	.account_find = account_find,
	.account_list = account_list,
	.token_find = memory_token_find,
	.token_get = memory_token_get,
	.token_list = memory_token_list,
	.domain_token_get = memory_domain_token_get,
	.domain_token_list = memory_domain_token_list,
	.role_get = memory_role_get,
	.role_list = memory_role_list,
};

int
store_open_memory(struct store **st)
{
	struct memory *db;

	db = calloc(1, sizeof *db);
	if (!db)
		return -ENOMEM;
	db->base.ops = &memory_ops;
	db->metas.size = sizeof(struct meta);
	db->users.size = sizeof(struct user);
	db->passwords.size = sizeof(struct password);
	db->domain_tokens.size = sizeof(struct domain_token);
	db->roles.size = sizeof(struct role);
	db->accounts.size = sizeof(struct account);
	db->tokens.size = sizeof(struct token);
	db->keys.size = sizeof(struct key);
	*st = &db->base;
	return 0;
}

void
store_memory_fail(struct store *st, unsigned call, int error)
{
	struct memory *db = (struct memory *)st;

	db->fail_call = call;
	db->fail_error = error;
}
