// SPDX-License-Identifier: ISC
/*
 * auth/token_text.h - the text of a bearer token (API 2.5).
 *
 * Without token_prefix it is 48 random base62 characters.  With it, those follow the
 * prefix, and the last six of them are a checksum of the others, by which a scanner
 * tells a token from any other text without asking.
 */
#ifndef AUTH_TOKEN_TEXT_H
#define AUTH_TOKEN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "store/record.h"

#define TOKEN_LEN	48			/* without the prefix */
#define TOKEN_CHECK_LEN	6
#define TOKEN_SIZE	(TOKEN_PREFIX_SIZE + TOKEN_LEN)
#define TOKEN_SHOWN_SIZE (TOKEN_PREFIX_SIZE + TOKEN_HEAD_LEN + sizeof "…")

/* A new one; "" for no prefix. */
void token_text_make(const char *prefix, char secret[TOKEN_SIZE]);

/* Are the last of these TOKEN_LEN base62 characters the checksum of the others? */
bool token_text_has_check(const char *characters);

/* Has the text the form of a token, of any prefix or none? */
bool token_text_is_one(const char *text, size_t len);

/* All that is ever shown of a token after its creation: "dwt_7VLy…". */
const char *token_text_shown(const struct token *token, char shown[TOKEN_SHOWN_SIZE]);

#endif
