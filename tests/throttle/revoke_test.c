// SPDX-License-Identifier: ISC
/* Guesses at POST /rest/revoke count like bad tokens (API 2.9), and its answer never tells. */
#include <string.h>

#include "service/ask.h"
#include "test.h"

#define OFFICE	"192.0.2.1"
#define GUESSES	40
#define REVOKE(token) { .method = "POST", .path = "/rest/revoke", .source = OFFICE, \
	.type = "application/x-www-form-urlencoded", .body = token }

static void
revoke(struct box *box, const char *row, const char *token)
{
	struct reply reply = box_ask(box, &(struct ask)REVOKE(arena_printf(&box->mem, "token=%s",
	    token)));

	EXPECT_INT(row, reply.status, 200);
	EXPECT_STRING(row, reply.body, "{}");
}

static int
present(struct box *box, const char *token)
{
	return box_ask(box, &(struct ask){ .source = OFFICE, .x_auth_token = token }).status;
}

/* The n-th guess: base with another character in place of its '*'. */
static const char *
guess(struct box *box, const char *base, int n)
{
	char *text = arena_strdup(&box->mem, base);

	*strchr(text, '*') = (char)('0' + n);
	return text;
}

/* What a bad token is answered after count guesses here. */
static int
answer_after(const char *base, int count)
{
	struct box box;
	int status;

	box_open_guarded(&box, test_directory());
	test_log_clear();
	for (int n = 0; n < count; n++)
		revoke(&box, base, guess(&box, base, n));
	EXPECT_TRUE(base, test_logged(strchr(base, '.') ? "failed=jwt" : "failed=bearer"));
	status = present(&box, guess(&box, base, count));
	box_close(&box);
	return status;
}

/* How many bad tokens are answered 401. */
static int
tokens_before_wait(const char *base)
{
	struct box box;
	int n = 0;

	box_open_guarded(&box, test_directory());
	while (n < GUESSES && present(&box, guess(&box, base, n)) == 401)
		n++;
	box_close(&box);
	return n;
}

static void
guesses(void)
{
	static const char *const bases[] = {
		"*00000000000000000000000000000000000000000000000",
		"dwt_*00000000000000000000000000000000000000000000000",
		"*.a.b",
		"eyJhbGciOiJIUzI1NiJ9.e30.*",
		"*",
	};

	for (size_t i = 0; i < NELEM(bases); i++) {
		int most = tokens_before_wait(bases[i]);

		EXPECT_TRUE(bases[i], most > 1 && most < GUESSES);
		EXPECT_INT(bases[i], answer_after(bases[i], most - 1), 401);
		EXPECT_INT(bases[i], answer_after(bases[i], most), 429);
		EXPECT_INT(bases[i], answer_after(bases[i], GUESSES), 429);
	}
}

/* What was valid once is no guess; and what is valid can be ended, whoever must wait. */
static void
honest(void)
{
	struct token token;
	struct box box;
	const char *revoked[GUESSES], *live;

	box_open_guarded(&box, test_directory());
	for (int i = 0; i < GUESSES; i++)
		revoked[i] = box_token(&box, &box.alice, 600, &token);
	live = box_token(&box, &box.alice, 600, &token);
	for (int i = 0; i < GUESSES; i++)
		revoke(&box, "revoked", revoked[i]);
	for (int i = 0; i < GUESSES; i++)
		revoke(&box, "again", revoked[i]);
	EXPECT_INT("nobody waits", present(&box, guess(&box, "*", 0)), 401);
	for (int i = 1; i < GUESSES; i++)
		revoke(&box, "guess", guess(&box, "*", i));
	EXPECT_INT("must wait", present(&box, guess(&box, "*", GUESSES)), 429);
	revoke(&box, "still", live);
	EXPECT_INT("has ended", present(&box, live), 401);
	box_close(&box);
}

static CU_TestInfo tests[] = {
	{ "guesses", guesses },
	{ "honest", honest },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/handle_oauth: revoke", tests);
