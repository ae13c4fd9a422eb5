// SPDX-License-Identifier: ISC
/*
 * tests/contract/lossy.h - something between a store and its MariaDB server that loses
 * the answers to commits.
 */
#ifndef TESTS_CONTRACT_LOSSY_H
#define TESTS_CONTRACT_LOSSY_H

#include <stdbool.h>

enum lossy {
	LOSSY_NOT,
	LOSSY_ANSWER,			/* the server commits, and the connection ends */
	LOSSY_COMMIT,			/* the connection ends before the server knows */
	LOSSY_LATE,			/* the connection ends at once, and the server commits later */
	/* as LOSSY_ANSWER and LOSSY_COMMIT, and there is no server until the next lossy_next */
	LOSSY_ANSWER_AND_SERVER,
	LOSSY_COMMIT_AND_SERVER
};

/* Starts it, before the socket of a server; the path of its own socket.  Ends with the program. */
const char *lossy_start(const char *server);

/* What becomes of the next commit, once. */
void lossy_next(enum lossy what);

/* How many it has lost. */
unsigned lossy_count(void);

#endif
