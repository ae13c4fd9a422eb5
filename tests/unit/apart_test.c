// SPDX-License-Identifier: ISC
/* ctl/apart.c: what is told of work in a child process, however that ends. */
#include "ctl/apart.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/verdict.h"
#include "test.h"

static int
succeed(struct ctl *ctl, struct apart *apart)
{
	(void)ctl, (void)apart;
	return 0;
}

static int
refuse(struct ctl *ctl, struct apart *apart)
{
	(void)apart;
	ctl->about = "bob";
	ctl->why = "is not welcome";
	return V_INVALID;
}

static int
leave(struct ctl *ctl, struct apart *apart)
{
	(void)ctl, (void)apart;
	_exit(1);
}

static int
crash(struct ctl *ctl, struct apart *apart)
{
	const struct rlimit no_core = { 0, 0 };

	(void)ctl, (void)apart;
	setrlimit(RLIMIT_CORE, &no_core);
	signal(SIGBUS, SIG_DFL);
	return raise(SIGBUS);
}

static int
be_killed(struct ctl *ctl, struct apart *apart)
{
	(void)ctl, (void)apart;
	return raise(SIGKILL);
}

static int
lose_the_reader(struct ctl *ctl, struct apart *apart)
{
	(void)ctl, (void)apart;
	signal(SIGPIPE, SIG_DFL);
	return raise(SIGPIPE);
}

static const struct {
	const char *row;
	int (*work)(struct ctl *ctl, struct apart *apart);
	int want;
	const char *why;
} t[] = {
	{ "succeeds",            succeed,         0,         "" },
	{ "refuses",             refuse,          V_INVALID, "is not welcome" },
	{ "exits by itself",     leave,           -EIO,      "ended before it was done" },
	{ "crashes",             crash,           -EBADMSG,  "the database is so damaged" },
	{ "is killed",           be_killed,       -EINTR,    "was interrupted" },
	{ "its reader leaves",   lose_the_reader, -EPIPE,    "" },
};

static void
test_ends(void)
{
	for (size_t i = 0; i < NELEM(t); i++) {
		struct apart *apart = apart_new(sizeof *apart);
		struct ctl ctl = { .about = "backup.mdb" };

		EXPECT_INT(t[i].row, apart_run(&ctl, apart, t[i].work, NULL), t[i].want);
		EXPECT_INT(t[i].row, strncmp(ctl.why ? ctl.why : "", t[i].why,
		    *t[i].why ? strlen(t[i].why) : 1), 0);
	}
}

static CU_TestInfo tests[] = {
	{ "each end has its result and reason", test_ends },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("ctl/apart", tests);
