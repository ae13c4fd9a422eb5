// SPDX-License-Identifier: ISC
/*
 * ctl/feeder.h - reads files in a child process, with the rights of the caller, for a
 * command that becomes the user of the service.
 */
#ifndef CTL_FEEDER_H
#define CTL_FEEDER_H

#include <stddef.h>
#include <sys/types.h>

#define FEEDER_PIECE 32768

struct feeder {
	int fd;
	pid_t child;
};

/* What comes next. */
struct feeder_piece {
	size_t file;			/* its number among the names */
	int r;				/* -errno: it cannot be read, or no further */
	size_t len;			/* 0: it ends here */
	char bytes[FEEDER_PIECE];
};

/* Starts to read the files of those names, up to NULL; "-" is standard input.  -errno. */
int feeder_open(struct feeder *feeder, char *const *names);

/* 1 and a piece; 0 at the end of all files; -errno. */
int feeder_next(struct feeder *feeder, struct feeder_piece *piece);

/* Ends the child, wherever it is; for GUARD. */
void feeder_close(struct feeder *feeder);

#endif
