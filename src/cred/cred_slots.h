// SPDX-License-Identifier: ISC
/* cred/cred_slots.h - the table of places where credentials may be sent. */
#ifndef CRED_CRED_SLOTS_H
#define CRED_CRED_SLOTS_H

#include <stddef.h>

#include "base/arena.h"
#include "conf/conf.h"
#include "cred/provider.h"
#include "cred/scheme.h"

/* A place where a credential may be sent. */
struct cred_slot {
	const struct scheme *scheme;
	const struct provider *provider;
	enum place place;
	const char *name;
	const char *prefix;		/* the auth-scheme of an Authorization header; or NULL */
	enum shape shape;
};

/* The places of our own schemes, and three for each provider. */
#define CRED_SLOTS_MAX (11 + 3 * PROVIDERS_MAX)

/* The enabled places. */
struct cred_slots {
	struct cred_slot *at;		/* in the order of API 2.1 */
	size_t count;
	const char **headers;		/* the CGI names of all slots in headers, once each */
	size_t header_count;
};

/* All in mem; -ENOMEM. */
int cred_slots_make(struct cred_slots *slots, struct arena *mem, const struct conf *conf,
    const struct providers *providers);

#define CRED_METHODS_MAX 16

/* The names of the enabled schemes for GET /rest/settings (API 8); returns how many. */
size_t cred_methods(const struct conf *conf, const char *names[CRED_METHODS_MAX]);

#endif
