// SPDX-License-Identifier: ISC
/*
 * base/arena.h - memory of one request: allocated piece by piece, wiped as a whole.
 *
 * Pieces are not freed one by one.  arena_wipe overwrites all memory that was
 * handed out, so that a password or token does not outlive its request.  Memory
 * is zeroed and aligned for any type.  NULL means that there is no memory, or
 * that the arena's limit is reached: the caller returns -ENOMEM.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena {
	struct arena_chunk *chunks;	/* newest first */
	size_t used;			/* bytes handed out since the last wipe */
	size_t limit;			/* most bytes; 0 for no limit */
	bool ran_out;			/* a piece was refused since the last wipe */
};

/* limit: bytes that may be handed out between two wipes, 0 for no limit. */
void arena_init(struct arena *mem, size_t limit);

void *arena_alloc(struct arena *mem, size_t size);
char *arena_strndup(struct arena *mem, const char *text, size_t len);
char *arena_strdup(struct arena *mem, const char *text);
char *arena_printf(struct arena *mem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Overwrites everything, keeps one chunk for the next request. */
void arena_wipe(struct arena *mem);

/* Overwrites and frees everything; can be used with GUARD. */
void arena_free(struct arena *mem);

#endif
