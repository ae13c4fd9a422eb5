// SPDX-License-Identifier: ISC
/* base/json_ascii.c - JSON text in which no byte is above 0x7f. */
#include "base/json_ascii.h"

#include "base/text.h"

#define ESCAPE_LEN 6

/* RFC 3629, 3: the length is in the first byte, six bits in each of the others. */
static size_t
read_character(const char *bytes, unsigned *code)
{
	unsigned char first = (unsigned char)bytes[0];
	size_t len = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	*code = first & (0xffU >> (len + 1));
	for (size_t i = 1; i < len; i++)
		*code = *code << 6 | ((unsigned char)bytes[i] & 0x3f);
	return len;
}

static size_t
put_unit(char *out, unsigned unit)
{
	static const char digits[] = TEXT_HEX;

	out[0] = '\\';
	out[1] = 'u';
	for (unsigned i = 0; i < 4; i++)
		out[2 + i] = digits[unit >> (12 - 4 * i) & 0xf];
	return ESCAPE_LEN;
}

/* RFC 8259, 7: beyond 0xffff as a pair of surrogates. */
static size_t
put_character(char *out, unsigned code)
{
	if (code <= 0xffff)
		return put_unit(out, code);
	code -= 0x10000;
	put_unit(out, 0xd800 | code >> 10);
	put_unit(out + ESCAPE_LEN, 0xdc00 | (code & 0x3ff));
	return (size_t)2 * ESCAPE_LEN;
}

size_t
json_ascii(const char *bytes, size_t len, char *out)
{
	const char *end = bytes + len;
	size_t used = 0;
	unsigned code;

	while (bytes < end) {
		if ((unsigned char)*bytes <= 0x7f) {
			out[used++] = *bytes++;
			continue;
		}
		bytes += read_character(bytes, &code);
		used += put_character(out + used, code);
	}
	return used;
}
