// SPDX-License-Identifier: ISC
/*
 * tests/fuzz/import_fuzz.c - bytes as a file of another system; the first says how it is read.
 * Each row becomes a user by every preset that reads so.
 */
#include <string.h>

#include "auth/foreign.h"
#include "auth/login_name.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/import.h"
#include "fuzz.h"
#include "service/box.h"
#include "store/lmdb/codec.h"

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

/* What can be stored is the same when it is read. */
static void
check_stored(const struct user *user)
{
	static uint8_t bytes[CODEC_SIZE_MAX];
	static struct user again;
	const size_t len = codec_encode(&user_kind, user, "fuzz", 4, bytes);

	HOLDS(codec_decode(&user_kind, bytes, len, "fuzz", 4, &again) == 0);
	HOLDS(record_same(&user_kind, user, &again));
}

static void
check_user(const struct import_rules *rules, const struct import_row *row)
{
	char email[LOGIN_SIZE], stored[HASH_SIZE];
	const char *why;

	HOLDS(!row->wrong && !uuid_is_none(&row->user.id));
	HOLDS(login_name_make(row->user.email, email) == 0 && strcmp(email, row->user.email) == 0);
	HOLDS(row->password || !row->hash ||
	    foreign_take(row->hash, rules->allowed, NULL, stored, &why) == 0);
	check_stored(&row->user);
}

/* Reports and terminals get what is wrong with a row. */
static void
make_users(struct ctl *ctl, import_read *read, const struct import_cells *cells)
{
	struct import_rules rules = { .domain = "example.org", .sip_from = "phone",
	    .allowed = FOREIGN_WEAK | FOREIGN_COSTLY };
	struct import_row row;
	int r;

	for (rules.preset = import_presets; rules.preset->name; rules.preset++) {
		if (rules.preset->read != read)
			continue;
		arena_wipe(&ctl->mem);
		r = import_row_make(ctl, &rules, &ctl->mem, cells, &row);
		HOLDS(r == 0 || (r == V_INVALID && *row.wrong));
		if (r)
			continue;
		check_user(&rules, &row);
		(void)import_secret_note(&ctl->mem, &row, ctl->conf);
		(void)import_row_differs(&row, &row.user);
	}
}

/* One for all inputs: nothing is written. */
static struct ctl *
command(void)
{
	static struct box box;
	static struct ctl ctl;

	if (ctl.auth)
		return &ctl;
	HOLDS(secret_init() == 0 && log_open("/dev/null", LOG_LEVEL_INFO) == 0);
	box_open_memory(&box);
	ctl = (struct ctl){ .conf = box.conf, .auth = box.auth, .now_ms = NOW_MS };
	arena_init(&ctl.mem, 0);
	return &ctl;
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
		if (r)
			break;
		look_at(&s, &row, s.len);
		make_users(command(), read, &row);
	}
	json_drop(&s.root);
	arena_free(&s.mem);
	return 0;
}
