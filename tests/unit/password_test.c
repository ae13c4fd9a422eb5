// SPDX-License-Identifier: ISC
#include "auth/password.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

static const struct password_cost cheap = { .iterations = 1, .memory_bytes = 8192 * 1024 };

static void
verified(void)
{
	static const struct { const char *row, *password; size_t len; int want; } rows[] = {
		{ "right", "pa:ss w\xc3\xb6rd", 11, 0 },
		{ "wrong", "pa:ss w\xc3\xb6re", 11, V_WRONG_CREDENTIAL },
		{ "cut", "pa:ss w\xc3\xb6r", 10, V_WRONG_CREDENTIAL },
		{ "a NUL more", "pa:ss w\xc3\xb6rd", 12, V_WRONG_CREDENTIAL },
		{ "nothing", "", 0, V_WRONG_CREDENTIAL },
		{ "capital", "Pa:ss w\xc3\xb6rd", 11, V_WRONG_CREDENTIAL },
	};
	char hash[HASH_SIZE], again[HASH_SIZE];
	bool as_typed;

	EXPECT_VERDICT("hash", password_hash(&cheap, rows[0].password, rows[0].len, hash), 0);
	EXPECT_VERDICT("hash", password_hash(&cheap, rows[0].password, rows[0].len, again), 0);
	EXPECT_TRUE("salted", strcmp(hash, again) != 0);
	EXPECT_TRUE("Argon2id", strncmp(hash, "$argon2id$v=19$m=8192,t=1,p=1$", 30) == 0);
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i].row, password_verify(hash, rows[i].password, rows[i].len,
		    &as_typed), rows[i].want);
}

/* Bytes that are no UTF-8 are hashed as they are; as_typed only where the form would not do. */
static void
forms(void)
{
	static const struct { const char *row, *hashed, *typed; int want; } rows[] = {
		{ "ASCII", "secret", "secret", 0 },
		{ "decomposed", "\xc3\xa9", "e\xcc\x81", 0 },
		{ "composed", "e\xcc\x81", "\xc3\xa9", 0 },
		{ "foreign blank", "a b", "a\xe3\x80\x80" "b", 0 },
		{ "no UTF-8", "\xe9", "\xe9", 0 },
		{ "no UTF-8, not the same", "\xe9", "\xc3\xa9", V_WRONG_CREDENTIAL },
		{ "compatible, not the same", "fi", "\xef\xac\x81", V_WRONG_CREDENTIAL },
		{ "another letter", "\xc3\xa9", "e\xcc\x80", V_WRONG_CREDENTIAL },
	};
	char hash[HASH_SIZE];
	bool as_typed;

	for (size_t i = 0; i < NELEM(rows); i++) {
		EXPECT_VERDICT(rows[i].row, password_hash(&cheap, rows[i].hashed,
		    strlen(rows[i].hashed), hash), 0);
		EXPECT_VERDICT(rows[i].row, password_verify(hash, rows[i].typed,
		    strlen(rows[i].typed), &as_typed), rows[i].want);
		EXPECT_TRUE(rows[i].row, !as_typed);
	}
}

/* The longest that grows: as much as there is room for. */
static void
growing(void)
{
	char longest[PASSWORD_MAX + 1] = "", hash[HASH_SIZE];
	bool as_typed;

	for (size_t i = 0; i < PASSWORD_MAX / 4; i++)
		strcat(longest, "\xf0\x9d\x85\xa0");
	EXPECT_VERDICT("hash", password_hash(&cheap, longest, PASSWORD_MAX, hash), 0);
	EXPECT_VERDICT("verify", password_verify(hash, longest, PASSWORD_MAX, &as_typed), 0);
	longest[PASSWORD_MAX - 1] = '\xa1';
	EXPECT_VERDICT("another at its end", password_verify(hash, longest, PASSWORD_MAX,
	    &as_typed), V_WRONG_CREDENTIAL);
}

static void
lengths(void)
{
	char hash[HASH_SIZE], longest[PASSWORD_MAX + 1];
	bool as_typed;

	memset(longest, 'x', sizeof longest);
	EXPECT_VERDICT("hash", password_hash(&cheap, longest, PASSWORD_MAX, hash), 0);
	EXPECT_VERDICT("longest", password_verify(hash, longest, PASSWORD_MAX, &as_typed), 0);
	EXPECT_VERDICT("a byte less", password_verify(hash, longest, PASSWORD_MAX - 1, &as_typed),
	    V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("a byte more", password_verify(hash, longest, PASSWORD_MAX + 1, &as_typed),
	    V_WRONG_CREDENTIAL);
	EXPECT_VERDICT("too long for a hash to be looked at",
	    password_verify("damaged", longest, PASSWORD_MAX + 1, &as_typed), V_WRONG_CREDENTIAL);
}

static void
damaged(void)
{
	static const char salt[] = "c29tZXNhbHRzb21lc2FsdA";
	static const char sum[] = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY";
	static const struct { const char *row, *head; bool cut; } rows[] = {
		{ "nothing", "", true },
		{ "star", "*", true },
		{ "plain text", "secret", true },
		{ "no parameters", "$argon2id$v=19$", false },
		{ "over 1 GiB", "$argon2id$v=19$m=1048577,t=1,p=1$", false },
		{ "4 TiB", "$argon2id$v=19$m=4294967295,t=1,p=1$", false },
		{ "negative memory", "$argon2id$v=19$m=-1,t=1,p=1$", false },
		{ "too many passes", "$argon2id$v=19$m=8192,t=101,p=1$", false },
		{ "too many lanes", "$argon2id$v=19$m=8192,t=1,p=17$", false },
		/* damaged hashes must not look like wrong passwords */
		{ "cut after the parameters", "$argon2id$v=19$m=8192,t=1,p=1$", true },
		{ "no lanes", "$argon2id$v=19$m=8192,t=1,p=0$", false },
		{ "no passes", "$argon2id$v=19$m=8192,t=0,p=1$", false },
		{ "bad salt", "$argon2id$v=19$m=8192,t=1,p=1$!!", false },
		{ "a sign", "$argon2id$v=19$m=+8192,t=1,p=1$", false },
		{ "a blank", "$argon2id$v=19$m=8192,t= 1,p=1$", false },
		{ "a zero before", "$argon2id$v=19$m=08192,t=1,p=1$", false },
		{ "beyond 32 bits", "$argon2id$v=19$m=4294975488,t=1,p=1$", false },
		{ "another version", "$argon2id$v=16$m=8192,t=1,p=1$", false },
		{ "too little memory", "$argon2id$v=19$m=7,t=1,p=1$", false },
		{ "no digest", "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$", true },
		{ "cut after the salt", "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA",
		    true },
	};
	char hash[HASH_SIZE];
	bool as_typed;

	for (size_t i = 0; i < NELEM(rows); i++) {
		snprintf(hash, sizeof hash, "%s%s%s%s", rows[i].head, rows[i].cut ? "" : salt,
		    rows[i].cut ? "" : "$", rows[i].cut ? "" : sum);
		EXPECT_VERDICT(rows[i].row, password_verify(hash, "secret", 6, &as_typed),
		    -EBADMSG);
	}
	snprintf(hash, sizeof hash, "$argon2id$v=19$m=8192,t=1,p=1$%s$%s", salt, sum);
	EXPECT_VERDICT("whole", password_verify(hash, "secret", 6, &as_typed), V_WRONG_CREDENTIAL);
}

/* Hashes of other programs of Argon2: more lanes, other lengths of salt and digest. */
static const char *const foreign[] = {
	"$argon2id$v=19$m=1024,t=1,p=4$c2FsdHNhbHRzYWw$"
	    "dcwwdaEdnVJzuQbpEmh6QM0Zp842BhfWmcS2hNNn4Pw",
	"$argon2id$v=19$m=512,t=2,p=1$c2FsdHNhbHRzYWw$ilZxbh2INSZwKpRiExPYu3re9302D/Te",
};

static void
of_other_programs(void)
{
	bool as_typed;

	for (size_t i = 0; i < NELEM(foreign); i++) {
		EXPECT_VERDICT(foreign[i], password_verify(foreign[i], "pa:ss", 5, &as_typed), 0);
		EXPECT_VERDICT(foreign[i], password_verify(foreign[i], "pa:st", 5, &as_typed),
		    V_WRONG_CREDENTIAL);
	}
}

/* In a process that can get no more memory. */
static int
verify_without_memory(const char *hash, const char *password)
{
	const struct rlimit none = { 1, 1 };
	bool as_typed;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(setrlimit(RLIMIT_AS, &none) != 0 ? 0 :
		    -password_verify(hash, password, strlen(password), &as_typed));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 0;
	return -WEXITSTATUS(status);
}

/* The right password must not look wrong, nor a wrong one right. */
static void
no_memory(void)
{
	char hash[HASH_SIZE];

	EXPECT_VERDICT("hash", password_hash(&cheap, "pa:ss", 5, hash), 0);
	if (SANITIZER)
		return;
	EXPECT_VERDICT("right", verify_without_memory(hash, "pa:ss"), -ENOMEM);
	EXPECT_VERDICT("wrong", verify_without_memory(hash, "pa:st"), -ENOMEM);
	for (size_t i = 0; i < NELEM(foreign); i++)
		EXPECT_VERDICT(foreign[i], verify_without_memory(foreign[i], "pa:ss"), -ENOMEM);
}

static void
outdated(void)
{
	static const struct { const char *row; struct password_cost cost; bool want; } rows[] = {
		{ "the same", { 1, 8192 * 1024 }, false },
		{ "more passes", { 2, 8192 * 1024 }, true },
		{ "more memory", { 1, 8193 * 1024 }, true },
	};
	char hash[HASH_SIZE];

	EXPECT_VERDICT("hash", password_hash(&cheap, "x", 1, hash), 0);
	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_INT(rows[i].row, password_is_outdated(&rows[i].cost, hash), rows[i].want);
	EXPECT_TRUE("another kind", password_is_outdated(&cheap, "$2y$10$x"));
	EXPECT_VERDICT("no memory for it", password_hash(&(struct password_cost){ 1, 1 }, "x", 1,
	    hash), -ENOMEM);
}

static void
new_ones(void)
{
	static const struct { const char *row, *password; int want; } rows[] = {
		{ "8 characters", "12345678", 0 },
		{ "8 characters of UTF-8",
		    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9",
		    0 },
		{ "blanks and colons", "a b: c d", 0 },
		{ "7", "1234567", V_INVALID },
		{ "nothing", "", V_INVALID },
		{ "8 bytes, 4 characters", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", V_INVALID },
		{ "not UTF-8", "1234567\xff", V_INVALID },
		{ "tab", "12345678\t", V_INVALID },
		{ "line end", "12345678\n", V_INVALID },
		{ "delete", "12345678\x7f", V_INVALID },
		{ "a control character beyond ASCII", "12345678\xc2\x85", V_INVALID },
		{ "foreign blanks", "\xe3\x80\x80" "1234567", 0 },
		{ "8 code points, 4 once composed",
		    "e\xcc\x81" "e\xcc\x81" "e\xcc\x81" "e\xcc\x81", V_INVALID },
		{ "8 once composed", "e\xcc\x81" "e\xcc\x81" "e\xcc\x81" "e\xcc\x81" "1234", 0 },
		{ "emoji", "\xe2\x9d\xa4\xef\xb8\x8f" "123456", 0 },
	};
	char longest[PASSWORD_MAX + 1];
	struct password_flaw flaw;

	for (size_t i = 0; i < NELEM(rows); i++) {
		flaw = (struct password_flaw){ .why = NULL };
		EXPECT_VERDICT(rows[i].row, password_check_new(rows[i].password,
		    strlen(rows[i].password), 8, &flaw), rows[i].want);
		EXPECT_TRUE(rows[i].row, (flaw.why && flaw.message) == (rows[i].want != 0));
	}
	memset(longest, 'x', sizeof longest);
	EXPECT_VERDICT("longest", password_check_new(longest, PASSWORD_MAX, 8, &flaw), 0);
	EXPECT_VERDICT("too long", password_check_new(longest, PASSWORD_MAX + 1, 8, &flaw),
	    V_INVALID);
	EXPECT_VERDICT("NUL", password_check_new("1234\0" "5678", 9, 8, &flaw), V_INVALID);
}

static CU_TestInfo tests[] = {
	{ "verified", verified },
	{ "forms", forms },
	{ "growing", growing },
	{ "lengths", lengths },
	{ "damaged", damaged },
	{ "of other programs", of_other_programs },
	{ "no memory", no_memory },
	{ "outdated", outdated },
	{ "new ones", new_ones },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/password", tests);
