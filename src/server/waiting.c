// SPDX-License-Identifier: ISC
/* server/waiting.c - connections whose requests wait, and the worker's sleep. */
#include "server/waiting.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/verdict.h"

static int
watch(const struct waiting *w, int fd, uint32_t events, void *what)
{
	struct epoll_event event = { .events = events, .data.ptr = what };

	return epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 :
	    log_fault(-errno, "epoll_ctl");
}

int
waiting_open_door(struct waiting *w)
{
	int r = 0;

	/* exclusive: one connection wakes one worker, not all that are idle */
	if (!w->is_door_open)
		r = watch(w, w->listen_fd, EPOLLIN | EPOLLEXCLUSIVE, NULL);
	w->is_door_open = !r;
	return r;
}

void
waiting_close_door(struct waiting *w)
{
	if (w->is_door_open)
		epoll_ctl(w->epoll_fd, EPOLL_CTL_DEL, w->listen_fd, NULL);
	w->is_door_open = false;
}

int
waiting_open(struct waiting *w, int listen_fd, int due_fd)
{
	int r;

	w->listen_fd = listen_fd;
	w->is_door_open = false;
	w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll_fd < 0)
		return log_fault(-errno, "epoll_create1");
	r = waiting_open_door(w);
	/* edge-triggered: each write is an event, and need not be read */
	if (!r && due_fd >= 0)
		r = watch(w, due_fd, EPOLLIN | EPOLLET, NULL);
	return r;
}

void
waiting_close(struct waiting *w)
{
	if (w->epoll_fd >= 0)
		close(w->epoll_fd);
	fcgi_free(&w->next);
	*w = WAITING_NONE;
}

/* --- serving ---------------------------------------------------------------- */

/*
 * Only the end of the peer is of interest: its request has been read.  It is told once, as it
 * would end each sleep until the request has been given up.
 */
static void
keep(struct waiting *w)
{
	struct exchange *x = w->next;

	/* unwatched it is held all the same, and answered in its time */
	watch(w, fcgi_fd(x), EPOLLONESHOT, x);
	w->list[w->count++] = (struct held){ .x = x };
	w->next = NULL;
}

int
waiting_serve(struct waiting *w, const struct service *service, int fd)
{
	if (!w->next)
		w->next = fcgi_new();
	if (!w->next) {
		close(fd);
		return log_fault(-ENOMEM, "a connection");
	}
	if (fcgi_serve(service, w->next, fd, w->count < WAITING_MAX) == V_WAITING)
		keep(w);
	return 0;
}

/* Is it finished?  What libfcgi closes leaves the epoll set automatically. */
static bool
go_on(const struct service *service, const struct held *h)
{
	if (h->gone && fcgi_abandon(service, h->x) == 0)
		return true;
	return fcgi_is_due(service, h->x) && fcgi_resume(service, h->x) != V_WAITING;
}

void
waiting_resume(struct waiting *w, const struct service *service)
{
	size_t left = 0;

	service_look(service);
	for (size_t i = 0; i < w->count; i++) {
		if (go_on(service, &w->list[i]))
			fcgi_free(&w->list[i].x);
		else
			w->list[left++] = w->list[i];
	}
	w->count = left;
}

/* --- sleeping --------------------------------------------------------------------- */

static void
note_gone(struct waiting *w, const struct exchange *x)
{
	for (size_t i = 0; i < w->count; i++) {
		if (w->list[i].x == x)
			w->list[i].gone = true;
	}
}

static int
least(int a, int b)
{
	return a < b ? a : b;
}

bool
waiting_sleep(struct waiting *w, const struct service *service, int most_ms)
{
	struct epoll_event events[16];
	int limit_ms = least(most_ms, service_due_ms(service)), count;
	sigset_t none;

	sigemptyset(&none);
	count = epoll_pwait(w->epoll_fd, events, NELEM(events), limit_ms == INT_MAX ? -1 : limit_ms,
	    &none);
	for (int i = 0; i < count; i++) {
		if (events[i].data.ptr && events[i].events & (EPOLLHUP | EPOLLERR))
			note_gone(w, events[i].data.ptr);
	}
	return count != 0;
}
