// SPDX-License-Identifier: ISC
/*
 * server/listen.h - the socket that the web server connects to.
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
	int lock_fd;			/* with a file of ours: who owns it (owner_lock.h); or -1 */
};

/* The owner of the socket; -1 leaves it unchanged. */
struct owner {
	uid_t uid;
	gid_t gid;
};

/*
 * Listens on path, non-blocking, as its only owner; a socket without one is replaced.
 * path may be an endpoint, "127.0.0.1:9000"; an address that is not loopback is
 * -EPERM, what is neither a path nor an endpoint -EINVAL.  -errno with a line in
 * the log: -EADDRINUSE another process owns it, -EEXIST a file that is not a socket (left
 * alone), -ENAMETOOLONG over 107 bytes.  owner: of the socket, which only root can
 * give to others; NULL for the user of the process.
 */
int listen_open(struct listener *out, const char *path, const struct owner *owner);

/*
 * Takes a socket that another program created; its name remains when it is closed.
 * -ENOTSOCK, logged, if fd is not a listening socket; -EPERM, logged, if other
 * machines can reach it.
 */
int listen_adopt(struct listener *out, int fd);

/* The descriptor that systemd passes to this process; -1: none. */
int listen_systemd_fd(void);

/* The socket that systemd passed to this process, by sd_listen_fds(3).  V_NOT_FOUND. */
int listen_from_systemd(struct listener *out);

/* Closes it, and removes the name unless another process has taken it. */
void listen_close(struct listener *l);

/* Is a socket of our own still under its name?  Others always are. */
bool listen_is_there(const struct listener *l);

/*
 * Listens on a new socket under the name of *l, whose own was removed.  The old socket
 * remains open for those who have it, and is the caller's to close.  -errno, logged, and
 * *l is as it was.
 */
int listen_again(struct listener *l);

/* Is fd a listening socket that our parent passed? */
bool listen_inherited(int fd);

#endif
