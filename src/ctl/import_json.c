// SPDX-License-Identifier: ISC
/* ctl/import_json.c - reads JSON: lines of users, and a realm export of Keycloak. */
#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "base/json.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/import.h"

struct members {
	struct arena *mem;
	struct import_cells *row;
	bool failed;
};

static void
add(struct members *m, const char *name, const char *value)
{
	struct import_cells *row = m->row;

	if (row->count == IMPORT_CELLS_MAX) {
		row->wrong = "too many members";
		return;
	}
	row->at[row->count].name = arena_strdup(m->mem, name);
	row->at[row->count].value = value ? arena_strdup(m->mem, value) : NULL;
	m->failed |= !row->at[row->count].name || (value && !row->at[row->count].value);
	row->count++;
}

/* Text as it is, true and false as yes and no, a number in digits. */
static void
scalar(struct members *m, const char *name, const struct json *value)
{
	const char *digits;
	struct text out;

	switch (json_kind(value)) {
	case JSON_TEXT:
		if (!json_whole_text(value))
			m->row->wrong = "a NUL";
		else
			add(m, name, json_whole_text(value));
		break;
	case JSON_BOOL:
		add(m, name, json_is_true(value) ? "yes" : "no");
		break;
	case JSON_NUMBER:
		text_init(&out, m->mem);
		json_put_value(&out, value);
		m->failed |= text_done(&out, &digits, NULL) != 0;
		if (!m->failed)
			add(m, name, digits);
		break;
	case JSON_NULL:
		add(m, name, NULL);
		break;
	default:
		break;
	}
}

static void
member_of_account(const char *name, const struct json *value, void *arg)
{
	struct members *m = arg;
	const char *full = arena_printf(m->mem, "account.%s", name);

	m->failed |= !full;
	if (full)
		scalar(m, full, value);
}

static void
member(const char *name, const struct json *value, void *arg)
{
	struct members *m = arg;

	if (json_kind(value) != JSON_OBJECT)
		scalar(m, name, value);
	else if (strcmp(name, "account") == 0)
		json_each(value, member_of_account, m);
}

static int
members(struct arena *mem, const struct json *object, struct import_cells *row)
{
	struct members m = { mem, row, false };

	json_each(object, member, &m);
	return m.failed ? -ENOMEM : 0;
}

/* The file ends without a NUL. */
static bool
is_blank(const char *text, size_t len)
{
	while (len > 0 && strchr(" \t\r", text[len - 1]) && text[len - 1])
		len--;
	return len == 0;
}

int
import_read_jsonl(struct import_source *s, struct arena *mem, struct import_cells *row,
    const char **why)
{
	GUARD(json_drop) struct json *object = NULL;
	const char *at, *end;
	size_t len;
	int r;

	(void)why;
	do {
		if (s->at == s->len)
			return V_NOT_FOUND;
		at = s->bytes + s->at;
		end = memchr(at, '\n', s->len - s->at);
		len = end ? (size_t)(end - at) : s->len - s->at;
		s->at += len + (end != NULL);
		s->line++;
	} while (is_blank(at, len));
	row->line = s->line;
	row->count = 0;
	row->wrong = NULL;
	r = json_parse_unambiguous(at, len, &object);
	if (r < 0)
		return r;
	if (r) {
		row->wrong = "not a JSON object";
		return 0;
	}
	return members(mem, object, row);
}

/* --- Keycloak -------------------------------------------------------------------------- */

/* The first of a member's texts; NULL if there is none. */
static const char *
first_text(const struct json *object, const char *name)
{
	const struct json *list;

	return json_member(object, name, &list) ? json_whole_text(json_element(list, 0)) : NULL;
}

/* A credential, of which Keycloak keeps two halves as JSON in strings, as a hash.  V_MALFORMED. */
static int
hash_of(struct arena *mem, const struct json *data, const struct json *secret, const char **hash)
{
	const char *algorithm = json_member_text(data, "algorithm");
	const char *value = json_member_text(secret, "value");
	const char *salt = json_member_text(secret, "salt");
	const char *memory, *type, *lanes;
	const struct json *more;
	int64_t iterations;

	if (!algorithm || !value || !salt || !json_member_integer(data, "hashIterations",
	    &iterations))
		return V_MALFORMED;
	if (strncmp(algorithm, "pbkdf2", 6) == 0) {
		*hash = arena_printf(mem, "$pbkdf2-%s$i=%lld$%s$%s", algorithm[6] ? algorithm + 7 :
		    "sha1", (long long)iterations, salt, value);
		return *hash ? 0 : -ENOMEM;
	}
	if (strcmp(algorithm, "argon2") != 0 || !json_member(data, "additionalParameters", &more))
		return V_MALFORMED;
	memory = first_text(more, "memory");
	type = first_text(more, "type");
	lanes = first_text(more, "parallelism");
	if (!memory || !type || !lanes)
		return V_MALFORMED;
	*hash = arena_printf(mem, "$argon2%s$v=19$m=%s,t=%lld,p=%s$%.*s$%.*s", type, memory,
	    (long long)iterations, lanes, (int)strcspn(salt, "="), salt,
	    (int)strcspn(value, "="), value);
	return *hash ? 0 : -ENOMEM;
}

static void
credential(struct arena *mem, const struct json *c, struct members *m)
{
	GUARD(json_drop) struct json *data = NULL;
	GUARD(json_drop) struct json *secret = NULL;
	const char *data_text = json_member_text(c, "credentialData");
	const char *secret_text = json_member_text(c, "secretData"), *hash = NULL;
	int r;

	if (!json_member_is(c, "type", "password"))
		return;		/* one-time passwords and keys cannot be taken over */
	r = data_text ? json_parse(data_text, strlen(data_text), &data) : V_MALFORMED;
	if (!r)
		r = secret_text ? json_parse(secret_text, strlen(secret_text), &secret) :
		    V_MALFORMED;
	if (!r)
		r = hash_of(mem, data, secret, &hash);
	m->failed |= r < 0;
	if (!r)
		add(m, "hash", hash);
	else if (r > 0)
		m->row->wrong = "a password credential of an unknown kind";
}

int
import_read_keycloak(struct import_source *s, struct arena *mem, struct import_cells *row,
    const char **why)
{
	static const char *const copied[][2] = {
		{ "email", "email" }, { "username", "login" }, { "firstName", "first_name" },
		{ "lastName", "last_name" },
	};
	struct members m = { mem, row, false };
	const struct json *users, *user, *value;
	int r = s->root ? 0 : json_parse(s->bytes, s->len, &s->root);

	if (r < 0)
		return r;
	if (r) {
		*why = "it is not a JSON object";
		return V_INVALID;
	}
	if (!json_member(s->root, "users", &users) || json_kind(users) != JSON_ARRAY) {
		*why = "it has no array \"users\"";
		return V_INVALID;
	}
	if (s->next == json_length(users))
		return V_NOT_FOUND;
	user = json_element(users, s->next++);
	*row = (struct import_cells){ .line = s->next };
	for (size_t i = 0; i < NELEM(copied); i++)
		add(&m, copied[i][1], json_member_text(user, copied[i][0]));
	if (json_member(user, "enabled", &value))
		add(&m, "enabled", json_is_true(value) ? "yes" : "no");
	if (json_member(user, "credentials", &value)) {
		for (size_t i = 0; i < json_length(value); i++)
			credential(mem, json_element(value, i), &m);
	}
	return m.failed ? -ENOMEM : 0;
}
