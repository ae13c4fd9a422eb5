// SPDX-License-Identifier: ISC
/*
 * cred/upstream.h - the only access to the network: GET over HTTPS, with a
 * deadline, a size limit, and neither redirects nor proxies (API 2.8).
 */
#ifndef CRED_UPSTREAM_H
#define CRED_UPSTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define UPSTREAM_BODY_MAX ((size_t)64 * 1024)

struct upstream;
struct upstream_call;

struct upstream_answer {
	long status;			/* of HTTP */
	const char *body;		/* body_len bytes and a NUL, in the arena */
	size_t body_len;
	int64_t max_age_s;		/* from Cache-Control; -1 if absent */
};

/* ca_file, borrowed: "" for the system's.  Call it after fork: connections must not be shared. */
int upstream_open(struct upstream **up, const char *ca_file, int64_t timeout_ms);
void upstream_close(struct upstream **up);

/*
 * 0 for any complete answer, whatever its status.  V_UNAVAILABLE: none in time, a
 * bad certificate, over UPSTREAM_BODY_MAX, or not https; logged with what, a word
 * for the log, and never with the URL, which may contain a secret.
 */
int upstream_get(struct upstream *up, struct arena *mem, const char *what, const char *url,
    struct upstream_answer *answer);

/*
 * The same in a thread.  When upstream_is_done, done_fd, an eventfd, has been or is about
 * to be written, and upstream_end has the result.  -errno: nothing was begun.
 */
int upstream_begin(struct upstream *up, const char *url, int done_fd, struct upstream_call **call);
bool upstream_is_done(const struct upstream_call *call);
int upstream_end(struct upstream *up, struct upstream_call **call, struct arena *mem,
    const char *what, struct upstream_answer *answer);

/* Waits for its end, but not for its result. */
void upstream_drop(struct upstream *up, struct upstream_call **call);

/* text with all but unreserved characters as %XX; NULL if there is no memory. */
const char *upstream_escape(struct arena *mem, const char *text);

#endif
