// SPDX-License-Identifier: ISC
/* store/sql/sql_probe.c - asks for the first words of a server, without waiting long. */
#include "store/sql/sql_probe.h"

#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/descriptors.h"
#include "base/guard.h"
#include "base/text.h"

#define PROBE_MS 100

/* A connection that cannot be made ends the wait, too. */
static bool
speaks_at(int family, const struct sockaddr *at, socklen_t len)
{
	GUARD(fd_close) int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char word;

	if (fd < 0)
		return false;
	/* whether that is under way or has failed is seen by what follows */
	(void)!connect(fd, at, len);
	return poll(&wait, 1, PROBE_MS) == 1 && recv(fd, &word, 1, MSG_PEEK) == 1;
}

static bool
speaks_locally(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	return text_copy(at.sun_path, sizeof at.sun_path, path) == 0 &&
	    speaks_at(AF_UNIX, (const struct sockaddr *)&at, sizeof at);
}

static void
addresses_drop(struct addrinfo **addresses)
{
	if (*addresses)
		freeaddrinfo(*addresses);
}

bool
sql_host_speaks(const char *name, unsigned port)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	GUARD(addresses_drop) struct addrinfo *addresses = NULL;
	char service[16];

	if (!port)
		return speaks_locally(name);
	snprintf(service, sizeof service, "%u", port);
	if (getaddrinfo(name, service, &hints, &addresses))
		return false;
	for (const struct addrinfo *a = addresses; a; a = a->ai_next) {
		if (speaks_at(a->ai_family, a->ai_addr, a->ai_addrlen))
			return true;
	}
	return false;
}
