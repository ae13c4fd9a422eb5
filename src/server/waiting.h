// SPDX-License-Identifier: ISC
/*
 * server/waiting.h - connections whose requests wait, while the worker serves others;
 * and the sleep of an idle worker.
 */
#ifndef SERVER_WAITING_H
#define SERVER_WAITING_H

#include <stdbool.h>
#include <stddef.h>

#include "server/fcgi.h"

/* More than auth/checks.h and cred/provider.h let wait in one process; beyond it, none may. */
#define WAITING_MAX 1280

struct waiting {
	int listen_fd, epoll_fd;
	bool is_door_open;		/* connections end the sleep */
	struct exchange *next;		/* for the next connection; NULL: allocate it */
	struct held {
		struct exchange *x;
		bool gone;		/* its peer has gone */
	} list[WAITING_MAX];		/* in the order of their arrival */
	size_t count;
};

#define WAITING_NONE ((struct waiting){ .listen_fd = -1, .epoll_fd = -1 })

/* due_fd: readable when a login may be due; -1 for none.  -errno, logged. */
int waiting_open(struct waiting *w, int listen_fd, int due_fd);
void waiting_close(struct waiting *w);

/* Serves connection fd, or keeps it until it is due.  -ENOMEM: it is closed. */
int waiting_serve(struct waiting *w, const struct service *service, int fd);

/* Continues those that are due, and gives up those whose peers have gone. */
void waiting_resume(struct waiting *w, const struct service *service);

/*
 * Sleeps until a connection or a signal to leave arrives, a login may be due, a
 * peer has gone, or most_ms (INT_MAX: no limit) are over.  False: only time has passed.
 */
bool waiting_sleep(struct waiting *w, const struct service *service, int most_ms);

/* Does a connection end the sleep?  At first it does.  Opening: -errno, logged. */
int waiting_open_door(struct waiting *w);
void waiting_close_door(struct waiting *w);

#endif
