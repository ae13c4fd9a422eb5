// SPDX-License-Identifier: ISC
/*
 * store/store_care.h - looking after a store: checks, repair, copies.
 */
#ifndef STORE_STORE_CARE_H
#define STORE_STORE_CARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/* How far something has come, of how much; called now and then, and at the end. */
typedef void store_progress(void *arg, uint64_t done, uint64_t total);

enum store_defect {
	STORE_DAMAGED,			/* a record that cannot be read */
	STORE_MISPLACED,		/* a record under a key that is not its own */
	STORE_NO_ENTRY,			/* an index lacks the entry of a record, or has it wrong */
	STORE_NO_RECORD,		/* an entry whose record is missing, or differs */
	STORE_NO_USER,			/* something of a user who does not exist */
	STORE_NO_ACCOUNT,		/* a user of an account that does not exist */
	STORE_TWICE,			/* a name that two records have */
	STORE_FUTURE,			/* a record from the future: no fault, the clock may be */
	STORE_DEFECTS			/* how many there are */
};

/* In words: "is damaged". */
const char *store_defect_text(enum store_defect defect);

struct store_finding {
	enum store_defect defect;
	const char *table, *key;	/* of the record; key for people to read */
	const char *lacks_table, *lacks_key;	/* STORE_NO_ENTRY: the entry; else "" */
	bool mended;			/* it is gone, or put right */
	const void *bytes;		/* what is dropped or replaced, as it is stored */
	size_t len;			/* 0: nothing is */
};

/*
 * A check of every record and of every index, both ways.  Each record is judged
 * within one snapshot, but the check goes on to newer ones, so that writes continue
 * and the file does not grow.
 */
struct store_check {
	int64_t now_ms;
	/*
	 * Repair: entries of indexes are written anew from the records, and what cannot
	 * be read or belongs to nothing is dropped.  Nothing is invented, and keys are
	 * never dropped.
	 */
	bool repair;
	/* each finding, before a repair is committed; anything but 0 ends the check */
	int (*found)(void *arg, const struct store_finding *finding);
	store_progress *progress;	/* may be NULL */
	void *arg;

	/* results */
	uint64_t records, expired, future;
	uint64_t faults;		/* that remain */
	uint64_t mended;
};

/* 0, whatever is found.  -EBADMSG: more is damaged than records.  -errno, logged. */
int store_check(struct store *st, struct store_check *check);

/*
 * Writes a copy of the store as it is at one moment to fd, without what is not in use,
 * while others write.  -errno, logged.
 */
int store_copy(struct store *st, int fd);

/* About how many bytes a copy has. */
int store_copy_bytes(struct store *st, uint64_t *bytes);

/*
 * The same check of a copy, which nobody uses, of any schema that this program knows.
 * path need not be a name that lasts.  -EPROTO: it is something else, or newer.
 */
int store_check_copy(const struct store_where *where, const char *path,
    struct store_check *check, struct meta *meta);

#endif
