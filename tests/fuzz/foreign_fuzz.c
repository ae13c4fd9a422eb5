// SPDX-License-Identifier: ISC
/*
 * tests/fuzz/foreign_fuzz.c - bytes as a password hash of another system: one that is to be
 * taken over, and one that a restored database has.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "auth/foreign.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/verdict.h"
#include "fuzz.h"

/* A cost of three digits is quick for the kinds that is_quick lets through. */
static bool
has_small_numbers(const char *text)
{
	size_t digits = 0;

	for (; *text; text++) {
		digits = isdigit((unsigned char)*text) ? digits + 1 : 0;
		if (digits > 3)
			return false;
	}
	return true;
}

static bool
is_quick(const char *hash)
{
	return !foreign_is(hash) ||
	    (strncmp(hash, "$pbkdf2-", 8) == 0 && has_small_numbers(hash));
}

static void
check_stored(const char *hash)
{
	int r;

	if (!is_quick(hash))
		return;
	r = foreign_verify(hash, "password", 8);
	HOLDS(r == 0 || r == V_WRONG_CREDENTIAL || r == -EBADMSG);
	foreign_is_exact(hash, " password", 9);
}

/* Without a cost the stored form of a weak digest is undefined. */
static void
check_taken(const char *text, unsigned allowed)
{
	char stored[HASH_SIZE];
	const char *why = NULL;
	int r;

	memset(stored, 0, sizeof stored);
	r = foreign_take(text, allowed, NULL, stored, &why);
	HOLDS(r == 0 || (r == V_INVALID && why && why[0]));
	if (r || allowed)
		return;
	HOLDS(memchr(stored, '\0', sizeof stored));
	check_stored(stored);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static bool is_ready;
	char text[2 * HASH_SIZE];

	if (!is_ready)
		HOLDS(secret_init() == 0 && log_open("/dev/null", LOG_LEVEL_INFO) == 0);
	is_ready = true;
	if (len >= sizeof text)
		return 0;
	memcpy(text, bytes, len);
	text[len] = '\0';
	check_taken(text, 0);
	check_taken(text, FOREIGN_WEAK);
	check_taken(text, FOREIGN_WEAK | FOREIGN_COSTLY);
	if (strlen(text) < HASH_SIZE)
		check_stored(text);
	return 0;
}
