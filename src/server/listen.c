// SPDX-License-Identifier: ISC
/* server/listen.c - the socket that the web server talks to. */
#include "server/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/endpoint.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"
#include "server/owner_lock.h"

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
		return log_fault(-ENAMETOOLONG, "cannot listen on %s: the path is over %zu bytes",
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
		return log_fault(-ENAMETOOLONG, "cannot listen on %s: its directory leaves no room"
		    " for a temporary name", path);
	return 0;
}

/* -EADDRINUSE if a process answers at name. */
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
		return log_fault(-EADDRINUSE, "cannot listen on %s: already running",
		    name->sun_path);
	if (errno == ECONNREFUSED || errno == ENOENT)
		return 0;
	return log_fault(-errno, "cannot check who listens on %s", name->sun_path);
}

/*
 * May name be replaced?  Only if it is a socket on which no process answers, or whose
 * owner is known to be dead: then it is one of his workers that does.
 */
static int
check_free(const struct sockaddr_un *name, bool is_dead)
{
	struct stat st;

	if (lstat(name->sun_path, &st) != 0) {
		if (errno == ENOENT)
			return 0;
		return log_fault(-errno, "cannot listen on %s", name->sun_path);
	}
	if (!S_ISSOCK(st.st_mode))
		return log_fault(-EEXIST, "cannot listen on %s: it is not a socket",
		    name->sun_path);
	return is_dead ? 0 : check_silent(name);
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
		return log_fault(-errno, "cannot listen on %s", path);
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

	if (!owner || (owner->uid == (uid_t)-1 && owner->gid == (gid_t)-1))
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
	r = log_fault(-errno, "cannot listen on %s", l->name.sun_path);
	unlink(temporary->sun_path);
	return r;
}

/* --- TCP ------------------------------------------------------------------------------ */

static bool
is_endpoint(const char *where)
{
	return where[0] != '/' && strchr(where, ':');
}

static int
check_loopback(const struct endpoint *endpoint, const char *shown)
{
	if (endpoint_is_loopback(endpoint))
		return 0;
	return log_fault(-EPERM, "cannot listen on %s: other machines could reach it, and a"
	    " client that reaches the service can claim to be any user", shown);
}

static void
warn_of_users(const char *shown)
{
	log_info("every user of this machine can connect to %s, and claim any address and TLS",
	    shown);
}

/* Its name shows where it is, and is no file. */
static void
show(struct listener *l, const struct endpoint *endpoint)
{
	char shown[ENDPOINT_TEXT_SIZE];

	l->name = (struct sockaddr_un){ .sun_family = AF_UNSPEC };
	text_copy(l->name.sun_path, sizeof l->name.sun_path, endpoint_text(shown, endpoint));
}

static int
open_endpoint(struct listener *out, const char *where)
{
	GUARD(fd_close) int fd = -1;
	struct listener l = { .fd = -1, .lock_fd = -1 };
	struct endpoint endpoint;
	const int yes = 1;
	int r;

	if (endpoint_parse(where, &endpoint))
		return log_fault(-EINVAL, "cannot listen on %s: neither a path, nor an address with"
		    " a port such as 127.0.0.1:9000", where);
	r = check_loopback(&endpoint, where);
	if (r)
		return r;
	fd = socket(endpoint.name.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return log_fault(-errno, "socket");
	/* connections that a former process closed do not hold the port */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
	    bind(fd, &endpoint.name.any, endpoint.len) != 0 || listen(fd, BACKLOG) != 0)
		return log_fault(-errno, "cannot listen on %s", where);
	warn_of_users(where);
	show(&l, &endpoint);
	l.fd = fd;
	fd = -1;
	*out = l;
	return 0;
}

/* A socket that others made: where is it? */
static int
look_at(int fd, struct listener *l)
{
	union {
		struct endpoint endpoint;
		struct sockaddr_un path;
	} name = { .endpoint.len = 0 };
	socklen_t len = sizeof name;
	char shown[ENDPOINT_TEXT_SIZE];

	if (getsockname(fd, (struct sockaddr *)&name, &len) != 0)
		return log_fault(-errno, "descriptor %d", fd);
	if (name.path.sun_family == AF_UNIX) {
		l->name = name.path;
		/* there may be no name, and after the longest no NUL */
		if (len <= offsetof(struct sockaddr_un, sun_path))
			l->name.sun_path[0] = '\0';
		l->name.sun_path[sizeof l->name.sun_path - 1] = '\0';
		return 0;
	}
	endpoint_text(shown, &name.endpoint);
	if (check_loopback(&name.endpoint, shown))
		return -EPERM;
	warn_of_users(shown);
	show(l, &name.endpoint);
	return 0;
}

/* --- either --------------------------------------------------------------------------- */

/* A new socket under the name of l, for its owner. */
static int
make_socket(struct listener *l, bool is_dead, const struct owner *owner)
{
	GUARD(fd_close) int fd = -1;
	const char *path = l->name.sun_path;
	struct sockaddr_un temporary;
	int r;

	r = name_temporary(&temporary, path);
	if (!r)
		r = check_free(&l->name, is_dead);
	if (!r)
		r = check_free(&temporary, false);
	if (!r)
		r = socket_new(&fd);
	if (!r)
		r = bind_at(fd, &temporary, path);
	if (!r)
		r = give(&temporary, owner);
	if (!r)
		r = announce(l, &temporary);
	if (r)
		return r;
	l->fd = fd;
	fd = -1;
	return 0;
}

int
listen_open(struct listener *out, const char *path, const struct owner *owner)
{
	GUARD(fd_close) int lock_fd = -1;
	struct listener l = { .fd = -1, .lock_fd = -1 };
	bool known = false;
	int r;

	if (is_endpoint(path))
		return open_endpoint(out, path);
	r = name_final(&l.name, path);
	if (!r)
		r = owner_lock_take(path, &lock_fd, &known);
	if (!r)
		r = make_socket(&l, known, owner);
	if (r)
		return r;
	l.lock_fd = lock_fd;
	lock_fd = -1;
	*out = l;
	return 0;
}

bool
listen_is_there(const struct listener *l)
{
	struct stat st;

	return !l->ino || (lstat(l->name.sun_path, &st) == 0 && st.st_dev == l->dev &&
	    st.st_ino == l->ino);
}

int
listen_again(struct listener *l)
{
	GUARD(fd_close) int lock_fd = -1;
	struct listener fresh = *l;
	bool known = true;
	int r = 0;

	if (!owner_lock_is_there(l->name.sun_path, l->lock_fd))
		r = owner_lock_take(l->name.sun_path, &lock_fd, &known);
	if (!r)
		r = make_socket(&fresh, false, NULL);
	if (r)
		return r;
	if (lock_fd >= 0) {
		fd_close(&fresh.lock_fd);
		fresh.lock_fd = lock_fd;
		lock_fd = -1;
	}
	*l = fresh;
	return 0;
}

void
listen_close(struct listener *l)
{
	if (l->fd < 0)
		return;
	if (l->ino && listen_is_there(l))
		unlink(l->name.sun_path);
	close(l->fd);
	fd_close(&l->lock_fd);
	l->fd = l->lock_fd = -1;
}

int
listen_adopt(struct listener *out, int fd)
{
	struct listener l = { .fd = fd, .lock_fd = -1 };
	int flags = fcntl(fd, F_GETFL);
	int r;

	if (!listen_inherited(fd))
		return log_fault(-ENOTSOCK, "descriptor %d is not a listening socket", fd);
	r = look_at(fd, &l);
	if (r)
		return r;
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return log_fault(-errno, "descriptor %d", fd);
	*out = l;
	return 0;
}

int
listen_systemd_fd(void)
{
	const char *pid = getenv("LISTEN_PID");

	return pid && getenv("LISTEN_FDS") && strtoll(pid, NULL, 10) == getpid() ? SYSTEMD_FD : -1;
}

int
listen_from_systemd(struct listener *out)
{
	const char *fds = getenv("LISTEN_FDS");
	int r = V_NOT_FOUND;

	if (listen_systemd_fd() >= 0) {
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
