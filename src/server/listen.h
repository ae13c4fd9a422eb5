// SPDX-License-Identifier: ISC
/*
 * server/listen.h - the socket that the web server talks to.
 *
 * Our own is a unix socket of mode 0660 that appears under its name only when
 * it already listens.  FCGX_OpenSocket is not used: it removes whatever file
 * is at the path.  Or it is a TCP socket on a loopback address, which every user
 * of the machine can connect to.
 */
#ifndef SERVER_LISTEN_H
#define SERVER_LISTEN_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/un.h>

struct listener {
	int fd;
	struct sockaddr_un name;	/* of a TCP socket: how it is shown, and no file */
	dev_t dev;			/* with ino: which file is ours; 0: none is */
	ino_t ino;
};

/* Whose the socket shall be; -1 leaves it as it is made. */
struct owner {
	uid_t uid;
	gid_t gid;
};

/*
 * Listens at path, non-blocking; a socket that nobody answers is replaced.
 * path may be an endpoint, "127.0.0.1:9000"; an address that is not loopback is
 * -EPERM, what is neither a path nor an endpoint -EINVAL.  -errno with a line in
 * the log: -EADDRINUSE somebody does answer, -EEXIST a file that is no socket (left
 * alone), -ENAMETOOLONG over 107 bytes.
 */
int listen_open(struct listener *out, const char *path);

/* The same, for another owner than the process: only root can. */
int listen_open_for(struct listener *out, const char *path, const struct owner *owner);

/*
 * Takes a socket that was made by others, whose name stays when it is closed.
 * -ENOTSOCK, logged, if fd is no listening socket; -EPERM, logged, if others than
 * this machine can reach it.
 */
int listen_adopt(struct listener *out, int fd);

/* The descriptor that systemd passes to this process; -1: none. */
int listen_systemd_fd(void);

/* The one socket that systemd left to this process, by sd_listen_fds(3).  V_NOT_FOUND. */
int listen_from_systemd(struct listener *out);

/* Closes it, and removes the name unless another process took it meanwhile. */
void listen_close(struct listener *l);

/* Is fd a listening socket that our parent left us? */
bool listen_inherited(int fd);

#endif
