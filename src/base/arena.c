// SPDX-License-Identifier: ISC
/* base/arena.c - a list of chunks, filled from the front of the newest. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)32 * 1024)

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, size;		/* of data */
	alignas(max_align_t) unsigned char data[];
};

void
arena_init(struct arena *mem, size_t limit)
{
	*mem = (struct arena){ .limit = limit };
}

static struct arena_chunk *
chunk_new(size_t size)
{
	struct arena_chunk *chunk;

	chunk = calloc(1, sizeof *chunk + size);
	if (chunk)
		chunk->size = size;
	return chunk;
}

/* A chunk with room for size bytes; a large piece gets one of its own. */
static struct arena_chunk *
chunk_with_room(struct arena *mem, size_t size)
{
	struct arena_chunk *chunk = mem->chunks;

	if (chunk && chunk->size - chunk->used >= size)
		return chunk;
	chunk = chunk_new(size > CHUNK_SIZE ? size : CHUNK_SIZE);
	if (!chunk)
		return NULL;
	chunk->next = mem->chunks;
	mem->chunks = chunk;
	return chunk;
}

static void *
allocate(struct arena *mem, size_t size)
{
	struct arena_chunk *chunk;
	void *piece;

	if (size > SIZE_MAX / 2 - CHUNK_SIZE)
		return NULL;
	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (mem->limit && size > mem->limit - mem->used)
		return NULL;
	chunk = chunk_with_room(mem, size);
	if (!chunk)
		return NULL;
	piece = chunk->data + chunk->used;
	chunk->used += size;
	mem->used += size;
	return piece;
}

void *
arena_alloc(struct arena *mem, size_t size)
{
	void *piece = allocate(mem, size);

	mem->ran_out |= !piece;
	return piece;
}

char *
arena_strndup(struct arena *mem, const char *text, size_t len)
{
	char *copy;

	copy = arena_alloc(mem, len + 1);
	if (copy)
		memcpy(copy, text, len);
	return copy;
}

char *
arena_strdup(struct arena *mem, const char *text)
{
	return arena_strndup(mem, text, strlen(text));
}

/* Printed at once where the next piece will be, because most texts fit there. */
char *
arena_printf(struct arena *mem, const char *format, ...)
{
	struct arena_chunk *chunk = mem->chunks;
	const size_t room = chunk ? chunk->size - chunk->used : 0;
	char *next = room ? (char *)chunk->data + chunk->used : NULL, *text;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(next, room, format, args);
	va_end(args);
	mem->ran_out |= len < 0;
	text = len < 0 ? NULL : arena_alloc(mem, (size_t)len + 1);
	if (text && text == next)
		return text;
	/* what is not allocated yet is zero */
	if (room)
		explicit_bzero(next, len < 0 || (size_t)len >= room ? room : (size_t)len);
	if (!text)
		return NULL;
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text;
}

/* Gives back all chunks but keep, which may be NULL. */
static void
chunks_drop(struct arena *mem, struct arena_chunk *keep)
{
	struct arena_chunk *chunk, *next;

	for (chunk = mem->chunks; chunk; chunk = next) {
		next = chunk->next;
		explicit_bzero(chunk->data, chunk->used);
		chunk->used = 0;
		if (chunk != keep)
			free(chunk);
	}
	if (keep)
		keep->next = NULL;
	mem->chunks = keep;
	mem->used = 0;
	mem->ran_out = false;
}

void
arena_wipe(struct arena *mem)
{
	struct arena_chunk *keep = mem->chunks;

	while (keep && keep->size > CHUNK_SIZE)
		keep = keep->next;
	chunks_drop(mem, keep);
}

void
arena_free(struct arena *mem)
{
	chunks_drop(mem, NULL);
}
