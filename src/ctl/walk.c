// SPDX-License-Identifier: ISC
/* ctl/walk.c - every record of a kind, for a command. */
#include "ctl/walk.h"

#include "auth/pages.h"

struct walk {
	struct ctl *ctl;
	walk_visit *visit;
	void *arg;
};

static int
visit_one(const void *record, void *arg)
{
	const struct walk *w = arg;

	return w->visit(w->ctl, record, w->arg);
}

int
walk_users(struct ctl *ctl, uint64_t limit, walk_visit *visit, void *arg)
{
	return pages_users(ctl->auth, limit, visit_one, &(struct walk){ ctl, visit, arg });
}

int
walk_accounts(struct ctl *ctl, uint64_t limit, walk_visit *visit, void *arg)
{
	return pages_accounts(ctl->auth, limit, visit_one, &(struct walk){ ctl, visit, arg });
}

int
walk_sessions(struct ctl *ctl, const struct uuid *user, walk_visit *visit, void *arg)
{
	return pages_sessions(ctl->auth, user, ctl->now_ms, visit_one,
	    &(struct walk){ ctl, visit, arg });
}

int
walk_domain_tokens(struct ctl *ctl, const char *domain, walk_visit *visit, void *arg)
{
	return pages_domain_tokens(ctl->auth, domain, 0, visit_one,
	    &(struct walk){ ctl, visit, arg });
}
