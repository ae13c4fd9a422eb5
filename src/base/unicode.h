// SPDX-License-Identifier: ISC
/*
 * base/unicode.h - the parts of Unicode that names and passwords need: one form
 * for equivalent texts, invisible characters, domain names.
 *
 * The tables are compiled into libunistring and libidn2: no locale and no file
 * is read.  Results are written to buffers of the caller, and what the
 * libraries allocated is wiped.
 */
#ifndef BASE_UNICODE_H
#define BASE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Text in NFC has at most this many times the bytes of the original. */
#define UNICODE_NFC_GROWTH 3

/*
 * Writes text in NFC (UAX 15), with a NUL, to out; out_len may be NULL.
 * V_INVALID: it is not UTF-8, or does not fit.  -ENOMEM.
 */
int unicode_nfc(const char *text, size_t len, char *out, size_t size, size_t *out_len);

/* The same, with an ASCII blank for every other blank (RFC 8265, 4.2.2). */
int unicode_opaque(const char *text, size_t len, char *out, size_t size, size_t *out_len);

/* Does UTF-8 text have a control character (general category Cc)? */
bool unicode_has_control(const char *text, size_t len);

/* Does UTF-8 text have a blank or separator (Z*), control, or change of direction? */
bool unicode_has_hidden(const char *text, size_t len);

/*
 * Does a person see each character of UTF-8 text as itself: has it no control, line
 * separator or change of direction?
 */
bool unicode_is_plain(const char *text, size_t len);

/* Is it fit to name a thing in a list: plain, and with something to see at all?  Of UTF-8. */
bool unicode_is_label(const char *text, size_t len);

/*
 * Puts text for a terminal: each character that unicode_is_label rules out as
 * \uXXXX, each byte that is no UTF-8 as \xXX.
 */
void unicode_put_shown(struct text *out, const char *text);

/*
 * Writes a domain name with A-labels, "xn--bcher-kva.example" for "bücher.example"
 * (RFC 5891, UTS 46), with a NUL, to out.  An ASCII name is only converted to
 * lower case.  V_INVALID: it is not one, or does not fit.  -ENOMEM.
 */
int unicode_domain(const char *domain, char *out, size_t size);

/* The reverse, for display: "bücher.example" for "xn--bcher-kva.example". */
int unicode_domain_shown(const char *domain, char *out, size_t size);

#endif
