// SPDX-License-Identifier: ISC
/* base/unicode.c - Unicode with libunistring, domain names with libidn2. */
#include "base/unicode.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <idn2.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"

static void
bytes_drop(uint8_t **bytes)
{
	free(*bytes);
}

static int
put(const void *bytes, size_t len, char *out, size_t size, size_t *out_len)
{
	if (len >= size)
		return V_INVALID;
	memcpy(out, bytes, len);
	out[len] = '\0';
	if (out_len)
		*out_len = len;
	return 0;
}

int
unicode_nfc(const char *text, size_t len, char *out, size_t size, size_t *out_len)
{
	GUARD(bytes_drop) uint8_t *form = NULL;
	size_t form_len;
	int r;

	if (text_is_ascii(text, len))
		return put(text, len, out, size, out_len);
	if (!text_is_utf8(text, len))
		return V_INVALID;
	form = u8_normalize(UNINORM_NFC, (const uint8_t *)text, len, NULL, &form_len);
	if (!form)
		return -ENOMEM;
	r = put(form, form_len, out, size, out_len);
	explicit_bzero(form, form_len);
	return r;
}

/* Calls for each character; stops at the first that is. */
static bool
has_any(const char *text, size_t len, bool (*is)(ucs4_t))
{
	const uint8_t *at = (const uint8_t *)text, *end = at + len;
	ucs4_t c;
	int step;

	for (; at < end; at += step) {
		step = u8_mbtouc(&c, at, (size_t)(end - at));
		if (is(c))
			return true;
	}
	return false;
}

static bool
is_foreign_blank(ucs4_t c)
{
	return c >= 0x80 && uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Zs);
}

/* The blank is shorter than what it replaces: the text never grows. */
static size_t
replace_blanks(char *text, size_t len)
{
	uint8_t *at = (uint8_t *)text, *end = at + len, *to = at;
	ucs4_t c;
	int step;

	for (; at < end; at += step) {
		step = u8_mbtouc(&c, at, (size_t)(end - at));
		if (is_foreign_blank(c)) {
			*to++ = ' ';
			continue;
		}
		memmove(to, at, (size_t)step);
		to += step;
	}
	*to = '\0';
	return (size_t)(to - (uint8_t *)text);
}

/*
 * Blanks after NFC: it makes some of them into others, and no ASCII blank takes
 * part in it.
 */
int
unicode_opaque(const char *text, size_t len, char *out, size_t size, size_t *out_len)
{
	size_t form_len;
	int r;

	r = unicode_nfc(text, len, out, size, &form_len);
	if (r)
		return r;
	if (has_any(out, form_len, is_foreign_blank))
		form_len = replace_blanks(out, form_len);
	if (out_len)
		*out_len = form_len;
	return 0;
}

static bool
is_control(ucs4_t c)
{
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cc);
}

bool
unicode_has_control(const char *text, size_t len)
{
	return has_any(text, len, is_control);
}

static bool
is_hidden(ucs4_t c)
{
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Z) ||
	    uc_is_property_bidi_control(c);
}

bool
unicode_has_hidden(const char *text, size_t len)
{
	return has_any(text, len, is_hidden);
}

/* What a terminal obeys, or shows in another place than where it stands. */
static bool
is_obeyed(ucs4_t c)
{
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Zl |
	    UC_CATEGORY_MASK_Zp) || uc_is_property_bidi_control(c);
}

bool
unicode_is_plain(const char *text, size_t len)
{
	return !has_any(text, len, is_obeyed);
}

#define BRAILLE_BLANK 0x2800

static bool
is_visible(ucs4_t c)
{
	return !uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Z | UC_CATEGORY_MASK_Cc) &&
	    !uc_is_property_default_ignorable_code_point(c) && c != BRAILLE_BLANK;
}

bool
unicode_is_label(const char *text, size_t len)
{
	return unicode_is_plain(text, len) && has_any(text, len, is_visible);
}

void
unicode_put_shown(struct text *out, const char *text)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + strlen(text);
	ucs4_t c;
	int step;

	for (; at < end; at += step) {
		step = u8_mbtoucr(&c, at, (size_t)(end - at));
		if (step < 1) {
			step = 1;
			text_printf(out, "\\x%02x", *at);
		} else if (is_obeyed(c)) {
			text_printf(out, "\\u%04x", (unsigned)c);
		} else {
			text_put(out, (const char *)at, (size_t)step);
		}
	}
}

#define IDN_FLAGS (IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL)

/*
 * Labels of letters, digits and '-' (RFC 5890, 2.3.1), none of them empty.
 * libidn2 lets marks of ASCII pass, and makes some out of wide ones, that
 * divide a login or a URL.
 */
static bool
is_host_name(const char *labels)
{
	return *labels && *labels != '.' && !strstr(labels, "..") &&
	    !labels[strspn(labels, TEXT_SMALL TEXT_DIGITS "-.")];
}

int
unicode_domain(const char *domain, char *out, size_t size)
{
	GUARD(bytes_drop) uint8_t *labels = NULL;
	int r;

	if (text_is_ascii(domain, strlen(domain))) {
		r = put(domain, strlen(domain), out, size, NULL);
		if (r == 0)
			text_lower(out);
		return r;
	}
	if (!text_is_utf8(domain, strlen(domain)))
		return V_INVALID;
	r = idn2_lookup_u8((const uint8_t *)domain, &labels, IDN_FLAGS);
	if (r == IDN2_MALLOC)
		return -ENOMEM;
	if (r != IDN2_OK || !is_host_name((char *)labels))
		return V_INVALID;
	return put(labels, strlen((char *)labels), out, size, NULL);
}

int
unicode_domain_shown(const char *domain, char *out, size_t size)
{
	GUARD(bytes_drop) uint8_t *labels = NULL;
	char *text = NULL;
	int r;

	r = idn2_to_unicode_8z8z(domain, &text, IDN_FLAGS);
	labels = (uint8_t *)text;
	if (r == IDN2_MALLOC)
		return -ENOMEM;
	return r == IDN2_OK ? put(text, strlen(text), out, size, NULL) : V_INVALID;
}
