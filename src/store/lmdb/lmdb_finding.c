// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_finding.c - what a check finds wrong with a record, and what a repair does. */
#include "store/lmdb/lmdb_finding.h"

#include "base/verdict.h"
#include "store/lmdb/codec.h"

enum fate { LEFT, MENDED, DROPPED };

/* gone: what is dropped or replaced; NULL for nothing. */
static int
report(struct walk *w, enum store_defect defect, const struct place *lacks,
    const struct place *gone, enum fate fate)
{
	char key[2 * PLACE_KEY_MAX + 1], lacks_key[2 * PLACE_KEY_MAX + 1] = "";
	uint8_t bytes[CODEC_SIZE_MAX];
	struct store_finding f = { .defect = defect, .table = table_name(w->at.table),
	    .key = place_key_text(&w->at, key), .lacks_table = "", .lacks_key = lacks_key,
	    .mended = w->repairs && fate == MENDED, .dropped = w->repairs && fate == DROPPED,
	    .bytes = bytes };
	const bool left = !f.mended && !f.dropped;
	int r = 0;

	if (lacks) {
		f.lacks_table = table_name(lacks->table);
		place_key_text(lacks, lacks_key);
	}
	if (!left)
		r = place_bytes(w->tx, gone, bytes, sizeof bytes, &f.len);
	if (r && r != V_NOT_FOUND)
		return r;
	f.len = f.len < sizeof bytes ? f.len : sizeof bytes;
	w->check->mended += f.mended;
	w->check->dropped += f.dropped;
	w->check->faults += left && defect != STORE_FUTURE && defect != STORE_REVOKED;
	/* a repair tells what remains when it is over */
	return w->repairs && left ? 0 : w->check->found(w->check->arg, &f);
}

int
check_leave(struct walk *w, enum store_defect defect)
{
	return report(w, defect, NULL, NULL, LEFT);
}

int
check_drop(struct walk *w, enum store_defect defect)
{
	int r;

	r = report(w, defect, NULL, &w->at, DROPPED);
	return r || !w->repairs ? r : place_drop(w->tx, &w->at);
}

int
check_replace(struct walk *w, enum store_defect defect, const void *record)
{
	int r;

	r = report(w, defect, NULL, &w->at, MENDED);
	return r || !w->repairs ? r : place_put(w->tx, &w->at, record);
}

int
check_enter(struct walk *w, const struct place *entry, const void *value)
{
	int r;

	r = report(w, STORE_NO_ENTRY, entry, entry, MENDED);
	return r || !w->repairs ? r : place_put(w->tx, entry, value);
}

int
check_future(struct walk *w)
{
	w->check->future++;
	return report(w, STORE_FUTURE, NULL, NULL, LEFT);
}
