// SPDX-License-Identifier: ISC
/* ctl/import_secret.c - which password a row has, and what is to be said of it. */
#include <string.h>
#include <strings.h>

#include "auth/foreign.h"
#include "auth/password.h"
#include "base/guard.h"
#include "base/text.h"
#include "ctl/import.h"

enum { REFUSED, WEAK, KNOWN };

/* Stored forms, the weakest first. */
static const char *const kinds[] = { "$1$", "$apr1$", "U$", "$H$", "$P$", "$pbkdf2-sha1$", "$5$",
    "$pbkdf2-sha256$", "$pbkdf2-sha512$", "$S$", "$6$", "bcrypt_sha256$$", "$wp$2y$", "$2a$",
    "$2b$", "$2y$", "$argon2i$", "$gy$", "$y$", "$argon2id$" };

/* How much it resists guessing; *kind in words. */
static int
strength_of(const char *hash, unsigned allowed, const char **kind)
{
	char stored[HASH_SIZE];
	const char *why;

	*kind = "a weak digest";
	if (foreign_take(hash, allowed & FOREIGN_COSTLY, NULL, stored, &why))
		return foreign_take(hash, allowed, NULL, stored, &why) ? REFUSED : WEAK;
	for (size_t i = NELEM(kinds); i > 0; i--) {
		*kind = kinds[i - 1];
		if (strncmp(stored, *kind, strlen(*kind)) == 0)
			return KNOWN + (int)i;
	}
	*kind = "another kind";
	return KNOWN;
}

void
import_secret_plain(struct import_row *row, const char *password)
{
	row->secrets++;
	row->kind = "the one in plain text";
	row->password = password;
}

void
import_secret_hash(struct import_row *row, const char *value, unsigned allowed)
{
	static const char *const plain[] = { "{PLAIN}", "{CLEAR}", "{CLEARTEXT}" };
	const char *kind, *former;
	int strength;

	if (*value == '!' || *value == '*')
		return;		/* locked: no password */
	for (size_t i = 0; i < NELEM(plain); i++) {
		if (strncasecmp(value, plain[i], strlen(plain[i])) == 0) {
			import_secret_plain(row, value + strlen(plain[i]));
			return;
		}
	}
	if (row->secrets++ == 0) {
		row->hash = value;
		return;
	}
	if (row->password)
		return;
	strength = strength_of(value, allowed, &kind);
	if (strength <= strength_of(row->hash, allowed, &former)) {
		row->kind = former;
		return;
	}
	row->kind = kind;
	row->hash = value;
}

static const char *
note_of_kind(struct arena *mem, const struct import_row *row, bool ha1b_is_on)
{
	if (row->secrets > 1)
		return arena_printf(mem, "it has %u passwords; the strongest was taken: %s",
		    row->secrets, row->kind);
	if (row->secrets)
		return NULL;
	if (row->ha1b && ha1b_is_on)
		return "it has a HA1B, but no password: only the HA1B is accepted";
	if (row->ha1b)
		return "it has a HA1B, which the configuration turns off, and no password";
	if (row->has_ha1)
		return "its ha1 cannot be used, because a HA1B is of another text: it has no "
		    "password until one is set";
	return "it has no password until one is set";
}

const char *
import_secret_note(struct arena *mem, const struct import_row *row, const struct conf *conf)
{
	const char *kind = note_of_kind(mem, row, conf->ha1b), *length;
	struct password_flaw flaw;

	if (!row->password || password_check_new(row->password, strlen(row->password),
	    conf->password_min_length, &flaw) == 0)
		return kind;
	length = arena_printf(mem, "its password is shorter than password_min_length, %lld",
	    (long long)conf->password_min_length);
	return kind && length ? arena_printf(mem, "%s; %s", kind, length) : length;
}
