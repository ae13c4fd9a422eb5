// SPDX-License-Identifier: ISC
/*
 * tests/e2e/crowd.c - connects to a unix socket until it accepts no more
 * connections, prints how many that were, and holds them until its input ends.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/descriptors.h"

#define MOST 4000

static int
enter(const struct sockaddr_un *name)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	return connect(fd, (const struct sockaddr *)name, sizeof *name) == 0 ? 0 : -errno;
}

int
main(int argc, char **argv)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int count = 0, r = 0;
	char byte;

	if (descriptors_fill())
		return 99;
	if (argc != 2 || strlen(argv[1]) >= sizeof name.sun_path)
		return 2;
	strcpy(name.sun_path, argv[1]);
	while (count < MOST && (r = enter(&name)) == 0)
		count++;
	printf("%d %s\n", count, strerror(-r));
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
