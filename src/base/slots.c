// SPDX-License-Identifier: ISC
/* base/slots.c - limits how many processes do something at a time. */
#include "base/slots.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file_lock.h"
#include "base/log.h"
#include "base/verdict.h"

int
slots_open(struct slots *slots, const char *path)
{
	slots->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	return slots->fd < 0 ? log_fault(-errno, "slots file %s", path) : 0;
}

void
slots_close(struct slots *slots)
{
	if (slots->fd >= 0)
		close(slots->fd);
	slots->fd = -1;
	for (size_t i = 0; i < SLOTS_MAX / 64; i++)
		atomic_store(&slots->held[i], 0);
}

static uint64_t
bit(long at)
{
	return UINT64_C(1) << (at % 64);
}

/* Among the threads of this process; the kernel does it among processes. */
static bool
claim(struct slots *slots, long at)
{
	return !(atomic_fetch_or(&slots->held[at / 64], bit(at)) & bit(at));
}

static void
disclaim(struct slots *slots, long at)
{
	atomic_fetch_and(&slots->held[at / 64], ~bit(at));
}

static int
take_one(struct slots *slots, long at)
{
	int r;

	if (!claim(slots, at))
		return V_UNAVAILABLE;
	r = file_lock(slots->fd, F_WRLCK, at, 1);
	if (!r)
		return 0;
	disclaim(slots, at);
	if (r == -EAGAIN)
		return V_UNAVAILABLE;
	return log_fault(r, "locking slot %ld", at);
}

int
slot_take(struct slots *slots, long count, struct slot *slot)
{
	int r = V_UNAVAILABLE;

	for (long at = 0; at < count && at < SLOTS_MAX && r == V_UNAVAILABLE; at++) {
		r = take_one(slots, at);
		if (!r)
			*slot = (struct slot){ slots, at };
	}
	return r;
}

void
slot_leave(struct slot *slot)
{
	if (!slot->slots)
		return;
	file_lock(slot->slots->fd, F_UNLCK, slot->at, 1);
	disclaim(slot->slots, slot->at);
	slot->slots = NULL;
}

bool
slot_is_free(const struct slots *slots, long at)
{
	return !(atomic_load(&slots->held[at / 64]) & bit(at)) &&
	    file_lock_is_free(slots->fd, at, 1);
}
