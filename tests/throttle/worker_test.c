// SPDX-License-Identifier: ISC
/*
 * Several workers that share what they remember of passwords, and an
 * administrator who changes something: it takes effect with the very next
 * request in each of them.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/user.h"
#include "service/ask.h"
#include "test.h"

#define WORKERS	3
#define ROUNDS	40

struct question {
	char password[64];
};

struct result {
	int status;
	int64_t hashes;			/* so far */
};

struct worker {
	pid_t pid;
	int fd;
	int64_t hashes;
};

/* A process with a service of its own, which logs Alice in. */
static void
work(struct box *box, int fd)
{
	struct question question;
	struct result result;

	box_serve(box);
	while (read(fd, &question, sizeof question) == sizeof question) {
		result.status = box_ask(box, &(struct ask){ .email = ALICE,
		    .password = question.password }).status;
		result.hashes = box_hashes(box);
		if (write(fd, &result, sizeof result) != sizeof result)
			break;
	}
	_exit(0);
}

static void
start(struct worker *worker, struct box *box)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0)
		exit(99);
	worker->hashes = 0;
	worker->fd = ends[0];
	worker->pid = fork();
	if (worker->pid == 0) {
		close(ends[0]);
		work(box, ends[1]);
	}
	close(ends[1]);
}

/* Logs in at each worker; cost: hashes that this takes in all of them, -1 for any. */
static void
everywhere(const char *row, struct worker *workers, const char *password, int status, int cost)
{
	struct question question = { "" };
	struct result result = { 0 };
	int64_t hashes = 0;

	strcpy(question.password, password);
	for (int i = 0; i < WORKERS; i++) {
		if (write(workers[i].fd, &question, sizeof question) < 0 ||
		    read(workers[i].fd, &result, sizeof result) != sizeof result)
			exit(99);
		EXPECT_INT(row, result.status, status);
		hashes += result.hashes - workers[i].hashes;
		workers[i].hashes = result.hashes;
	}
	if (cost >= 0)
		EXPECT_INT(row, hashes, cost);
}

static void
round_of_changes(struct auth *auth, struct worker *workers, const struct uuid *alice, int n)
{
	char old[64], new[64];
	const char *why;
	uint64_t tokens;

	snprintf(old, sizeof old, n ? "new-password-%d" : PASSWORD, n);
	snprintf(new, sizeof new, "new-password-%d", n + 1);
	everywhere("warm up", workers, old, 200, -1);
	everywhere("warm", workers, old, 200, 0);

	EXPECT_VERDICT("logout", user_logout(auth, alice, NOW_MS, &tokens), 0);
	everywhere("hashed after a logout", workers, old, 200, 1);
	everywhere("warm again", workers, old, 200, 0);

	EXPECT_VERDICT("disable", user_disable(auth, alice, NOW_MS), 0);
	everywhere("disabled", workers, old, 401, WORKERS);
	EXPECT_VERDICT("enable", store_user_enable(auth->store, alice, NOW_MS), 0);
	everywhere("enabled", workers, old, 200, 1);
	everywhere("and warm", workers, old, 200, -1);

	EXPECT_VERDICT("password", user_set_password(auth, alice, new, strlen(new), false, NOW_MS,
	    &why), 0);
	everywhere("the old one", workers, old, 401, WORKERS);
	everywhere("the new one", workers, new, 200, 1);
}

static void
rounds(void)
{
	struct worker workers[WORKERS];
	const struct uuid *alice;
	struct box box;

	box_open_guarded(&box, test_directory());
	box.conf->throttle = false;
	service_close(&box.service);	/* nothing that is open may go through fork */
	for (int i = 0; i < WORKERS; i++)
		start(&workers[i], &box);
	box_serve(&box);
	alice = &box.alice.user.id;
	for (int n = 0; n < ROUNDS; n++)
		round_of_changes(box.auth, workers, alice, n);
	EXPECT_VERDICT("delete", store_user_delete(box.auth->store, alice, false, NOW_MS), 0);
	everywhere("deleted", workers, "new-password-40", 401, WORKERS);
	for (int i = 0; i < WORKERS; i++)
		close(workers[i].fd);	/* later workers have inherited those of earlier ones */
	for (int i = 0; i < WORKERS; i++)
		waitpid(workers[i].pid, NULL, 0);
	box_close(&box);
}

static CU_TestInfo tests[] = {
	{ "rounds of changes", rounds },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/throttle: several workers", tests);
