// SPDX-License-Identifier: ISC
/* base/slots.c - how many processes may do a thing at once. */
#include "base/slots.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

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
}

/* F_OFD_SETLK: of the open file, so that no other close in this process drops it. */
static int
lock(int fd, short type, long at)
{
	struct flock one = { .l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1 };

	return fcntl(fd, F_OFD_SETLK, &one) == 0 ? 0 : -errno;
}

int
slot_take(const struct slots *slots, long first, long count, struct slot *slot)
{
	int r;

	for (long at = first; at < first + count; at++) {
		r = lock(slots->fd, F_WRLCK, at);
		if (r == 0) {
			*slot = (struct slot){ slots->fd, at };
			return 0;
		}
		if (r != -EAGAIN && r != -EACCES)
			return log_fault(r, "locking slot %ld", at);
	}
	return V_UNAVAILABLE;
}

void
slot_leave(struct slot *slot)
{
	if (slot->fd >= 0)
		lock(slot->fd, F_UNLCK, slot->at);
	slot->fd = -1;
}
