// SPDX-License-Identifier: ISC
/* tests/fuzz/json_fuzz.c - bytes as a JSON object; what is one, is one again when printed. */
#include <string.h>

#include "base/guard.h"
#include "base/json.h"
#include "base/verdict.h"
#include "fuzz.h"

static void
look_at_members(const struct json *root)
{
	static const char *const names[] = { "", "a", "name", "ttl" };
	const struct json *value;
	int64_t number;
	size_t len;

	for (size_t i = 0; i < NELEM(names); i++) {
		if (!json_member(root, names[i], &value))
			continue;
		if (json_kind(value) == JSON_TEXT)
			HOLDS(json_text(value, &len) && text_is_utf8(json_text(value, &len), len));
		else
			HOLDS(json_integer(value, &number) == 0 ||
			    json_kind(value) != JSON_NUMBER ||
			    json_integer(value, &number) == V_MALFORMED);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	GUARD(json_drop) struct json *root = NULL, *unique = NULL, *again = NULL;
	GUARD(arena_free) struct arena mem;
	const char *printed;
	struct text t;
	int r;

	arena_init(&mem, 0);
	r = json_parse((const char *)bytes, len, &root);
	HOLDS(r == (root ? 0 : V_MALFORMED));
	HOLDS(json_parse_unambiguous((const char *)bytes, len, &unique) == (unique ? 0 :
	    V_MALFORMED));
	HOLDS(root || !unique);
	if (!root)
		return 0;
	HOLDS(text_is_utf8((const char *)bytes, len) && json_kind(root) == JSON_OBJECT);
	look_at_members(root);
	text_init(&t, &mem);
	json_put_value(&t, root);
	HOLDS(text_done(&t, &printed, &len) == 0 && strlen(printed) == len);
	HOLDS(json_parse_unambiguous(printed, len, &again) == 0);
	return 0;
}
