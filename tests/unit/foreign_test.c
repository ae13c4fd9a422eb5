// SPDX-License-Identifier: ISC
#include "auth/foreign.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auth/password.h"
#include "unit.h"
#include "foreign_rows.h"

#define ANY (FOREIGN_WEAK | FOREIGN_COSTLY)

static const struct password_cost cheap = { .iterations = 1, .memory_bytes = 8192 * 1024 };

static void
verified(void)
{
	char stored[HASH_SIZE];
	const char *why;
	bool as_typed;

	for (size_t i = 0; i < NELEM(vectors); i++) {
		const struct vector *v = &vectors[i];
		size_t len = strlen(v->password);
		char wrong[64];

		EXPECT_VERDICT(v->row, foreign_take(v->hash, FOREIGN_WEAK, &cheap, stored, &why), 0);
		EXPECT_VERDICT(v->row, password_verify(stored, v->password, len, &as_typed), 0);
		snprintf(wrong, sizeof wrong, "%s", v->password);
		wrong[4] ^= 1;
		EXPECT_VERDICT(v->row, password_verify(stored, wrong, len, &as_typed),
		    V_WRONG_CREDENTIAL);
		EXPECT_VERDICT(v->row, password_verify(stored, "", 0, &as_typed),
		    V_WRONG_CREDENTIAL);
		snprintf(wrong, sizeof wrong, "%s", v->password);
		EXPECT_VERDICT(v->row, password_verify(stored, wrong, len + 1, &as_typed),
		    V_WRONG_CREDENTIAL);
		if (v->weak) {
			EXPECT_TRUE(v->row, strncmp(stored, "$dw-", 4) == 0);
			EXPECT_TRUE(v->row, strstr(stored, "$argon2id$") != NULL);
			EXPECT_VERDICT(v->row, foreign_take(v->hash, 0, NULL, stored, &why),
			    V_INVALID);
		}
	}
}

/* A long password is a wrong one, not a fault: crypt(3) refuses to look at it. */
static void
long_passwords(void)
{
	char stored[HASH_SIZE], password[PASSWORD_MAX];
	const char *why;
	bool as_typed;

	memset(password, 'a', sizeof password);
	for (size_t i = 0; i < NELEM(vectors); i++) {
		EXPECT_VERDICT(vectors[i].row, foreign_take(vectors[i].hash, FOREIGN_WEAK, &cheap,
		    stored, &why), 0);
		EXPECT_VERDICT(vectors[i].row, password_verify(stored, password, sizeof password,
		    &as_typed), V_WRONG_CREDENTIAL);
	}
}

#define B22 "abcdefghijklmnopqrstuv"
#define B31 "abcdefghijklmnopqrstuvwxyzABCDE"
#define H43 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
#define H86 H43 H43

static void
refused(void)
{
	static const struct { const char *row, *hash; int usual, costly; } rows[] = {
		{ "empty", "", V_INVALID, V_INVALID },
		{ "locked", "!", V_INVALID, V_INVALID },
		{ "unusable", "*", V_INVALID, V_INVALID },
		{ "crypt's failure", "*0", V_INVALID, V_INVALID },
		{ "a word", "password", V_INVALID, V_INVALID },
		{ "bcrypt 14", "$2y$14$" B22 B31, 0, 0 },
		{ "bcrypt 15", "$2y$15$" B22 B31, V_INVALID, 0 },
		{ "bcrypt 17", "$2y$17$" B22 B31, V_INVALID, V_INVALID },
		{ "bcrypt 31", "$2y$31$" B22 B31, V_INVALID, V_INVALID },
		{ "bcrypt 3", "$2y$03$" B22 B31, V_INVALID, V_INVALID },
		{ "bcrypt x", "$2x$10$" B22 B31, V_INVALID, V_INVALID },
		{ "bcrypt, short", "$2y$10$" B22, V_INVALID, V_INVALID },
		{ "bcrypt, long", "$2y$10$" B22 B31 "a", V_INVALID, V_INVALID },
		{ "sha512", "$6$salt$" H86, 0, 0 },
		{ "sha512, a million", "$6$rounds=1000000$salt$" H86, 0, 0 },
		{ "sha512, more", "$6$rounds=1000001$salt$" H86, V_INVALID, 0 },
		{ "sha512, too many", "$6$rounds=999999999$salt$" H86, V_INVALID, V_INVALID },
		{ "sha512, too few", "$6$rounds=99$salt$" H86, V_INVALID, V_INVALID },
		{ "sha512, no number", "$6$rounds=-1$salt$" H86, V_INVALID, V_INVALID },
		{ "sha256, overflow", "$5$rounds=99999999999999999999$salt$" H43, V_INVALID, V_INVALID },
		{ "sha256, of sha512", "$5$salt$" H86, V_INVALID, V_INVALID },
		{ "yescrypt C", "$y$jCT$salt$" H43, 0, 0 },
		{ "yescrypt D", "$y$jDT$salt$" H43, V_INVALID, 0 },
		{ "yescrypt F", "$y$jFT$salt$" H43, V_INVALID, V_INVALID },
		{ "yescrypt, more parameters", "$y$jC5T/$salt$" H43, V_INVALID, V_INVALID },
		{ "sha1crypt", "$sha1$40000$salt$abcdefghijklmnopqrstuvwxyzab", V_INVALID, V_INVALID },
		{ "SunMD5", "$md5,rounds=4000$salt$" B22, V_INVALID, V_INVALID },
		{ "NT", "$3$$8846f7eaee8fb117ad06bdd830b7586c", V_INVALID, V_INVALID },
		{ "BSDi", "_J9..CCCCXBrJUJV154M", V_INVALID, V_INVALID },
		{ "CRAM-MD5", "{CRAM-MD5}9186d855e11eba527a7a52ca82b313e180d62234f0acc9051b527243d41e2740",
		    V_INVALID, V_INVALID },
		{ "SCRAM", "{SCRAM-SHA-1}4096,abc,def,ghi", V_INVALID, V_INVALID },
		{ "no end of the scheme", "{SSHA", V_INVALID, V_INVALID },
		{ "phpass 18", "$P$Gabcdefghijklmnopqrstuvwxyz1234", 0, 0 },
		{ "phpass 19", "$P$Habcdefghijklmnopqrstuvwxyz1234", V_INVALID, 0 },
		{ "phpass 30", "$P$Sabcdefghijklmnopqrstuvwxyz1234", V_INVALID, V_INVALID },
		{ "phpass 63", "$P$zabcdefghijklmnopqrstuvwxyz1234", V_INVALID, V_INVALID },
		{ "phpass, short", "$P$B", V_INVALID, V_INVALID },
		{ "PBKDF2, two million", "pbkdf2_sha256$2000000$salt$" H43 "=", 0, 0 },
		{ "PBKDF2, more", "pbkdf2_sha256$2000001$salt$" H43 "=", V_INVALID, 0 },
		{ "PBKDF2, too many", "pbkdf2_sha256$2147483647$salt$" H43 "=", V_INVALID, V_INVALID },
		{ "PBKDF2, none", "pbkdf2_sha256$0$salt$" H43 "=", V_INVALID, V_INVALID },
		{ "PBKDF2, no base64", "pbkdf2_sha256$1000$salt$***", V_INVALID, V_INVALID },
		{ "Django, no password", "!abcdefghijklmnopqrstuvwxyz1234567890abcd", V_INVALID, V_INVALID },
		{ "argon2, 256 MiB", "$argon2id$v=19$m=262144,t=3,p=1$c29tZXNhbHQxNmJ5dGVz$"
		    "Y0Hvd/epPrOScWPHz6dRqh+Jn6sEwSoip8toMiowXag", 0, 0 },
		{ "argon2, 1 GiB", "$argon2id$v=19$m=1048576,t=1,p=1$c29tZXNhbHQxNmJ5dGVz$"
		    "Y0Hvd/epPrOScWPHz6dRqh+Jn6sEwSoip8toMiowXag", V_INVALID, 0 },
		{ "argon2, 1 GiB often", "$argon2id$v=19$m=1048576,t=100,p=1$c29tZXNhbHQxNmJ5dGVz$"
		    "Y0Hvd/epPrOScWPHz6dRqh+Jn6sEwSoip8toMiowXag", V_INVALID, V_INVALID },
		{ "argon2, 17 lanes", "$argon2id$v=19$m=65536,t=1,p=17$c29tZXNhbHQxNmJ5dGVz$"
		    "Y0Hvd/epPrOScWPHz6dRqh+Jn6sEwSoip8toMiowXag", V_INVALID, V_INVALID },
		{ "argon2d", "$argon2d$v=19$m=65536,t=1,p=1$c29tZXNhbHQxNmJ5dGVz$"
		    "Y0Hvd/epPrOScWPHz6dRqh+Jn6sEwSoip8toMiowXag", V_INVALID, V_INVALID },
		{ "argon2, a sign", "$argon2id$v=19$m=+65536,t=1,p=1$c29tZXNhbHQxNmJ5dGVz$"
		    "Y0Hvd/epPrOScWPHz6dRqh+Jn6sEwSoip8toMiowXag", V_INVALID, V_INVALID },
		{ "SSHA, too short", "{SSHA}aGVsbG8=", V_INVALID, V_INVALID },
		{ "Joomla, long salt", "d41d8cd98f00b204e9800998ecf8427e:" H86, V_INVALID, V_INVALID },
	};
	char stored[HASH_SIZE];
	const char *why;

	for (size_t i = 0; i < NELEM(rows); i++) {
		why = NULL;
		EXPECT_VERDICT(rows[i].row, foreign_take(rows[i].hash, FOREIGN_WEAK, NULL, stored,
		    &why), rows[i].usual);
		EXPECT_TRUE(rows[i].row, !rows[i].usual == !why);
		EXPECT_VERDICT(rows[i].row, foreign_take(rows[i].hash, ANY, NULL, stored, &why),
		    rows[i].costly);
	}
}

/* A restored database is input too. */
static void
damaged(void)
{
	static const char *const rows[] = {
		"", "$", "$2y$", "$2y$31$" B22 B31, "$6$rounds=999999999$salt$" H86, "$5$", "$1$",
		"$y$", "$y$j", "$y$jFT$salt$" H43, "$gy$", "$wp$2y$", "bcrypt_sha256$$", "$P$", "$S$",
		"U$", "U$S$", "$apr1$", "$pbkdf2-", "$pbkdf2-sha256$i=2147483647$c2FsdA==$" H43 "=",
		"$argon2i$", "$argon2i$v=19$m=4194304,t=1,p=1$c29tZXNhbHQxNmJ5dGVz$" H43, "$dw-",
		"$dw-sha1$", "$dw-sha1$zz$argon2id$", "$dw-sha9$00$argon2id$", "$dw-des$00$argon2i$",
	};
	bool as_typed;

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_INT(rows[i], password_verify(rows[i], "a", 1, &as_typed), -EBADMSG);
}

static CU_TestInfo tests[] = {
	{ "verified", verified },
	{ "long passwords", long_passwords },
	{ "refused", refused },
	{ "damaged", damaged },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/foreign", tests);
