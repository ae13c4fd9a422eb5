// SPDX-License-Identifier: ISC
/* auth/token_scan.c - finds what may be bearer tokens in a stream of bytes. */
#include "auth/token_scan.h"

#include <stdbool.h>
#include <string.h>

#include "base/b64.h"
#include "base/secret.h"
#include "base/text.h"

/* "Basic" of an empty name and a token without a prefix is the shortest. */
#define BASE64_MIN ((1 + TOKEN_LEN) * 4 / 3)

/* 0 to 61; -1 for no base62 character. */
static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'z' ? c - 'a' + 36 : -1;
}

/* Of TOKEN_HEAD_LEN base62 characters. */
static size_t
position_of(const char *head)
{
	size_t position = 0;

	for (int i = 0; i < TOKEN_HEAD_LEN; i++)
		position = position * 62 + (size_t)digit_of(head[i]);
	return position;
}

void
token_heads_add(struct token_heads *heads, const char head[TOKEN_HEAD_LEN + 1])
{
	size_t position;

	if (strspn(head, TEXT_ALNUM) != TOKEN_HEAD_LEN)
		return;
	position = position_of(head);
	heads->bits[position / 8] |= (uint8_t)(1 << position % 8);
}

static bool
has_head(const struct token_heads *heads, const char *characters)
{
	size_t position = position_of(characters);

	return heads->bits[position / 8] >> position % 8 & 1;
}

static int
offer(struct token_scan *scan, const char *from, size_t len)
{
	char secret[TOKEN_SIZE];
	int r;

	memcpy(secret, from, len);
	secret[len] = '\0';
	r = scan->found(scan, secret, scan->arg);
	secret_wipe(secret, sizeof secret);
	return r;
}

/*
 * The TOKEN_LEN characters at at; before them, from start on, may be a prefix.  Where that
 * begins is not known: letters of something else may precede it.
 */
static int
try_at(struct token_scan *scan, const char *start, const char *at)
{
	const char *prefix = at - 1;
	int r;

	if (!has_head(scan->heads, at))
		return 0;
	r = offer(scan, at, TOKEN_LEN);
	if (r || at == start || *prefix != '_' || !token_text_has_check(at))
		return r;
	while (!r && prefix > start && at - prefix < TOKEN_PREFIX_SIZE - 1 &&
	    strchr(TEXT_SMALL TEXT_DIGITS, prefix[-1]) && prefix[-1]) {
		prefix--;
		r = offer(scan, prefix, (size_t)(at - prefix) + TOKEN_LEN);
	}
	return r;
}

/* All of a text in base64, if it is that. */
static int
try_decoded(struct token_scan *scan, const char *text, size_t len)
{
	static const char *const padding[] = { "", "", "==", "=" };
	char padded[TOKEN_SCAN_BASE64_MAX + 3], plain[TOKEN_SCAN_BASE64_MAX];
	size_t plain_len, run = 0;
	int r = 0;

	memcpy(padded, text, len);
	strcpy(padded + len, padding[len % 4]);
	if (b64_decode(B64_PADDED, padded, strlen(padded), plain, sizeof plain, &plain_len))
		return 0;
	for (size_t i = 0; !r && i < plain_len; i++) {
		run = digit_of(plain[i]) < 0 ? 0 : run + 1;
		if (run >= TOKEN_LEN)
			r = try_at(scan, plain, plain + i + 1 - TOKEN_LEN);
	}
	secret_wipe(padded, sizeof padded);
	secret_wipe(plain, sizeof plain);
	return r;
}

/* A run of base64 that ends before end.  Its first characters may belong to another text. */
static int
try_base64(struct token_scan *scan, const char *end, size_t len)
{
	int r = 0;

	if (len > TOKEN_SCAN_BASE64_MAX)
		return 0;
	for (size_t skip = 0; !r && skip < 4 && len >= BASE64_MIN + skip; skip++)
		r = try_decoded(scan, end - (len - skip), len - skip);
	return r;
}

static bool
is_base64(char c)
{
	return digit_of(c) >= 0 || c == '+' || c == '/';
}

/* The character at at, with all that came before it from start on. */
static int
take(struct token_scan *scan, const char *start, const char *at)
{
	int r = 0;

	scan->run = digit_of(*at) < 0 ? 0 : scan->run + 1;
	if (scan->run >= TOKEN_LEN)
		r = try_at(scan, start, at + 1 - TOKEN_LEN);
	if (is_base64(*at)) {
		scan->run64++;
	} else if (!r) {
		r = try_base64(scan, at, scan->run64);
		scan->run64 = 0;
	}
	scan->line += *at == '\n';
	return r;
}

/*
 * Is it the other half of a character in UTF-16?  Then every second byte is NUL: one before
 * or after this, or the stream begins with the character.
 */
static bool
is_half(struct token_scan *scan, char c)
{
	const bool is_half = !c && scan->since_nul == 1;

	scan->since_nul = c ? scan->since_nul + 1 : 0;
	return is_half;
}

/* A byte order mark is no character: what follows begins the stream. */
static bool
is_mark(struct token_scan *scan, char c)
{
	if (scan->len != 1 || scan->kept[0] != '\xff' || c != '\xfe')
		return false;
	scan->since_nul = 0;
	return true;
}

void
token_scan_begin(struct token_scan *scan, const struct token_heads *heads,
    token_scan_found *found, void *arg)
{
	scan->heads = heads;
	scan->found = found;
	scan->arg = arg;
	scan->line = 1;
	scan->len = scan->run = scan->run64 = scan->since_nul = 0;
}

static int
add_piece(struct token_scan *scan, const char *bytes, size_t len)
{
	const size_t most = TOKEN_SCAN_BASE64_MAX;
	int r = 0;

	if (scan->len > most) {
		memmove(scan->kept, scan->kept + scan->len - most, most);
		scan->len = most;
	}
	for (size_t i = 0; !r && i < len; i++) {
		if (is_mark(scan, bytes[i]) || is_half(scan, bytes[i]))
			continue;
		scan->kept[scan->len] = bytes[i];
		r = take(scan, scan->kept, scan->kept + scan->len++);
	}
	return r;
}

int
token_scan_add(struct token_scan *scan, const char *bytes, size_t len)
{
	const size_t most = sizeof scan->kept - TOKEN_SCAN_BASE64_MAX;
	int r = 0;

	for (size_t n; !r && len; bytes += n, len -= n) {
		n = len < most ? len : most;
		r = add_piece(scan, bytes, n);
	}
	return r;
}

int
token_scan_end(struct token_scan *scan)
{
	int r = try_base64(scan, scan->kept + scan->len, scan->run64);

	secret_wipe(scan->kept, scan->len);
	token_scan_begin(scan, scan->heads, scan->found, scan->arg);
	return r;
}
