// SPDX-License-Identifier: ISC
/* tests/e2e/shape.c - what an answer must look like, and words with a meaning. */
#include "shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/verdict.h"
#include "test.h"

#define BASE62 "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define NAME "abcdefghijklmnopqrstuvwxyz0123456789_"

static struct {
	char name[32];
	char *value;
} words[256];

void
word_set(const char *name, const char *value)
{
	size_t i = 0;

	while (i < NELEM(words) - 1 && words[i].value && strcmp(words[i].name, name) != 0)
		i++;
	snprintf(words[i].name, sizeof words[i].name, "%s", name);
	free(words[i].value);
	words[i].value = strdup(value);
}

const char *
word(const char *name)
{
	for (size_t i = 0; i < NELEM(words) && words[i].value; i++) {
		if (strcmp(words[i].name, name) == 0)
			return words[i].value;
	}
	printf("\n    nothing is known as $%s\n", name);
	exit(99);
}

const char *
words_in(struct arena *mem, const char *text)
{
	struct text out;
	const char *whole;
	size_t len;

	text_init(&out, mem);
	while (*text) {
		size_t plain = strcspn(text, "$");

		text_put(&out, text, plain);
		text += plain;
		if (*text) {
			len = strspn(++text, NAME);
			text_puts(&out, word(arena_strndup(mem, text, len)));
			text += len;
		}
	}
	return text_done(&out, &whole, &len) == 0 ? whole : NULL;
}

const char *
quotes_in(struct arena *mem, const char *text)
{
	char *out = arena_strdup(mem, text);

	for (char *at = out; *at; at++)
		*at = *at == '\'' ? '"' : *at == '`' ? '\'' : *at;
	return out;
}

/* Each returns how many bytes of text are one, 0 if none. */

static size_t
take_time(const char *text)
{
	char copy[25];
	int64_t ms;

	snprintf(copy, sizeof copy, "%s", text);
	return strlen(copy) == 24 && clock_parse_iso(copy, &ms) == 0 ? 24 : 0;
}

/* Version 4 or 7, lower case (API 3.6). */
static size_t
take_uuid(const char *text)
{
	static const char pattern[] = "xxxxxxxx-xxxx-vxxx-yxxx-xxxxxxxxxxxx";

	for (size_t i = 0; pattern[i]; i++) {
		const char *allowed = pattern[i] == 'x' ? "0123456789abcdef" :
		    pattern[i] == 'y' ? "89ab" : pattern[i] == 'v' ? "47" : (const char[]){ pattern[i], '\0' };

		if (!text[i] || !strchr(allowed, text[i]))
			return 0;
	}
	return sizeof pattern - 1;
}

/* The token_prefix of option_test.c, if text begins with it. */
static size_t
prefix_len(const char *text)
{
	return strncmp(text, "dwt_", 4) == 0 ? 4 : 0;
}

static size_t
take_secret(const char *text)
{
	size_t len = prefix_len(text);

	return strspn(text + len, BASE62) == 48 ? len + 48 : 0;
}

static size_t
take_masked(const char *text)
{
	size_t len = prefix_len(text);

	text += len;
	return strspn(text, BASE62) == 4 && strncmp(text + 4, "\xe2\x80\xa6", 3) == 0 ?
	    len + 7 : 0;
}

static size_t
take_jwt(const char *text)
{
	size_t dots = 0, len = strspn(text, BASE62 "-_.");

	for (size_t i = 0; i < len; i++)
		dots += text[i] == '.';
	return dots == 2 ? len : 0;
}

static size_t
take_number(const char *text)
{
	return strspn(text, "0123456789");
}

static size_t
take_text(const char *text)
{
	return strcspn(text, "\"");
}

static const struct {
	const char *name;
	size_t (*take)(const char *text);
	bool may_be_empty;
} wildcards[] = {
	{ "time",   take_time,   false },
	{ "uuid",   take_uuid,   false },
	{ "secret", take_secret, false },
	{ "masked", take_masked, false },
	{ "jwt",    take_jwt,    false },
	{ "number", take_number, false },
	{ "text",   take_text,   true },
};

/* The part of text that fits "<name>" or "<name:word>"; -1 if none does. */
static long
take_wildcard(struct arena *mem, const char *text, const char *shape)
{
	size_t len = strspn(shape + 1, NAME);

	for (size_t i = 0; i < NELEM(wildcards); i++) {
		size_t taken;

		if (strncmp(wildcards[i].name, shape + 1, len) != 0 || wildcards[i].name[len])
			continue;
		taken = wildcards[i].take(text);
		if (!taken && !wildcards[i].may_be_empty)
			return -1;
		if (shape[1 + len] == ':') {
			const char *name = shape + 2 + len;

			word_set(arena_strndup(mem, name, strspn(name, NAME)),
			    arena_strndup(mem, text, taken));
		}
		return (long)taken;
	}
	return -1;
}

bool
shape_fits(struct arena *mem, const char *text, const char *shape)
{
	shape = words_in(mem, quotes_in(mem, shape));
	while (*shape) {
		if (strncmp(shape, "<rest>", 6) == 0)
			return true;
		if (*shape == '<') {
			long taken = take_wildcard(mem, text, shape);

			if (taken < 0)
				return false;
			text += taken;
			shape += strcspn(shape, ">") + 1;
		} else if (*shape++ != *text++) {
			return false;
		}
	}
	return *text == '\0';
}
