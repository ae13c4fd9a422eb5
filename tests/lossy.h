// SPDX-License-Identifier: ISC
/*
 * tests/lossy.h - something between a store and its MariaDB server that loses commands and
 * answers, or answers with an error.
 */
#ifndef TESTS_LOSSY_H
#define TESTS_LOSSY_H

#include <stdbool.h>

enum lossy {
	LOSSY_NOT,
	LOSSY_ANSWER,			/* the server does it, and the connection ends */
	LOSSY_COMMAND,			/* the connection ends before the server knows */
	LOSSY_LATE,			/* the connection ends at once, and the server does it later */
	LOSSY_HALF,			/* the connection ends within the answer */
	LOSSY_ERROR,			/* the answer is an error, and the server knows nothing */
	LOSSY_END,			/* rows, and then an error in place of their end */
	/* as LOSSY_ANSWER and LOSSY_COMMAND, and there is no server until it is set again */
	LOSSY_ANSWER_AND_SERVER,
	LOSSY_COMMAND_AND_SERVER
};

/* Starts it, before the socket of a server; the path of its own socket.  Ends with the program. */
const char *lossy_start(const char *server);

/* What becomes of the next commit, once. */
void lossy_next(enum lossy what);

/*
 * What becomes of the n-th command from now on, once; the first of a connection is its login.
 * error: the server's number of the error, if there is one.
 */
void lossy_at(unsigned n, enum lossy what, unsigned error);

/* To how many commands it has done so. */
unsigned lossy_count(void);

#endif
