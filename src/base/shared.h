// SPDX-License-Identifier: ISC
/*
 * base/shared.h - memory that several processes share, through a file.
 *
 * The file belongs to the user of the service, mode 0600, and may be removed
 * while no process has it open.  Its disk space is allocated before its bytes
 * are touched: a full disk is an error of shared_open, never a SIGBUS.  Pages that are
 * lost later are replaced (base/shared_lost.h).
 */
#ifndef BASE_SHARED_H
#define BASE_SHARED_H

#include <stdbool.h>
#include <stddef.h>

struct shared {
	int fd;
	void *at;			/* page-aligned; zeros where nothing was written */
	size_t size;
};

#define SHARED_NONE ((struct shared){ .fd = -1 })

/*
 * Maps size bytes of the file at path, and creates it if there is none, or if it cannot be
 * read; one that is shorter is made as long.  The first whole bytes of it are allocated.
 * -errno, logged; -EPERM: the file is not a regular one of ours.
 */
int shared_open(struct shared *shared, const char *path, size_t size, size_t whole);

/* The same for the file called name in a directory, all of which is allocated. */
int shared_open_in(struct shared *shared, const char *dir, const char *name, size_t size);

/* Is there one that this process may open? */
bool shared_is_in(const char *dir, const char *name);

void shared_close(struct shared *shared);

/*
 * Closes a file that is of no use, and removes it unless another process has done so: the
 * next shared_open creates a new one, and those who have it open go on with it until they
 * end.  Logged; why is what is said of the file.  -errno, logged.
 */
int shared_discard(struct shared *shared, const char *path, const char *why);

/*
 * Opens what a child process has from its parent again, for locks of its own: the same file,
 * even if its name was removed; the one at path, if nothing is open or there is no /proc.
 * Else as shared_open; what was open before is closed in any case.
 */
int shared_reopen(struct shared *shared, const char *path, size_t size, size_t whole);

/* Allocates len more bytes from offset from on.  -errno, logged. */
int shared_allocate(const struct shared *shared, size_t from, size_t len);

#endif
