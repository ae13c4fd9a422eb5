// SPDX-License-Identifier: ISC
/*
 * tests/ctl/make_old.c - makes a database one that a program of the schema before has left.
 *
 *	make_old DATA-DIR
 */
#include "base/descriptors.h"
#include "base/secret.h"
#include "store/lmdb/lmdb_place.h"
#include "store_at.h"

static int
make(struct store *st)
{
	const struct place at = at_text(TABLE_META, "store");
	GUARD(txn_drop) struct txn tx = { 0 };
	struct meta meta;
	int r;

	r = txn_begin((struct lmdb *)st, 0, &tx);
	if (!r)
		r = place_get(&tx, &at, &meta);
	if (r)
		return r;
	meta.schema = STORE_SCHEMA - 1;
	r = place_put(&tx, &at, &meta);
	return r ? r : txn_commit(&tx);
}

int
main(int argc, char **argv)
{
	GUARD(store_close) struct store *st = NULL;

	if (descriptors_fill())
		return 99;
	if (argc != 2 || secret_init() || open_lmdb(&st, argv[1], 1 << 30, STORE_USE))
		return 99;
	return make(st) != 0;
}
