// SPDX-License-Identifier: ISC
/*
 * base/text.h - a string that grows in an arena, and checks of bytes.
 *
 * struct text remembers that memory ran out: put as often as you like, ask
 * once at the end with text_done.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

/* Sets of ASCII characters, for strspn and text_put_percent. */
#define TEXT_SMALL	"abcdefghijklmnopqrstuvwxyz"
#define TEXT_CAPITALS	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define TEXT_DIGITS	"0123456789"
#define TEXT_HEX	TEXT_DIGITS "abcdef"
#define TEXT_ALNUM	TEXT_SMALL TEXT_CAPITALS TEXT_DIGITS
#define TEXT_UNRESERVED	TEXT_ALNUM "-._~"		/* RFC 3986, 2.3 */
#define TEXT_PATH	TEXT_UNRESERVED "@+/:"		/* of a URL, and readable in a log line */

struct text {
	struct arena *mem;
	char *data;		/* NUL after len, once anything was put */
	size_t len, size;
	bool failed;
};

/* Starts an empty text in mem. */
void text_init(struct text *t, struct arena *mem);
void text_put(struct text *t, const char *bytes, size_t len);

/* Adds len bytes that the caller fills in before anything else is put.  NULL: no memory. */
char *text_take(struct text *t, size_t len);

void text_put_integer(struct text *t, int64_t number);
void text_printf(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Here, so that the length of a literal is known when it is compiled. */
static inline void
text_puts(struct text *t, const char *string)
{
	text_put(t, string, strlen(string));
}

/* Puts string with all that is not one of plain as %XX (RFC 3986, 2.1). */
void text_put_percent(struct text *t, const char *string, const char *plain);

/* 0 and the finished string, or -ENOMEM. */
int text_done(struct text *t, const char **out, size_t *len);

/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms)? */
bool text_is_utf8(const char *bytes, size_t len);

/* No byte from 0x80 on? */
bool text_is_ascii(const char *bytes, size_t len);

/* Any byte below 0x20, or 0x7f? */
bool text_has_control(const char *bytes, size_t len);

/* Code points in well-formed UTF-8. */
size_t text_characters(const char *bytes, size_t len);

/* A copy without the blanks at the end, as of a field that a user filled in; NULL: no memory. */
const char *text_trimmed(struct arena *mem, const char *string);

/* ASCII only: other bytes are left unchanged. */
void text_lower(char *string);

/*
 * Copies string and its NUL into a field of size bytes.  V_INVALID if it does
 * not fit; the field is then left unchanged.
 */
int text_copy(char *field, size_t size, const char *string);

/*
 * A decimal integer without "+", blanks or leading zeros.  V_MALFORMED if it
 * is not one, or is out of the range of int64_t.
 */
int text_integer(const char *bytes, size_t len, int64_t *out);

/* Exactly 2 * size hex digits of either case into bytes.  V_MALFORMED. */
int text_unhex(const char *hex, size_t len, uint8_t *bytes, size_t size);

/* Lower-case hex and a NUL: out has 2 * size + 1 bytes. */
void text_hex(char *out, const uint8_t *bytes, size_t size);

#endif
