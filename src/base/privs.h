// SPDX-License-Identifier: ISC
/*
 * base/privs.h - the user that a process runs as, and its restrictions.
 */
#ifndef BASE_PRIVS_H
#define BASE_PRIVS_H

#include <stdbool.h>
#include <sys/types.h>

struct privs {
	char user[256];			/* for its supplementary groups; "": none */
	uid_t uid;			/* (uid_t)-1: no change */
	gid_t gid;			/* likewise */
	gid_t own_gid;			/* the user's own group, beside gid */
};

/* Prevents core dumps, and gaining privileges by exec.  -errno, logged. */
int privs_harden(void);

/* The user and group of these names, "" for no change.  -EINVAL, logged: there is none. */
int privs_find(struct privs *privs, const char *user, const char *group);

/* The user with this uid, and the group gid. */
int privs_of(struct privs *privs, uid_t uid, gid_t gid);

/* Are we root with a user or group to change to? */
bool privs_due(const struct privs *privs);

/*
 * Becomes them for good, with the supplementary groups of the user.  -EPERM,
 * logged: we are neither root nor them already.
 */
int privs_drop(const struct privs *privs);

#endif
