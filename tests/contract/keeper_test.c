// SPDX-License-Identifier: ISC
/*
 * tests/contract/keeper_test.c - two administrators in two processes, each of whom shuts
 * the other out at the same moment (store_keep_admin).
 */
#include "contract.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_at.h"

#define ROUNDS	200
#define WAYS	4

/* What a process is told by the number of its round, and answers. */
enum { DONE = 'd', LAST = 'l', FAULT = 'f' };

struct rival {
	pid_t pid;
	int to, from;
};

struct game {
	const char *row;
	bool shares_commits, has_keeper;
	unsigned left;			/* administrators after each round */
};

static void
empty_ids(struct user *user)
{
	*user->gmail_user_id = *user->facebook_user_id = *user->apple_user_id =
	    *user->wechat_user_id = '\0';
}

/* Takes what makes it an administrator from the n-th user, in one of several ways. */
static int
shut_out(struct store *st, unsigned n, unsigned way)
{
	struct password none = { .user = contract_uuid(n), .set_ms = NOW_MS };
	struct user user = contract_user(n), after;

	switch (way % WAYS) {
	case 0:
		return store_user_disable(st, &user.id, 5, NOW_MS);
	case 1:
		strcpy(user.role, "User");
		return store_user_set(st, &user, contract_bit(&user_kind, "role"), NOW_MS, &after);
	case 2:
		return store_user_password(st, &none, NULL, 6, false);
	default:
		return store_user_delete(st, &user.id, true, NOW_MS);
	}
}

/* The n-th user shuts the other one out whenever it is told to, by the way that it hears. */
static int
play(const char *directory, const struct game *game, unsigned n, int in, int out)
{
	const struct uuid me = contract_uuid(n);
	struct store *st = NULL;
	unsigned char way;
	char answer;
	int r;

	if (open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE))
		return 1;
	if (game->shares_commits)
		store_share(st);
	store_keep_admin(st, game->has_keeper ? &me : NULL);
	while (read(in, &way, 1) == 1) {
		r = shut_out(st, 3 - n, way);
		answer = r == 0 ? DONE : r == V_LAST_ADMIN ? LAST : FAULT;
		if (write(out, &answer, 1) != 1)
			return 2;
	}
	store_close(&st);
	return 0;
}

static struct rival
start(const char *directory, const struct game *game, unsigned n)
{
	struct rival rival;
	int to[2], from[2];

	if (pipe(to) != 0 || pipe(from) != 0)
		abort();
	rival.pid = fork();
	if (rival.pid == 0) {
		close(to[1]);
		close(from[0]);
		_exit(play(directory, game, n, to[0], from[1]));
	}
	close(to[0]);
	close(from[1]);
	rival.to = to[1];
	rival.from = from[0];
	return rival;
}

/* Both are administrators by role and password alone; whoever is there goes. */
static void
set_up(struct store *st)
{
	struct user user, after;

	for (unsigned n = 1; n <= 2; n++) {
		struct password password = contract_password(n);
		struct uuid id = contract_uuid(n);

		if (store_user_get(st, &id, &after) == 0)
			EXPECT_VERDICT("delete", store_user_delete(st, &id, false, NOW_MS), 0);
		user = contract_user(n);
		strcpy(user.role, "Admin");
		empty_ids(&user);
		EXPECT_VERDICT("add", store_user_add(st, &user, &password), 0);
	}
}

static unsigned
administrators(struct store *st)
{
	struct password password;
	unsigned count = 0;
	struct user user;

	for (unsigned n = 1; n <= 2; n++) {
		struct uuid id = contract_uuid(n);

		EXPECT_VERDICT("get", store_user_get(st, &id, &user), 0);
		count += user_administers(&user, store_password_get(st, &id, &password) == 0);
	}
	return count;
}

/* One round; how many of the two were answered so. */
static unsigned
play_round(struct rival *rivals, unsigned char first, unsigned char second, char answer)
{
	const unsigned char ways[2] = { first, second };
	unsigned count = 0;
	char heard;

	for (int i = 0; i < 2; i++)
		EXPECT_INT("told", write(rivals[i].to, &ways[i], 1), 1);
	for (int i = 0; i < 2; i++) {
		EXPECT_INT("heard", read(rivals[i].from, &heard, 1), 1);
		count += heard == answer;
	}
	return count;
}

static void
play_game(const struct game *game)
{
	const char *directory = contract_store_made();
	struct store *st = NULL;
	struct rival rivals[2];
	unsigned done = 0, left = 0;
	int status;

	rivals[0] = start(directory, game, 1);
	rivals[1] = start(directory, game, 2);
	EXPECT_VERDICT(game->row, open_lmdb(&st, directory, CONTRACT_BYTES_MAX, STORE_USE), 0);
	for (unsigned i = 0; i < ROUNDS; i++) {
		set_up(st);
		done += play_round(rivals, i % WAYS, i / WAYS % WAYS, DONE);
		left += administrators(st);
	}
	EXPECT_INT(game->row, done, ROUNDS * (2 - game->left));
	EXPECT_INT(game->row, left, ROUNDS * game->left);
	/* the second one has the pipe of the first open too */
	for (int i = 0; i < 2; i++)
		close(rivals[i].to);
	for (int i = 0; i < 2; i++) {
		close(rivals[i].from);
		EXPECT_INT(game->row, waitpid(rivals[i].pid, &status, 0), rivals[i].pid);
		EXPECT_INT(game->row, status, 0);
	}
	store_close(&st);
}

static void
one_is_left(void)
{
	static const struct game games[] = {
		{ "each for itself",    false, true,  1 },
		{ "commits together",   true,  true,  1 },
		{ "without a keeper",   false, false, 0 },
		{ "together, without a keeper", true, false, 0 },
	};

	for (size_t i = 0; i < NELEM(games); i++)
		play_game(&games[i]);
}

CU_TestInfo keeper_tests[] = {
	{ "one of two administrators is left", one_is_left },
	CU_TEST_INFO_NULL,
};
