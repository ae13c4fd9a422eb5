// SPDX-License-Identifier: ISC
#include "store/record.h"

#include <string.h>

#include "unit.h"

static const struct record_kind *const kinds[] = {
	&user_kind, &password_kind, &account_kind, &token_kind, &key_kind, &meta_kind,
	&uuid_link_kind, &token_link_kind,
};

/* What the codec and record_merge assume about every table of fields. */
static void
tables(void)
{
	bool tags[256] = { false };

	for (size_t i = 0; i < NELEM(kinds); i++) {
		const struct record_kind *kind = kinds[i];
		size_t end = 0;

		EXPECT_TRUE(kind->name, kind->tag && !tags[kind->tag]);
		tags[kind->tag] = true;
		EXPECT_TRUE(kind->name, kind->count > 0 && kind->count <= 64);
		for (size_t k = 0; k < kind->count; k++) {
			const struct field *f = &kind->fields[k];
			bool number = f->type == FIELD_TIME || f->type == FIELD_NUMBER;

			EXPECT_TRUE(f->name, f->offset >= end);
			end = f->offset + f->size;
			EXPECT_TRUE(f->name, !number || f->size == 8);
			EXPECT_TRUE(f->name, f->type != FIELD_UUID || f->size == UUID_LEN);
			EXPECT_TRUE(f->name, f->type != FIELD_BOOL || f->size == sizeof(bool));
			EXPECT_INT(f->name, field_index(kind, f->name), k);
		}
		EXPECT_TRUE(kind->name, end <= kind->size);
	}
}

/* The positions are in files and masks: they may never move. */
static void
positions(void)
{
	static const struct { const char *name; const struct record_kind *kind; int want; } t[] = {
		{ "uuid",         &user_kind,       0 },
		{ "email",        &user_kind,       7 },
		{ "webitel_role", &user_kind,       21 },
		{ "oidc_user_id", &user_kind,       23 },
		{ "oidc_user_id_4", &user_kind,     26 },
		{ "token_gen",    &user_kind,     27 },
		{ "logins_ended_on", &user_kind,  28 },
		{ "balance",      &account_kind,    7 },
		{ "ttl",          &token_kind,      6 },
		{ "name",         &token_kind,      8 },
		{ "hash_key",     &token_kind,      12 },
		{ "sealed",       &key_kind,        4 },
		{ "schema",       &meta_kind,       0 },
		{ "password",     &user_kind,       -1 },
		{ "Email",        &user_kind,       -1 },
		{ "emai",         &user_kind,       -1 },
		{ "emails",       &user_kind,       -1 },
		{ "",             &user_kind,       -1 },
		{ "balance",      &token_kind,      -1 },
	};

	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].name, field_index(t[i].kind, t[i].name), t[i].want);
}

static void
merge(void)
{
	static const struct account from = { .modified_ms = 2, .name = "new", .level = "gold" };
	static const struct { const char *row; uint64_t mask; const char *name, *level; } t[] = {
		{ "nothing",    0,                 "the old one", "none" },
		{ "one",        1 << 4,            "new",         "none" },
		{ "two",        1 << 4 | 1 << 6,   "new",         "gold" },
		{ "others",     1 << 1 | 1 << 5,   "the old one", "none" },
		{ "unknown",    ~(uint64_t)0xff,   "the old one", "none" },
		{ "everything", UINT64_MAX,        "new",         "gold" },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		struct account to = { .created_ms = 1, .name = "the old one", .level = "none" };

		record_merge(&account_kind, &to, &from, t[i].mask);
		EXPECT_STRING(t[i].row, to.name, t[i].name);
		EXPECT_STRING(t[i].row, to.level, t[i].level);
		EXPECT_INT(t[i].row, to.created_ms, !(t[i].mask & 2));
		EXPECT_INT(t[i].row, to.modified_ms, t[i].mask & 4 ? 2 : 0);
	}
}

/* Each field alone makes a difference; bytes after the NUL of a text make none. */
static void
same(void)
{
	for (size_t i = 0; i < NELEM(kinds); i++) {
		static char a[sizeof(struct user)], b[sizeof(struct user)];

		for (size_t k = 0; k < kinds[i]->count; k++) {
			const struct field *f = &kinds[i]->fields[k];

			memset(a, 0, sizeof a);
			memset(b, 0, sizeof b);
			EXPECT_TRUE(f->name, record_same(kinds[i], a, b));
			b[f->offset + f->size - 1] = 1;
			EXPECT_INT(f->name, record_same(kinds[i], a, b), f->type == FIELD_TEXT);
			b[f->offset] = 1;
			EXPECT_INT(f->name, record_same(kinds[i], a, b), false);
		}
	}
}

static CU_TestInfo tests[] = {
	{ "tables", tables },
	{ "positions", positions },
	{ "merge", merge },
	{ "same", same },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("store/record", tests);
