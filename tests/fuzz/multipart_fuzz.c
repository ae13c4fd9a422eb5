// SPDX-License-Identifier: ISC
/*
 * tests/fuzz/multipart_fuzz.c - a Content-Type, a line break, and a body.
 *
 * What is accepted must be fit for what reads it, and read the same when it is
 * written anew.
 */
#include <string.h>

#include "base/guard.h"
#include "base/multipart.h"
#include "base/text.h"
#include "fuzz.h"

static void
check_pairs(const struct pairs *pairs)
{
	HOLDS(pairs->count <= FORM_PAIRS_MAX);
	for (size_t i = 0; i < pairs->count; i++) {
		const struct pair *pair = &pairs->at[i];

		HOLDS(*pair->name && !strpbrk(pair->name, "\"\\\r\n"));
		HOLDS(text_is_utf8(pair->name, strlen(pair->name)));
		HOLDS(strlen(pair->value) == pair->value_len);
		HOLDS(text_is_utf8(pair->value, pair->value_len));
	}
}

static void
write_anew(struct text *t, const struct pairs *pairs, const char *boundary)
{
	for (size_t i = 0; i < pairs->count; i++)
		text_printf(t, "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n",
		    boundary, pairs->at[i].name, pairs->at[i].value);
	text_printf(t, "--%s--", boundary);
}

static void
check_again(struct arena *mem, const struct pairs *pairs, const char *boundary)
{
	struct pairs again;
	const char *bytes;
	struct text t;
	size_t len;

	text_init(&t, mem);
	write_anew(&t, pairs, boundary);
	HOLDS(text_done(&t, &bytes, &len) == 0);
	HOLDS(multipart_parse(mem, bytes, len, boundary, &again) == 0);
	HOLDS(again.count == pairs->count);
	for (size_t i = 0; i < again.count; i++) {
		HOLDS(strcmp(again.at[i].name, pairs->at[i].name) == 0);
		HOLDS(strcmp(again.at[i].value, pairs->at[i].value) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const uint8_t *line = len ? memchr(bytes, '\n', len) : NULL;
	size_t type_len = line ? (size_t)(line - bytes) : len;
	const char *body = line ? (const char *)line + 1 : "";
	size_t body_len = line ? len - type_len - 1 : 0;
	GUARD(arena_free) struct arena mem;
	char boundary[BOUNDARY_SIZE];
	struct pairs pairs;
	const char *type;

	arena_init(&mem, 0);
	type = arena_strndup(&mem, (const char *)bytes, type_len);
	if (multipart_boundary(type, boundary) ||
	    multipart_parse(&mem, body, body_len, boundary, &pairs))
		return 0;
	check_pairs(&pairs);
	check_again(&mem, &pairs, boundary);
	return 0;
}
