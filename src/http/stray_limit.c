// SPDX-License-Identifier: ISC
/* http/stray_limit.c - members of a body that may be meant as the limits of a token. */
#include "http/stray_limit.h"

#include <stdbool.h>
#include <string.h>

#include "base/guard.h"
#include "base/json.h"
#include "http/call.h"
#include "http/wrong.h"

static bool
is_field(const struct call *c, const char *name)
{
	const struct input_field *field = c->route->fields;

	while (field->name && !(field->place != INPUT_QUERY && strcmp(field->name, name) == 0))
		field++;
	return field->name;
}

static bool
looks_like_limit(const char *name)
{
	static const char *const parts[] = { "scope", "addr", "adress" };

	for (size_t i = 0; i < NELEM(parts); i++) {
		if (strcasestr(name, parts[i]))
			return true;
	}
	return false;
}

static void
check(struct call *c, const char *name)
{
	if (looks_like_limit(name) && !is_field(c, name))
		wrong_untold(c, name, "unknown field");
}

static void
check_member(const char *name, const struct json *value, void *arg)
{
	(void)value;
	check(arg, name);
}

void
stray_limits(struct call *c, const struct json *body)
{
	const struct pairs *form = &c->sources.in[PLACE_FORM];

	if (body) {
		json_each(body, check_member, c);
		return;
	}
	for (size_t i = 0; i < form->count; i++)
		check(c, form->at[i].name);
}
