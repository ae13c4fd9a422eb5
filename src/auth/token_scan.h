// SPDX-License-Identifier: ISC
/*
 * auth/token_scan.h - finds what may be bearer tokens in any bytes: logs, dumps, sources.
 *
 * Every run of TOKEN_LEN base62 characters whose beginning is that of a token that there is
 * may be one; with a prefix in front and a checksum at its end, the prefix too is part of
 * it.  Values of Basic and the like are searched in base64 as well, and what programs of
 * Windows write in UTF-16, with or without a byte order mark.
 */
#ifndef AUTH_TOKEN_SCAN_H
#define AUTH_TOKEN_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "auth/token_text.h"

/* The first random characters of the tokens that there are, as a set. */
struct token_heads {
	uint8_t bits[62 * 62 * 62 * 62 / 8 + 1];
};

void token_heads_add(struct token_heads *heads, const char head[TOKEN_HEAD_LEN + 1]);

/* How much of a text in base64 is searched, before and after its first token. */
#define TOKEN_SCAN_BASE64_MAX 2048

struct token_scan;

/* A text that may be a token.  Anything but 0 ends the scan and is its result. */
typedef int token_scan_found(const struct token_scan *scan, const char *secret, void *arg);

/* A stream of bytes. */
struct token_scan {
	const struct token_heads *heads;
	token_scan_found *found;
	void *arg;
	uint64_t line;			/* from 1 on */

	/* the end of what came before */
	char kept[TOKEN_SCAN_BASE64_MAX + 65536];
	size_t len;
	size_t run, run64;		/* of base62 and base64 characters at its end */
	size_t since_nul;		/* bytes after the last NUL */
};

void token_scan_begin(struct token_scan *scan, const struct token_heads *heads,
    token_scan_found *found, void *arg);

/* The next bytes of the stream. */
int token_scan_add(struct token_scan *scan, const char *bytes, size_t len);

/* It has ended.  Then another may begin, with the same found and arg. */
int token_scan_end(struct token_scan *scan);

#endif
