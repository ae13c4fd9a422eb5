// SPDX-License-Identifier: ISC
/* ctl/walk.h - visits every record of a kind (auth/pages.h). */
#ifndef CTL_WALK_H
#define CTL_WALK_H

#include "ctl/ctl.h"

/* Called with each record; anything but 0 ends the walk and is its result. */
typedef int walk_visit(struct ctl *ctl, const void *record, void *arg);

/* At most limit users or accounts, in the order of their uuids. */
int walk_users(struct ctl *ctl, uint64_t limit, walk_visit *visit, void *arg);
int walk_accounts(struct ctl *ctl, uint64_t limit, walk_visit *visit, void *arg);

/* All live ones of a user, oldest first.  V_CHANGED: the last one was removed meanwhile. */
int walk_sessions(struct ctl *ctl, const struct uuid *user, walk_visit *visit, void *arg);

/* All domain tokens of a domain, or of all with NULL, expired ones too: the soonest first. */
int walk_domain_tokens(struct ctl *ctl, const char *domain, walk_visit *visit, void *arg);

#endif
