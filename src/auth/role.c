// SPDX-License-Identifier: ISC
/* auth/role.c - Webitel roles and what they permit. */
#include "auth/role.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "base/json.h"
#include "base/text.h"
#include "base/unicode.h"
#include "base/verdict.h"

static const char letters[] = "crud";

int
role_level(const char *name)
{
	static const struct { const char *name; int level; } levels[] = {
		{ "root", 2 }, { "admin", 1 }, { "user", 0 },
	};

	for (size_t i = 0; i < NELEM(levels); i++) {
		if (strcmp(levels[i].name, name) == 0)
			return levels[i].level;
	}
	return -1;
}

const char *
role_name_of(const struct user *user)
{
	if (user->webitel_role[0])
		return user->webitel_role;
	return strcmp(user->role, "Admin") == 0 ? "admin" : "user";
}

static const struct role *
default_of(const char *name)
{
	for (size_t i = 0; i < ROLE_DEFAULTS; i++) {
		if (strcmp(role_defaults[i].name, name) == 0)
			return &role_defaults[i];
	}
	return NULL;
}

int
role_find(struct auth *auth, const char *name, struct role *role)
{
	const struct role *preset;
	int r;

	r = store_role_get(auth->store, name, role);
	if (r != V_NOT_FOUND)
		return r;
	preset = default_of(name);
	if (!preset)
		return V_NOT_FOUND;
	*role = *preset;
	return 0;
}

int
role_hold(struct auth *auth, const char *name, struct role *role)
{
	int r;

	r = role_find(auth, name, role);
	if (r != V_NOT_FOUND)
		return r;
	*role = (struct role){ .acl = "{}" };
	return text_copy(role->name, sizeof role->name, name) ? -EBADMSG : 0;
}

static bool
is_among(const struct role *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].name, name) == 0)
			return true;
	}
	return false;
}

int
role_list(struct auth *auth, struct arena *mem, struct role **out, size_t *out_count)
{
	struct role *set, *all;
	size_t count;
	int r;

	r = store_role_list(auth->store, mem, &set, &count);
	if (r)
		return r;
	all = arena_alloc(mem, (count + ROLE_DEFAULTS) * sizeof *all);
	if (!all)
		return -ENOMEM;
	memcpy(all, set, count * sizeof *all);
	for (size_t i = 0; i < ROLE_DEFAULTS; i++) {
		if (!is_among(set, count, role_defaults[i].name))
			all[count++] = role_defaults[i];
	}
	*out = all;
	*out_count = count;
	return 0;
}

/* Does the list have this letter?  "*" includes all letters. */
static bool
has_letter(const struct json *list, char letter, bool own)
{
	for (size_t i = 0; i < json_length(list); i++) {
		const struct json *value = json_element(list, i);
		const char *text;
		size_t len;

		if (json_kind(value) != JSON_TEXT)
			continue;
		text = json_text(value, &len);
		if (len == 1 && (text[0] == '*' || text[0] == letter))
			return true;
		if (own && len == 2 && text[0] == letter && text[1] == 'o')
			return true;
	}
	return false;
}

static bool
acl_allows(const struct json *acl, const char *resource, char letter, bool own)
{
	const struct json *list;

	return json_member(acl, resource, &list) && has_letter(list, letter, own);
}

/* An ACL that cannot be read permits nothing. */
static int
read_acl(const struct role *role, struct json **acl)
{
	int r = json_parse(role->acl, strlen(role->acl), acl);

	return r > 0 ? V_FORBIDDEN : r;
}

int
role_permit(const struct role *role, const char *resource, char letter, bool own)
{
	GUARD(json_drop) struct json *acl = NULL;
	int r;

	r = read_acl(role, &acl);
	if (r)
		return r;
	return acl_allows(acl, resource, letter, own) ? 0 : V_FORBIDDEN;
}

/* Another that both ACLs are held against, resource by resource. */
struct bounds {
	const struct json *lower, *upper;
	bool within;
};

static void
check_resource(const char *resource, const struct json *list, void *arg)
{
	struct bounds *b = arg;

	(void)list;
	for (const char *letter = letters; *letter; letter++) {
		for (int own = 0; own < 2; own++) {
			if (acl_allows(b->lower, resource, *letter, own) &&
			    !acl_allows(b->upper, resource, *letter, own))
				b->within = false;
		}
	}
}

int
role_check_within(const struct role *lower, const struct role *upper)
{
	GUARD(json_drop) struct json *low = NULL;
	GUARD(json_drop) struct json *up = NULL;
	struct bounds bounds = { .within = true };
	int r;

	if (role_level(lower->name) > role_level(upper->name))
		return V_FORBIDDEN;
	r = read_acl(lower, &low);
	if (!r)
		r = read_acl(upper, &up);
	if (r)
		return r;
	bounds.lower = low;
	bounds.upper = up;
	json_each(low, check_resource, &bounds);
	return bounds.within ? 0 : V_FORBIDDEN;
}

static bool
is_permission(const struct json *value)
{
	const char *text;
	size_t len;

	if (json_kind(value) != JSON_TEXT)
		return false;
	text = json_text(value, &len);
	if (len == 1 && text[0] == '*')
		return true;
	return (len == 1 || (len == 2 && text[1] == 'o')) &&
	    memchr(letters, text[0], sizeof letters - 1);
}

static void
check_list(const char *resource, const struct json *list, void *arg)
{
	bool *good = arg;

	(void)resource;
	if (json_kind(list) != JSON_ARRAY)
		*good = false;
	for (size_t i = 0; i < json_length(list); i++) {
		if (!is_permission(json_element(list, i)))
			*good = false;
	}
}

int
role_set(struct auth *auth, const char *name, const char *acl, int64_t now_ms, const char **why)
{
	GUARD(json_drop) struct json *parsed = NULL;
	struct role role = { .modified_ms = now_ms };
	bool good = true;
	int r;

	if (!text_is_utf8(name, strlen(name)) || !unicode_is_label(name, strlen(name)) ||
	    text_copy(role.name, sizeof role.name, name)) {
		*why = "a role has a name of up to 63 bytes with visible characters";
		return V_INVALID;
	}
	if (text_copy(role.acl, sizeof role.acl, acl)) {
		*why = "an ACL has at most 4095 bytes";
		return V_INVALID;
	}
	r = json_parse_unambiguous(acl, strlen(acl), &parsed);
	if (r < 0)
		return r;
	if (!r)
		json_each(parsed, check_list, &good);
	if (!parsed || !good) {
		*why = "an ACL is a JSON object such as {\"cdr\":[\"r\"],\"book\":[\"*\"]}; "
		    "letters are c, r, u, d, followed by o for own rows, or *";
		return V_INVALID;
	}
	return store_role_set(auth->store, &role);
}

int
role_delete(struct auth *auth, const char *name)
{
	return store_role_drop(auth->store, name);
}
