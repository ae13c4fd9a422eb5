// SPDX-License-Identifier: ISC
/*
 * base/slots.h - limits how many processes do something at a time.
 *
 * A slot is a byte of a file, held by a lock that the kernel releases when the
 * process exits, even on kill -9.  The file must be opened after fork: a lock that
 * is inherited would be granted to both.
 */
#ifndef BASE_SLOTS_H
#define BASE_SLOTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLOTS_MAX 1024

struct slots {
	int fd;
	/* a bit for each that this process holds: its own locks do not stop it */
	_Atomic uint64_t held[SLOTS_MAX / 64];
};

/* A slot while it is held; slot_leave releases it, in any thread, and can be used with GUARD. */
struct slot {
	struct slots *slots;		/* NULL: none is held */
	long at;
};

#define SLOT_NONE ((struct slot){ .slots = NULL })

/* Creates the file if it does not exist.  -errno, logged. */
int slots_open(struct slots *slots, const char *path);
void slots_close(struct slots *slots);

/*
 * Takes one of the first count slots, at most SLOTS_MAX, without waiting.
 * V_UNAVAILABLE: all are held.
 */
int slot_take(struct slots *slots, long count, struct slot *slot);
void slot_leave(struct slot *slot);

/* Is slot number at free? */
bool slot_is_free(const struct slots *slots, long at);

#endif
