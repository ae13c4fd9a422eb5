// SPDX-License-Identifier: ISC
/* tests/fuzz/form_fuzz.c - bytes as a query string or a form. */
#include <string.h>

#include "base/form.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	GUARD(arena_free) struct arena mem;
	struct pairs pairs = { .count = 0 };
	int r;

	arena_init(&mem, 0);
	r = form_parse(&mem, (const char *)bytes, len, &pairs);
	HOLDS(r == 0 || r == V_MALFORMED);
	HOLDS(pairs.count <= (r ? 0 : FORM_PAIRS_MAX));
	for (size_t i = 0; i < pairs.count; i++) {
		const struct pair *pair = &pairs.at[i];

		HOLDS(strlen(pair->name) + pair->value_len <= len);
		HOLDS(text_is_utf8(pair->name, strlen(pair->name)));
		HOLDS(text_is_utf8(pair->value, pair->value_len) && !pair->value[pair->value_len]);
		HOLDS(pairs_find(&pairs, pair->name) && pairs_count(&pairs, pair->name) > 0);
	}
	return 0;
}
