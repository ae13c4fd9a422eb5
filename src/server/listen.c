// SPDX-License-Identifier: ISC
/* server/listen.c - the socket that the web server talks to. */
#include "server/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"

#define BACKLOG 1024

/* sd_listen_fds(3): the first descriptor that it passes. */
#define SYSTEMD_FD 3

static int
socket_new(int *fd)
{
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return *fd < 0 ? log_fault(-errno, "socket") : 0;
}

static int
name_final(struct sockaddr_un *out, const char *path)
{
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (text_copy(out->sun_path, sizeof out->sun_path, path))
		return log_fault(-ENAMETOOLONG, "cannot listen at %s: the path is over %zu bytes",
		    path, sizeof out->sun_path - 1);
	return 0;
}

/* A name of this process in the directory of path. */
static int
name_temporary(struct sockaddr_un *out, const char *path)
{
	const char *slash = strrchr(path, '/');
	int dir_len = slash ? (int)(slash + 1 - path) : 0;
	int len;

	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	len = snprintf(out->sun_path, sizeof out->sun_path, "%.*s.%d", dir_len, path,
	    (int)getpid());
	if (len < 0 || (size_t)len >= sizeof out->sun_path)
		return log_fault(-ENAMETOOLONG, "cannot listen at %s: its directory leaves no room"
		    " for a temporary name", path);
	return 0;
}

/* -EADDRINUSE if somebody answers at name. */
static int
check_silent(const struct sockaddr_un *name)
{
	GUARD(fd_close) int fd = -1;
	int r;

	r = socket_new(&fd);
	if (r)
		return r;
	/* EAGAIN: its backlog is full, so it is very much alive */
	if (connect(fd, (const struct sockaddr *)name, sizeof *name) == 0 || errno == EAGAIN)
		return log_fault(-EADDRINUSE, "cannot listen at %s: already running",
		    name->sun_path);
	if (errno == ECONNREFUSED || errno == ENOENT)
		return 0;
	return log_fault(-errno, "cannot tell who listens at %s", name->sun_path);
}

/* May name be made anew?  Only a socket that nobody answers is ever replaced. */
static int
check_free(const struct sockaddr_un *name)
{
	struct stat st;

	if (lstat(name->sun_path, &st) != 0) {
		if (errno == ENOENT)
			return 0;
		return log_fault(-errno, "cannot listen at %s", name->sun_path);
	}
	if (!S_ISSOCK(st.st_mode))
		return log_fault(-EEXIST, "cannot listen at %s: it is no socket, and left alone",
		    name->sun_path);
	return check_silent(name);
}

/* Binds and listens under a name for path, which owner and group alone may use. */
static int
bind_at(int fd, const struct sockaddr_un *name, const char *path)
{
	mode_t before;
	int r;

	/* left over from a process that died half way here */
	if (unlink(name->sun_path) != 0 && errno != ENOENT)
		return log_fault(-errno, "unlink %s", name->sun_path);
	before = umask(0117);
	r = bind(fd, (const struct sockaddr *)name, sizeof *name);
	umask(before);
	if (r != 0 || listen(fd, BACKLOG) != 0)
		return log_fault(-errno, "cannot listen at %s", path);
	return 0;
}

/*
 * By descriptor, not by name: root must not give away a file that somebody put
 * into the place of the socket.
 */
static int
give(const struct sockaddr_un *name, const struct owner *owner)
{
	GUARD(fd_close) int fd = -1;
	struct stat st;

	if (owner->uid == (uid_t)-1 && owner->gid == (gid_t)-1)
		return 0;
	fd = open(name->sun_path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		return log_fault(-errno, "%s", name->sun_path);
	if (!S_ISSOCK(st.st_mode) || st.st_uid != geteuid())
		return log_fault(-EPERM, "%s is not the socket that was made", name->sun_path);
	if (fchownat(fd, "", owner->uid, owner->gid, AT_EMPTY_PATH) != 0)
		return log_fault(-errno, "chown %s", name->sun_path);
	return 0;
}

/* Gives the socket at temporary its final name, and remembers which file it is. */
static int
announce(struct listener *l, const struct sockaddr_un *temporary)
{
	struct stat st;
	int r;

	if (lstat(temporary->sun_path, &st) == 0 &&
	    rename(temporary->sun_path, l->name.sun_path) == 0) {
		l->dev = st.st_dev;
		l->ino = st.st_ino;
		return 0;
	}
	r = log_fault(-errno, "cannot listen at %s", l->name.sun_path);
	unlink(temporary->sun_path);
	return r;
}

int
listen_open(struct listener *out, const char *path)
{
	static const struct owner ourselves = { (uid_t)-1, (gid_t)-1 };

	return listen_open_for(out, path, &ourselves);
}

int
listen_open_for(struct listener *out, const char *path, const struct owner *owner)
{
	GUARD(fd_close) int fd = -1;
	struct listener l = { .fd = -1 };
	struct sockaddr_un temporary;
	int r;

	r = name_final(&l.name, path);
	if (!r)
		r = name_temporary(&temporary, path);
	if (!r)
		r = check_free(&l.name);
	if (!r)
		r = check_free(&temporary);
	if (!r)
		r = socket_new(&fd);
	if (!r)
		r = bind_at(fd, &temporary, path);
	if (!r)
		r = give(&temporary, owner);
	if (!r)
		r = announce(&l, &temporary);
	if (r)
		return r;
	l.fd = fd;
	fd = -1;
	*out = l;
	return 0;
}

void
listen_close(struct listener *l)
{
	struct stat st;

	if (l->fd < 0)
		return;
	if (l->ino && lstat(l->name.sun_path, &st) == 0 && st.st_dev == l->dev &&
	    st.st_ino == l->ino)
		unlink(l->name.sun_path);
	close(l->fd);
	l->fd = -1;
}

int
listen_adopt(struct listener *out, int fd)
{
	struct listener l = { .fd = fd };
	int flags = fcntl(fd, F_GETFL);

	if (!listen_inherited(fd))
		return log_fault(-ENOTSOCK, "descriptor %d does not listen", fd);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return log_fault(-errno, "descriptor %d", fd);
	*out = l;
	return 0;
}

int
listen_from_systemd(struct listener *out)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	int r = V_NOT_FOUND;

	if (pid && fds && strtoll(pid, NULL, 10) == getpid()) {
		if (strcmp(fds, "1") == 0)
			r = listen_adopt(out, SYSTEMD_FD);
		else
			r = log_fault(-EINVAL, "LISTEN_FDS is %s: one socket is wanted", fds);
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return r;
}

bool
listen_inherited(int fd)
{
	int listening = 0;
	socklen_t len = sizeof listening;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 && listening;
}
