// SPDX-License-Identifier: ISC
/* base/form.c - names with values: query strings and urlencoded bodies. */
#include "base/form.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "base/verdict.h"

/* Decodes len bytes into out, which has room for them and a NUL. */
static int
decode(const char *in, size_t len, char *out, size_t *out_len)
{
	uint8_t byte;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (in[i] == '+') {
			out[n++] = ' ';
		} else if (in[i] != '%') {
			out[n++] = in[i];
		} else {
			if (len - i < 3 || text_unhex(in + i + 1, 2, &byte, 1))
				return V_MALFORMED;
			out[n++] = (char)byte;
			i += 2;
		}
	}
	out[n] = '\0';
	*out_len = n;
	return text_is_utf8(out, n) ? 0 : V_MALFORMED;
}

int
form_decode(struct arena *mem, const char *bytes, size_t len, char **out, size_t *out_len)
{
	*out = arena_alloc(mem, len + 1);
	return *out ? decode(bytes, len, *out, out_len) : -ENOMEM;
}

static int
read_pair(struct arena *mem, const char *in, size_t len, struct pair *pair)
{
	const char *equals = memchr(in, '=', len);
	size_t name_len = equals ? (size_t)(equals - in) : len, decoded_len;
	char *name, *value;
	int r;

	name = arena_alloc(mem, len + 2);
	if (!name)
		return -ENOMEM;
	r = decode(in, name_len, name, &decoded_len);
	if (r)
		return r;
	if (strlen(name) != decoded_len)
		return V_MALFORMED;
	value = name + decoded_len + 1;
	pair->name = name;
	pair->value = value;
	if (!equals)
		return 0;
	return decode(equals + 1, len - name_len - 1, value, &pair->value_len);
}

static size_t
count_pairs(const char *bytes, size_t len)
{
	size_t n = 1;

	for (size_t i = 0; i < len; i++)
		n += bytes[i] == '&';
	return n;
}

int
form_parse(struct arena *mem, const char *bytes, size_t len, struct pairs *out)
{
	size_t most = count_pairs(bytes, len), part;
	struct pairs pairs = { .count = 0 };
	int r;

	if (most > FORM_PAIRS_MAX)
		return V_MALFORMED;
	pairs.at = arena_alloc(mem, most * sizeof *pairs.at);
	if (!pairs.at)
		return -ENOMEM;
	for (const char *end = bytes + len; bytes < end; bytes += part + 1) {
		const char *amp = memchr(bytes, '&', (size_t)(end - bytes));

		part = amp ? (size_t)(amp - bytes) : (size_t)(end - bytes);
		if (!part)
			continue;
		r = read_pair(mem, bytes, part, &pairs.at[pairs.count]);
		if (r)
			return r;
		pairs.count++;
	}
	*out = pairs;
	return 0;
}

const struct pair *
pairs_find(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++) {
		if (strcmp(pairs->at[i].name, name) == 0)
			return &pairs->at[i];
	}
	return NULL;
}

size_t
pairs_count(const struct pairs *pairs, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < pairs->count; i++)
		n += strcmp(pairs->at[i].name, name) == 0;
	return n;
}
