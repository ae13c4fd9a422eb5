// SPDX-License-Identifier: ISC
/*
 * server/listen.h - the socket that the web server talks to.
 *
 * Our own is a unix socket of mode 0660 that appears under its name only when
 * it already listens.  FCGX_OpenSocket is not used: it removes whatever file
 * is at the path.
 */
#ifndef SERVER_LISTEN_H
#define SERVER_LISTEN_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/un.h>

struct listener {
	int fd;
	struct sockaddr_un name;
	dev_t dev;			/* with ino: which file is ours */
	ino_t ino;
};

/*
 * Listens at path, non-blocking; a socket that nobody answers is replaced.
 * -errno with a line in the log: -EADDRINUSE somebody does answer, -EEXIST a
 * file that is no socket (left alone), -ENAMETOOLONG over 107 bytes.
 */
int listen_open(struct listener *out, const char *path);

/* Closes it, and removes the name unless another process took it meanwhile. */
void listen_close(struct listener *l);

/* Is fd a listening socket that our parent left us? */
bool listen_inherited(int fd);

#endif
