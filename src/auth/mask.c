// SPDX-License-Identifier: ISC
/* auth/mask.c - text that a client chose, without secrets that it may hold. */
#include "auth/mask.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "base/uuid.h"
#include "store/record.h"

#define SHOWN_LEN	TOKEN_HEAD_LEN		/* as lists show a token */
#define MASK		"..."

/* The shortest secrets: a name that may be one, digits without a break, and base64url. */
#define NAME_LEN_MIN	16
#define ALNUM_LEN_MIN	32
#define BASE64_LEN_MIN	40

/* The header of a JWT is a JSON object with an algorithm at least. */
#define JWT_BEGIN	"eyJ"
#define JWT_LEN_MIN	15
#define JWT_PARTS	TEXT_ALNUM "-_.="

/* What parts of a secret consist of; names have other characters too. */
#define RUN		TEXT_ALNUM "-_"

struct shown {
	char *at;
	size_t left;			/* without the NUL */
};

static void
put(struct shown *out, const char *bytes, size_t len)
{
	len = len < out->left ? len : out->left;
	memcpy(out->at, bytes, len);
	out->at += len;
	out->left -= len;
}

/* Of the len bytes of a secret only the first are shown. */
static void
put_mask(struct shown *out, const char *secret, size_t len)
{
	put(out, secret, len < SHOWN_LEN ? len : SHOWN_LEN);
	put(out, MASK, strlen(MASK));
}

/* Is there one of the characters of set? */
static bool
has_one_of(const char *run, size_t len, const char *set)
{
	return strcspn(run, set) < len;
}

/* Random bytes in base64 have letters of both kinds and digits; names hardly do. */
static bool
is_base64(const char *run, size_t len)
{
	return len >= BASE64_LEN_MIN && has_one_of(run, len, TEXT_DIGITS) &&
	    has_one_of(run, len, TEXT_SMALL) && has_one_of(run, len, TEXT_CAPITALS);
}

static bool
has_uuid(const char *run, size_t len)
{
	const size_t uuid_len = UUID_TEXT_SIZE - 1;
	struct uuid id;

	for (size_t at = 0; at + uuid_len <= len; at++) {
		if (uuid_parse(run + at, uuid_len, &id) == 0)
			return true;
	}
	return false;
}

/* "dwt_", if a token can follow; 0 for no prefix. */
static size_t
prefix_len(const char *run)
{
	size_t len = strspn(run, TEXT_SMALL TEXT_DIGITS);

	return run[len] == '_' && strspn(run + len + 1, TEXT_ALNUM) >= ALNUM_LEN_MIN ? len + 1 : 0;
}

/* The length of the JWT in a run, which may have something before it; 0 for none. */
static size_t
jwt_len(const char *run, size_t len)
{
	const char *jwt = memmem(run, len, JWT_BEGIN, strlen(JWT_BEGIN));

	if (!jwt || (size_t)(run + len - jwt) < JWT_LEN_MIN)
		return 0;
	return (size_t)(jwt - run) + strspn(jwt, JWT_PARTS);
}

/* A run that is no secret as a whole may have one inside. */
static size_t
put_parts(struct shown *out, const char *run, size_t len)
{
	size_t at = 0, part;

	while (at < len) {
		part = strspn(run + at, TEXT_ALNUM);
		if (part >= ALNUM_LEN_MIN)
			put_mask(out, run + at, part);
		else
			put(out, run + at, part ? part : 1);
		at += part ? part : 1;
	}
	return len;
}

/* Puts what begins with a run; how many bytes that were. */
static size_t
put_run(struct shown *out, const char *run, size_t len)
{
	size_t secret = jwt_len(run, len), prefix = prefix_len(run);

	if (!secret && prefix) {
		put(out, run, prefix);
		return prefix + put_parts(out, run + prefix, len - prefix);
	}
	if (!secret && (is_base64(run, len) || has_uuid(run, len)))
		secret = len;
	if (!secret)
		return put_parts(out, run, len);
	put_mask(out, run, secret);
	return secret;
}

void
mask_secrets(const char *text, char *out, size_t size)
{
	struct shown shown = { out, size - 1 };
	size_t len;

	while (*text) {
		len = strspn(text, RUN);
		if (len) {
			text += put_run(&shown, text, len);
		} else {
			put(&shown, text, 1);
			text++;
		}
	}
	*shown.at = '\0';
}

void
mask_name(const char *name, char *out, size_t size)
{
	struct shown shown = { out, size - 1 };

	if (strchr(name, '@') || strlen(name) < NAME_LEN_MIN) {
		mask_secrets(name, out, size);
		return;
	}
	put_mask(&shown, name, strlen(name));
	*shown.at = '\0';
}
