// SPDX-License-Identifier: ISC
/* store/sql/sql_key.c - keys, and how often they have changed. */
#include "store/sql/sql_key.h"

#include <errno.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/verdict.h"
#include "store/sql/sql_meta.h"
#include "store/sql/sql_try.h"

/* A worker asks for each request; keys that another machine changes are seen after this time. */
#define LOOK_MS 300

static int
key_get(struct sql *db, const char *id, struct key *key)
{
	struct sql_args args = { .count = 0 };

	sql_arg_text(&args, id);
	return sql_record(db, KEY_GET, &args, key);
}

/* The row is there from the beginning: without it, nothing can be told of keys. */
static int
found_changes(int r)
{
	return r == V_NOT_FOUND ?
	    log_fault(-EBADMSG, "store: the count of changes of keys is missing") : r;
}

/* Nobody else changes keys from here on. */
static int
keys_lock(struct sql *db, int64_t *changes)
{
	return found_changes(sql_number(db, CHANGES_LOCK, NULL, changes));
}

/* 0 stands for any number of changes, so they are counted from 1 on. */
static int
check(const struct op *op, int64_t changes)
{
	return op->keys && op->keys != (uint64_t)changes + 1 ? V_CHANGED : 0;
}

int
sql_keys_check(struct sql *db, const struct op *op)
{
	int64_t changes;
	int r;

	if (!op->keys)
		return 0;
	r = found_changes(sql_number(db, CHANGES_SHARE, NULL, &changes));
	return r ? r : check(op, changes);
}

int
sql_keys_check_again(struct sql *db, const struct op *op)
{
	int64_t changes;
	int r;

	if (!op->keys || !db->is_cluster)
		return 0;
	r = found_changes(sql_read_number(&db->base, CHANGES_GET, NULL, &changes));
	return r ? r : check(op, changes);
}

int
sql_key_add(struct sql *db, const struct op *op, struct op_result *result)
{
	struct sql_args args = { .count = 0 };
	const struct key *key = &op->u.key_add;
	int64_t changes;
	struct key old;
	int r;

	(void)result;
	r = keys_lock(db, &changes);
	if (r)
		return r;
	r = key_get(db, key->id, &old);
	if (!r)
		return record_same(&key_kind, &old, key) ? 0 : V_EXISTS;
	if (r == V_NOT_FOUND)
		r = check(op, changes);
	if (r)
		return r;
	r = key->private_key[0] ? sql_reader_raise(db) : 0;
	sql_arg_record(&args, &key_kind, key);
	if (!r)
		r = sql_change(db, KEY_PUT, &args, NULL);
	return r ? r : sql_change(db, CHANGES_COUNT, NULL, NULL);
}

int
sql_key_set(struct sql *db, const struct op *op, struct op_result *result)
{
	struct sql_args args = { .count = 0 };
	struct key old, key;
	int64_t changes;
	int r;

	(void)result;
	r = keys_lock(db, &changes);
	if (!r)
		r = key_get(db, op->u.key_set.to.id, &old);
	if (r)
		return r;
	key = old;
	record_merge(&key_kind, &key, &op->u.key_set.to, op->u.key_set.mask);
	if (record_same(&key_kind, &old, &key))
		return 0;
	r = check(op, changes);
	if (r)
		return r;
	sql_arg_record(&args, &key_kind, &key);
	sql_arg_text(&args, old.id);
	r = sql_change(db, KEY_SET, &args, NULL);
	return r ? r : sql_change(db, CHANGES_COUNT, NULL, NULL);
}

int
sql_key_drop(struct sql *db, const struct op *op, struct op_result *result)
{
	struct sql_args args = { .count = 0 };
	int64_t changes;
	struct key old;
	int r;

	(void)result;
	r = keys_lock(db, &changes);
	if (!r)
		r = key_get(db, op->u.key_drop.id, &old);
	if (!r)
		r = check(op, changes);
	if (r)
		return r;
	sql_arg_text(&args, op->u.key_drop.id);
	r = sql_change(db, KEY_DROP, &args, NULL);
	return r ? r : sql_change(db, CHANGES_COUNT, NULL, NULL);
}

/* --- reads -------------------------------------------------------------------- */

void
sql_key_forget(struct sql *db, const struct op *op, int r)
{
	if (r == V_CHANGED || (op->kind >= OP_KEY_ADD && op->kind <= OP_KEY_DROP))
		db->key_look.until_ms = 0;
}

int
sql_key_changes(struct store *st, uint64_t *changes)
{
	struct sql *db = (struct sql *)st;
	const int64_t now_ms = clock_steady_ms();
	int64_t found;
	int r;

	if (!st->looks && now_ms < db->key_look.until_ms) {
		*changes = db->key_look.changes;
		return 0;
	}
	r = found_changes(sql_read_number(st, CHANGES_GET, NULL, &found));
	if (r)
		return r;
	st->looks = false;
	db->key_look.until_ms = now_ms + LOOK_MS;
	*changes = db->key_look.changes = (uint64_t)found + 1;
	return 0;
}

int
sql_keys(struct store *st, struct arena *mem, struct key **keys, size_t *count)
{
	void *list;
	int r;

	r = sql_read_list(st, KEY_LIST, NULL, mem, &list, count);
	if (r)
		return r;
	*keys = list;
	return 0;
}
