// SPDX-License-Identifier: ISC
/* ctl/walk.c - every record of a kind, page by page. */
#include "ctl/walk.h"

#include "auth/account.h"
#include "auth/domain_token.h"
#include "auth/session.h"
#include "auth/token.h"
#include "auth/user.h"
#include "base/verdict.h"

#define PAGE 200

struct page {
	struct arena mem;
	const void *records;
	size_t count;
};

struct walk {
	struct ctl *ctl;
	const struct record_kind *kind;
	int (*read)(const struct walk *w, const struct uuid *after, size_t limit,
	    struct page *page);
	const struct uuid *owner;	/* of tokens */
	const char *domain;		/* of domain tokens; NULL: any */
	uint64_t limit;
	walk_visit *visit;
	void *arg;
};

static int
read_users(const struct walk *w, const struct uuid *after, size_t limit, struct page *page)
{
	struct user *users = NULL;
	int r;

	r = user_list(w->ctl->auth, &page->mem, after, limit, &users, &page->count);
	page->records = users;
	return r;
}

static int
read_accounts(const struct walk *w, const struct uuid *after, size_t limit, struct page *page)
{
	struct account *accounts = NULL;
	int r;

	r = account_list(w->ctl->auth, &page->mem, after, limit, &accounts, &page->count);
	page->records = accounts;
	return r;
}

static int
read_tokens(const struct walk *w, const struct uuid *after, size_t limit, struct page *page)
{
	const struct identity who = { .user.id = *w->owner };
	struct token *tokens = NULL;
	int r;

	r = token_list(w->ctl->auth, &page->mem, &who, after, limit, w->ctl->now_ms,
	    &tokens, &page->count);
	page->records = tokens;
	return r == V_NOT_FOUND ? V_CHANGED : r;
}

static int
read_sessions(const struct walk *w, const struct uuid *after, size_t limit, struct page *page)
{
	struct token *sessions = NULL;
	int r;

	r = session_list(w->ctl->auth, &page->mem, w->owner, after, limit,
	    w->ctl->now_ms, &sessions, &page->count);
	page->records = sessions;
	return r == V_NOT_FOUND ? V_CHANGED : r;
}

static int
read_domain_tokens(const struct walk *w, const struct uuid *after, size_t limit,
    struct page *page)
{
	struct domain_token *tokens = NULL;
	int r;

	r = domain_tokens_list(w->ctl->auth, &page->mem, w->domain, after, limit, 0, &tokens,
	    &page->count);
	page->records = tokens;
	return r == V_NOT_FOUND ? V_CHANGED : r;
}

static int
visit_page(const struct walk *w, const struct page *page, struct uuid *last)
{
	size_t id = w->kind->fields[field_index(w->kind, "uuid")].offset;
	int r;

	for (size_t i = 0; i < page->count; i++) {
		const char *record = (const char *)page->records + i * w->kind->size;

		r = w->visit(w->ctl, record, w->arg);
		if (r)
			return r;
		*last = *(const struct uuid *)(const void *)(record + id);
	}
	return 0;
}

static int
walk_pages(const struct walk *w, struct page *page)
{
	const struct uuid *after = NULL;
	uint64_t left = w->limit;
	struct uuid last;
	size_t size;
	int r;

	do {
		size = left < PAGE ? (size_t)left : PAGE;
		arena_wipe(&page->mem);
		r = w->read(w, after, size, page);
		if (r)
			return r;
		r = visit_page(w, page, &last);
		if (r)
			return r;
		after = &last;
		left -= page->count;
	} while (page->count == size && left);
	return 0;
}

static int
walk(const struct walk *w)
{
	struct page page = { .count = 0 };
	int r;

	arena_init(&page.mem, 0);
	r = walk_pages(w, &page);
	arena_free(&page.mem);
	return r;
}

int
walk_users(struct ctl *ctl, uint64_t limit, walk_visit *visit, void *arg)
{
	return walk(&(struct walk){ .ctl = ctl, .kind = &user_kind, .read = read_users,
	    .limit = limit, .visit = visit, .arg = arg });
}

int
walk_accounts(struct ctl *ctl, uint64_t limit, walk_visit *visit, void *arg)
{
	return walk(&(struct walk){ .ctl = ctl, .kind = &account_kind, .read = read_accounts,
	    .limit = limit, .visit = visit, .arg = arg });
}

int
walk_tokens(struct ctl *ctl, const struct uuid *user, walk_visit *visit, void *arg)
{
	return walk(&(struct walk){ .ctl = ctl, .kind = &token_kind, .read = read_tokens,
	    .owner = user, .limit = UINT64_MAX, .visit = visit, .arg = arg });
}

int
walk_sessions(struct ctl *ctl, const struct uuid *user, walk_visit *visit, void *arg)
{
	return walk(&(struct walk){ .ctl = ctl, .kind = &token_kind, .read = read_sessions,
	    .owner = user, .limit = UINT64_MAX, .visit = visit, .arg = arg });
}

int
walk_domain_tokens(struct ctl *ctl, const char *domain, walk_visit *visit, void *arg)
{
	return walk(&(struct walk){ .ctl = ctl, .kind = &domain_token_kind,
	    .read = read_domain_tokens, .domain = domain, .limit = UINT64_MAX, .visit = visit,
	    .arg = arg });
}
