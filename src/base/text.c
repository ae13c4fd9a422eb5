// SPDX-License-Identifier: ISC
/* base/text.c - a string that grows in an arena, and checks of bytes. */
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/verdict.h"

#define TEXT_FIRST 256

void
text_init(struct text *t, struct arena *mem)
{
	*t = (struct text){ .mem = mem };
}

static bool
grow(struct text *t, size_t len)
{
	size_t size = t->size ? t->size : TEXT_FIRST;
	char *data;

	if (t->failed || len >= SIZE_MAX / 4 - t->len)
		t->failed = true;
	if (t->failed)
		return false;
	while (size <= t->len + len)
		size *= 2;
	data = arena_alloc(t->mem, size);
	if (!data) {
		t->failed = true;
		return false;
	}
	if (t->len)
		memcpy(data, t->data, t->len);
	t->data = data;
	t->size = size;
	return true;
}

/* Makes room for len more bytes and a NUL. */
static inline bool
reserve(struct text *t, size_t len)
{
	return (!t->failed && len < t->size - t->len) || grow(t, len);
}

char *
text_take(struct text *t, size_t len)
{
	char *place;

	if (!reserve(t, len))
		return NULL;
	place = t->data + t->len;
	t->len += len;
	t->data[t->len] = '\0';
	return place;
}

void
text_put(struct text *t, const char *bytes, size_t len)
{
	char *place = text_take(t, len);

	if (place)
		memcpy(place, bytes, len);
}

void
text_put_integer(struct text *t, int64_t number)
{
	char digits[20], *first = digits + sizeof digits;
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

	do
		*--first = (char)('0' + rest % 10);
	while (rest /= 10);
	if (number < 0)
		*--first = '-';
	text_put(t, first, (size_t)(digits + sizeof digits - first));
}

void
text_printf(struct text *t, const char *format, ...)
{
	va_list args;
	int len;

	/* mostly it then fits, and is printed once */
	if (!reserve(t, 1))
		return;
	va_start(args, format);
	len = vsnprintf(t->data + t->len, t->size - t->len, format, args);
	va_end(args);
	if (len >= 0 && (size_t)len >= t->size - t->len && reserve(t, (size_t)len)) {
		va_start(args, format);
		vsnprintf(t->data + t->len, t->size - t->len, format, args);
		va_end(args);
	}
	if (len < 0)
		t->failed = true;
	if (!t->failed)
		t->len += (size_t)len;
}

void
text_put_percent(struct text *t, const char *string, const char *plain)
{
	size_t len;

	for (; *string; string++) {
		len = strspn(string, plain);
		text_put(t, string, len);
		string += len;
		if (!*string)
			return;
		text_printf(t, "%%%02X", (unsigned char)*string);
	}
}

int
text_done(struct text *t, const char **out, size_t *len)
{
	text_put(t, "", 0);
	if (t->failed)
		return -ENOMEM;
	*out = t->data;
	if (len)
		*len = t->len;
	return 0;
}

/* Length of the UTF-8 sequence at the front of bytes, 0 if it is not one. */
static size_t
sequence(const unsigned char *b, size_t len)
{
	static const struct { unsigned char first, last, low, high; size_t len; } rows[] = {
		/* RFC 3629, 4: first byte from, to; second byte from, to; length */
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	if (b[0] < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (b[0] < rows[i].first || b[0] > rows[i].last)
			continue;
		if (len < rows[i].len || b[1] < rows[i].low || b[1] > rows[i].high)
			return 0;
		for (size_t k = 2; k < rows[i].len; k++) {
			if ((b[k] & 0xc0) != 0x80)
				return 0;
		}
		return rows[i].len;
	}
	return 0;
}

bool
text_is_utf8(const char *bytes, size_t len)
{
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = sequence((const unsigned char *)bytes + i, len - i);
		if (!n)
			return false;
	}
	return true;
}

bool
text_is_ascii(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)bytes[i] >= 0x80)
			return false;
	}
	return true;
}

bool
text_has_control(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7f)
			return true;
	}
	return false;
}

size_t
text_characters(const char *bytes, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)bytes[i] & 0xc0) != 0x80;
	return n;
}

const char *
text_trimmed(struct arena *mem, const char *string)
{
	size_t len = strlen(string);

	while (len && string[len - 1] == ' ')
		len--;
	return arena_strndup(mem, string, len);
}

void
text_lower(char *string)
{
	for (; *string; string++) {
		if (*string >= 'A' && *string <= 'Z')
			*string = (char)(*string - 'A' + 'a');
	}
}

int
text_copy(char *field, size_t size, const char *string)
{
	size_t len = strlen(string);

	if (len >= size)
		return V_INVALID;
	memcpy(field, string, len + 1);
	return 0;
}

int
text_integer(const char *bytes, size_t len, int64_t *out)
{
	bool negative = len > 0 && bytes[0] == '-';
	size_t first = negative;
	int64_t n = 0;

	if (len == first || (bytes[first] == '0' && len > 1))
		return V_MALFORMED;
	for (size_t i = first; i < len; i++) {
		if (bytes[i] < '0' || bytes[i] > '9')
			return V_MALFORMED;
		if (__builtin_mul_overflow(n, (int64_t)10, &n) ||
		    __builtin_sub_overflow(n, (int64_t)(bytes[i] - '0'), &n))
			return V_MALFORMED;
	}
	if (!negative && __builtin_sub_overflow((int64_t)0, n, &n))
		return V_MALFORMED;
	*out = n;
	return 0;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
text_unhex(const char *hex, size_t len, uint8_t *bytes, size_t size)
{
	if (len != 2 * size)
		return V_MALFORMED;
	for (size_t i = 0; i < len; i++) {
		if (hex_digit(hex[i]) < 0)
			return V_MALFORMED;
	}
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
	return 0;
}

void
text_hex(char *out, const uint8_t *bytes, size_t size)
{
	static const char digits[] = TEXT_HEX;

	for (size_t i = 0; i < size; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}
