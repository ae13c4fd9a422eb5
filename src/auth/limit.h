// SPDX-License-Identifier: ISC
/*
 * auth/limit.h - what a bearer token is limited to: a scope, which says what it is for,
 * and networks, from which it is accepted.
 *
 * Both are sets of words as base/words.h has them, and "" is no limit.  The scope
 * has names of a-z, 0-9, '_', ':', '.' and '-'; those below are ours, any other has the
 * meaning that a guarded site gives it.
 */
#ifndef AUTH_LIMIT_H
#define AUTH_LIMIT_H

#include <stdbool.h>

#include "auth/identity.h"
#include "base/words.h"
#include "store/record.h"

#define SCOPE_AUTH		"auth"		/* GET /rest/auth, and a JWT from there */
#define SCOPE_TOKEN_READ	"token:read"
#define SCOPE_TOKEN_WRITE	"token:write"
#define SCOPE_GUARD		"guard"		/* guarded sites that require no other */

/* What stands between two words as people and programs write them. */
#define LIMIT_BETWEEN " ,"

/* As a set is written where none was given: no limit. */
#define LIMIT_NONE "*"

struct limit_kind {
	const char *name;		/* of the field */
	const char *wrong;		/* said of a word that is none, in a sentence */
	const char *invalid;		/* the same, as a message of API 3.3 */
	size_t words_max, size;		/* size: of the text, with its NUL */
	int (*take)(const struct word *word, char *out);	/* V_INVALID */
};

#define LIMIT_SIZE SCOPE_SIZE		/* of the longer one */

extern const struct limit_kind limit_scope, limit_addresses;

/*
 * Reads words with LIMIT_BETWEEN between them, each once, into out of kind->size bytes; or
 * LIMIT_NONE alone, which is "".  V_MALFORMED: there is no word.  V_TOO_MANY.  V_INVALID:
 * one is wrong.  out is then unchanged.
 */
int limit_read(const struct limit_kind *kind, const char *text, char *out);

/*
 * Does the scope of the caller have all of these names?  A caller without a limit, or
 * without a token, has any.
 */
bool limit_permits(const struct identity *who, const char *names);

/* Is neither limit of a token wider than those of another? */
bool limit_is_within(const char *scope, const char *addresses, const char *whole_scope,
    const char *whole_addresses);

/* Is a token with these networks accepted from that address, as the web server gave it? */
bool limit_accepts(const char *networks, const char *source);

#endif
