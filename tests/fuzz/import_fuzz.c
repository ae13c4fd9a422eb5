// SPDX-License-Identifier: ISC
/* tests/fuzz/import_fuzz.c - bytes as a file of another system; the first says which. */
#include <string.h>

#include "base/guard.h"
#include "base/json.h"
#include "base/verdict.h"
#include "ctl/import.h"
#include "fuzz.h"

static import_read *
reader_of(uint8_t letter)
{
	switch (letter) {
	case 'c':
		return import_read_table;
	case 'j':
		return import_read_jsonl;
	case 'h':
		return import_read_htpasswd;
	case 'd':
		return import_read_dovecot;
	case 'k':
		return import_read_keycloak;
	case 'l':
		return import_read_ldif;
	case 'b':
		return import_read_dbtext;
	default:
		return NULL;
	}
}

static void
look_at(const struct import_source *s, const struct import_cells *row, size_t len)
{
	HOLDS(row->line > 0 && row->line <= len + 1);
	HOLDS(row->count <= IMPORT_CELLS_MAX && s->at <= len);
	if (row->wrong)
		return;
	for (size_t i = 0; i < row->count; i++) {
		HOLDS(row->at[i].name);
		HOLDS(!row->at[i].value || strlen(row->at[i].value) <= 2 * len);
	}
}

/* A row takes at least a byte, so that a file cannot have more rows than bytes. */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	import_read *read = len ? reader_of(*bytes) : NULL;
	static struct import_cells row;
	struct import_source s = { 0 };
	GUARD(arena_free) struct arena mem;
	const char *why = NULL;
	int r = 0;

	arena_init(&mem, 0);
	if (!read)
		return 0;
	arena_init(&s.mem, 0);
	s.bytes = (const char *)bytes + 1;
	s.len = len - 1;
	import_source_rewind(&s);
	for (size_t rows = 0; !r; rows++) {
		HOLDS(rows <= len);
		arena_wipe(&mem);
		r = read(&s, &mem, &row, &why);
		HOLDS(r == 0 || r == V_NOT_FOUND || (r == V_INVALID && why));
		if (!r)
			look_at(&s, &row, s.len);
	}
	json_drop(&s.root);
	arena_free(&s.mem);
	return 0;
}
