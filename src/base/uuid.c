// SPDX-License-Identifier: ISC
/* base/uuid.c - UUIDs, random or ordered by time, and their lower-case text. */
#include "base/uuid.h"

#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"

static void
set_version(struct uuid *id, int version)
{
	id->bytes[6] = (uint8_t)((id->bytes[6] & 0x0f) | version << 4);	/* RFC 9562, 4.2 */
	id->bytes[8] = (uint8_t)((id->bytes[8] & 0x3f) | 0x80);		/* RFC 9562, 4.1 */
}

struct uuid
uuid_new(void)
{
	struct uuid id;

	secret_random(id.bytes, sizeof id.bytes);
	set_version(&id, 4);
	return id;
}

struct uuid
uuid_new_at(int64_t now_ms)
{
	const size_t timed = 6;
	struct uuid id;

	for (size_t i = 0; i < timed; i++)
		id.bytes[i] = (uint8_t)((uint64_t)now_ms >> 8 * (timed - 1 - i));
	secret_random(id.bytes + timed, sizeof id.bytes - timed);
	set_version(&id, 7);
	return id;
}

/* The five groups of a UUID's text: bytes in each. */
static const size_t groups[] = { 4, 2, 2, 2, 6 };

int
uuid_parse(const char *text, size_t len, struct uuid *out)
{
	struct uuid id;
	size_t done = 0;

	if (len != UUID_TEXT_SIZE - 1)
		return V_MALFORMED;
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		if (i && *text++ != '-')
			return V_MALFORMED;
		if (text_unhex(text, 2 * groups[i], id.bytes + done, groups[i]))
			return V_MALFORMED;
		text += 2 * groups[i];
		done += groups[i];
	}
	*out = id;
	return 0;
}

char *
uuid_text(char *out, const struct uuid *id)
{
	char *end = out;
	size_t done = 0;

	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		if (i)
			*end++ = '-';
		text_hex(end, id->bytes + done, groups[i]);
		end += 2 * groups[i];
		done += groups[i];
	}
	return out;
}

bool
uuid_equal(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

bool
uuid_is_none(const struct uuid *id)
{
	static const struct uuid none;

	return uuid_equal(id, &none);
}
