// SPDX-License-Identifier: ISC
/*
 * server/privs.h - as whom the service runs, and what no process of it may do.
 */
#ifndef SERVER_PRIVS_H
#define SERVER_PRIVS_H

#include <stdbool.h>
#include <sys/types.h>

#include "conf/conf.h"

struct privs {
	const char *user;		/* NULL: stay as we are */
	uid_t uid;			/* (uid_t)-1: stay as we are */
	gid_t gid;			/* likewise */
	gid_t own_gid;			/* the user's own group, beside gid */
};

/* No program we might execute gains rights, and our memory gets into no file.  -errno, logged. */
int privs_harden(void);

/* The user and group that conf names.  -EINVAL, logged: there is no such. */
int privs_find(struct privs *privs, const struct conf *conf);

/* Are we root, and not to stay so? */
bool privs_due(const struct privs *privs);

/*
 * Becomes them for good, with the supplementary groups of the user.  -EPERM,
 * logged: we are neither root nor them already.
 */
int privs_drop(const struct privs *privs);

#endif
