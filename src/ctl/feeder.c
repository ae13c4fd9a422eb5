// SPDX-License-Identifier: ISC
/* ctl/feeder.c - files that a child process reads and sends through a pipe. */
#include "ctl/feeder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/guard.h"

/* In front of the bytes of each piece. */
struct head {
	size_t file, len;
	int r;
};

static int
send_piece(int out, size_t file, int r, const char *bytes, size_t len)
{
	struct head head;

	memset(&head, 0, sizeof head);
	head.file = file;
	head.len = len;
	head.r = r;
	r = descriptors_write(out, &head, sizeof head);
	return r ? r : descriptors_write(out, bytes, len);
}

static ssize_t
read_some(int fd, void *bytes, size_t size)
{
	ssize_t got;

	do
		got = read(fd, bytes, size);
	while (got < 0 && errno == EINTR);
	return got;
}

static int
send_file(int out, size_t file, const char *name)
{
	GUARD(fd_close) int fd = -1;
	static char bytes[FEEDER_PIECE];
	bool is_stdin = strcmp(name, "-") == 0;
	ssize_t got;
	int r = 0;

	fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) :
	    open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return send_piece(out, file, -errno, "", 0);
	do {
		got = read_some(fd, bytes, sizeof bytes);
		r = got < 0 ? send_piece(out, file, -errno, "", 0) :
		    send_piece(out, file, 0, bytes, (size_t)got);
	} while (!r && got > 0);
	return r;
}

static void
be_child(int out, char *const *names)
{
	int r = 0;

	for (size_t i = 0; !r && names[i]; i++)
		r = send_file(out, i, names[i]);
	_exit(r ? EXIT_FAILURE : EXIT_SUCCESS);
}

int
feeder_open(struct feeder *feeder, char *const *names)
{
	int ends[2];

	feeder->fd = -1;
	feeder->child = -1;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -errno;
	feeder->child = fork();
	if (feeder->child == 0) {
		close(ends[0]);
		be_child(ends[1], names);
	}
	close(ends[1]);
	feeder->fd = ends[0];
	return feeder->child < 0 ? -errno : 0;
}

/* All size bytes.  0 at the end; -EPIPE if that comes in between. */
static int
read_all(int fd, void *bytes, size_t size)
{
	size_t len = 0;
	ssize_t got;

	while (len < size) {
		got = read_some(fd, (char *)bytes + len, size - len);
		if (got < 0)
			return -errno;
		if (got == 0)
			return len ? -EPIPE : 0;
		len += (size_t)got;
	}
	return 1;
}

/* The end of the pipe is the end of the files only if the child says so. */
static int
end(struct feeder *feeder)
{
	pid_t child = feeder->child;
	int status;

	feeder->child = -1;
	if (waitpid(child, &status, 0) != child)
		return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS ? 0 : -EPIPE;
}

int
feeder_next(struct feeder *feeder, struct feeder_piece *piece)
{
	struct head head;
	int r;

	r = read_all(feeder->fd, &head, sizeof head);
	if (r <= 0)
		return r ? r : end(feeder);
	piece->file = head.file;
	piece->r = head.r;
	piece->len = head.len;
	r = head.len ? read_all(feeder->fd, piece->bytes, head.len) : 1;
	return r ? r : -EPIPE;
}

void
feeder_close(struct feeder *feeder)
{
	if (feeder->fd >= 0)
		close(feeder->fd);
	if (feeder->child > 0) {
		kill(feeder->child, SIGKILL);
		waitpid(feeder->child, NULL, 0);
	}
	feeder->fd = feeder->child = -1;
}
