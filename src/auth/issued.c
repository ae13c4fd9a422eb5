// SPDX-License-Identifier: ISC
/* auth/issued.c - bearer tokens and session keys that were once valid. */
#include "auth/issued.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/shared.h"

/* A digest can be in any cell of its set. */
#define WAYS 4
#define SETS (ISSUED_MAX / WAYS)

/* Another layout needs another file name. */
#define FILE_NAME "issued.1"

struct issued {
	struct shared file;
	_Atomic uint64_t *cells;	/* ISSUED_MAX, in the file; 0 is empty */
};

int
issued_open(struct issued **out, const char *run_dir)
{
	GUARD(issued_close) struct issued *issued = NULL;
	const size_t size = ISSUED_MAX * sizeof *issued->cells;
	int r;

	issued = calloc(1, sizeof *issued);
	if (!issued)
		return -ENOMEM;
	r = shared_open_in(&issued->file, run_dir, FILE_NAME, size);
	if (r)
		return r;
	issued->cells = issued->file.at;
	*out = issued;
	issued = NULL;
	return 0;
}

void
issued_close(struct issued **issued)
{
	if (!*issued)
		return;
	shared_close(&(*issued)->file);
	free(*issued);
	*issued = NULL;
}

/* Never 0, which is an empty cell. */
static uint64_t
cell_of(const uint8_t digest[DIGEST_LEN])
{
	uint64_t cell;

	memcpy(&cell, digest, sizeof cell);
	return cell | 1;
}

static _Atomic uint64_t *
set_of(const struct issued *issued, uint64_t cell)
{
	return issued->cells + WAYS * ((cell >> 1) % SETS);
}

bool
issued_has(const struct issued *issued, const uint8_t digest[DIGEST_LEN])
{
	uint64_t cell = cell_of(digest);
	_Atomic uint64_t *set;

	if (!issued)
		return false;
	set = set_of(issued, cell);
	for (int i = 0; i < WAYS; i++) {
		if (atomic_load_explicit(&set[i], memory_order_relaxed) == cell)
			return true;
	}
	return false;
}

void
issued_note(struct issued *issued, const uint8_t digest[DIGEST_LEN])
{
	uint64_t cell = cell_of(digest);
	_Atomic uint64_t *set, *to;

	if (!issued || issued_has(issued, digest))
		return;
	set = set_of(issued, cell);
	to = &set[digest[DIGEST_LEN - 1] % WAYS];
	for (int i = 0; i < WAYS; i++) {
		if (!atomic_load_explicit(&set[i], memory_order_relaxed))
			to = &set[i];
	}
	atomic_store_explicit(to, cell, memory_order_relaxed);
}
