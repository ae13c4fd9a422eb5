// SPDX-License-Identifier: ISC
/*
 * base/slots.h - how many processes may do a thing at once.
 *
 * A slot is a byte of a file, held by a lock that the kernel drops with the
 * process, even on kill -9.  The file must be opened after fork: a lock that
 * is inherited would be granted to both.
 */
#ifndef BASE_SLOTS_H
#define BASE_SLOTS_H

#include <stddef.h>

struct slots {
	int fd;
};

/* A slot while it is held; let go with slot_leave, fit for GUARD. */
struct slot {
	int fd;				/* -1: none is held */
	long at;
};

#define SLOT_NONE ((struct slot){ .fd = -1 })

/* Makes the file if there is none.  -errno, logged. */
int slots_open(struct slots *slots, const char *path);
void slots_close(struct slots *slots);

/* Takes one of count slots from number first on, without waiting.  V_UNAVAILABLE: all are held. */
int slot_take(const struct slots *slots, long first, long count, struct slot *slot);
void slot_leave(struct slot *slot);

#endif
