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
	STORE_REVOKED,			/* a token that an index did not lead to: no fault */
	STORE_FUTURE,			/* a record from the future: no fault, the clock may be */
	STORE_UNMARKED,			/* a user whose logins_ended_ms is below an ended login */
	STORE_READMITS,			/* a user, where a record of an ended login was lost */
	STORE_DEFECTS			/* how many there are */
};

/* In words: "is damaged". */
const char *store_defect_text(enum store_defect defect);

struct store_finding {
	enum store_defect defect;
	const char *table, *key;	/* of the record; key for people to read */
	const char *lacks_table, *lacks_key;	/* STORE_NO_ENTRY: the entry; else "" */
	bool mended, dropped;		/* it was put right; it is gone */
	const void *bytes;		/* what is dropped or replaced, as it is stored */
	size_t len;			/* 0: nothing is */
	bool is_statement;		/* or as text: a statement of SQL that adds it again */
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
	 * be read or belongs to nothing is dropped.  Nothing is invented, and keys and roles
	 * are never dropped: without them more might be permitted.  Where the record of an
	 * ended login is lost, all JWTs of its user end.
	 */
	bool repair;
	/* each finding, before a repair is committed; anything but 0 ends the check */
	int (*found)(void *arg, const struct store_finding *finding);
	store_progress *progress;	/* may be NULL */
	void *arg;

	/* results */
	uint64_t records, expired, future;
	uint64_t faults;		/* that remain */
	uint64_t mended, dropped;
};

/* 0, whatever is found.  -EBADMSG: more is damaged than records.  -errno, logged. */
int store_check(struct store *st, struct store_check *check);

/*
 * Writes a copy of the store as it is at one moment to fd, without what is not in use,
 * while others write.  -errno, logged.
 */
int store_copy(struct store *st, int fd);

/*
 * What is read from here on, until it ends, is as it is at this moment; there may be no
 * writes meanwhile.  -EAGAIN of a read: the moment is lost.
 */
int store_snapshot(struct store *st, bool begins);

/* It is no longer complete: store_meta finds nothing until store_init, all else is as it was. */
int store_forget(struct store *st);

struct store_state {
	uint64_t expired;		/* tokens and sessions, not removed yet */
	uint64_t bytes_free;		/* in the file, for later writes */
	int64_t reader;			/* the process with the oldest snapshot; 0: none reads */
	int64_t written_ms;		/* by the clock of the last write; 0: not known */
	int64_t settled_ms;		/* the clock jumped: before it, nothing is swept */
	uint64_t reader_behind;		/* writes since then, whose former pages it holds */
};

/* Without a look at each record. */
int store_state(struct store *st, int64_t now_ms, struct store_state *state);

/*
 * Notes in a shared store that a machine uses it, and forgets those that were not seen
 * since drop_before_ms.  A failure is no matter: it is noted again.
 */
void store_machine_note(struct store *st, const struct machine *machine,
    int64_t drop_before_ms);

/* Those that were noted, by name. */
int store_machines(struct store *st, struct arena *mem, struct machine **machines,
    size_t *count);

/* About how many bytes a copy has. */
int store_copy_bytes(struct store *st, uint64_t *bytes);

/*
 * The same check of a copy, which nobody uses, of any schema that this program knows.
 * path need not be a name that lasts.  -EPROTO: it is something else, or newer.
 */
int store_check_copy(const struct store_where *where, const char *path,
    struct store_check *check, struct meta *meta);

/*
 * A copy that takes the place of the store, which nobody has open; the former store is
 * kept.  It is read as a whole first, and brought to STORE_SCHEMA.
 */
struct store_restore {
	int fd;				/* the copy, to be read from here on */
	const char *kept;		/* the new name of the former store */
	bool keep_sessions;		/* else all JWTs and sessions end */
	bool drop_tokens;		/* bearer tokens and domain tokens end */
	int64_t now_ms;
	store_progress *progress;	/* may be NULL */
	void *arg;

	/* results; tokens that have expired are not counted */
	uint64_t schema;		/* that it had */
	uint64_t users, tokens, domain_tokens, sessions;
	uint64_t tokens_dropped, sessions_dropped;
	uint64_t faults;		/* as of a check; the store has them now */
	uint64_t bytes_before, bytes;	/* of the file; before: only store_compact */
	bool had;			/* there was a store */
	int64_t made_ms;		/* for the caller: when the copy was made, and its age */
	int64_t age_s;
};

/*
 * -EBUSY: others have the store open.  -EPROTO: it is no copy of a store, or newer.
 * -EBADMSG: more of it is damaged than records.  The store is unchanged then.
 */
int store_restore(const struct store_where *where, struct store_restore *how);

/*
 * A copy of the store itself takes its place, so that the file becomes as small as its
 * contents; of how, only now_ms, progress and arg are read.  As store_restore.
 * -EBADMSG: it has faults.
 */
int store_compact(const struct store_where *where, struct store_restore *how);

/*
 * Goes on from the former state that a store fell back to (-EUCLEAN of store_open), as if
 * it were restored from it.
 */
int store_mend(const struct store_where *where, struct store_restore *how);

/*
 * -EBUSY, logged: another process has the shared store open, through a server of where that can
 * be reached.  Waits two seconds for those that are about to end.
 */
int store_alone(const struct store_where *where);

#endif
