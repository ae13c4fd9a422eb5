// SPDX-License-Identifier: ISC
/* auth/pages.c - every record of a kind, page by page. */
#include "auth/pages.h"

#include "base/guard.h"
#include "base/verdict.h"

#define PAGE 200

struct pages {
	struct auth *auth;
	const struct record_kind *kind;
	int (*read)(const struct pages *p, struct arena *mem, const struct uuid *after,
	    size_t limit, const void **records, size_t *count);
	const struct uuid *owner;	/* of tokens */
	const char *domain;		/* of domain tokens; NULL: any */
	int64_t now_ms;
	struct pages_part part;
	uint64_t limit;
	pages_visit *visit;
	void *arg;
};

static int
read_users(const struct pages *p, struct arena *mem, const struct uuid *after, size_t limit,
    const void **records, size_t *count)
{
	struct user *users = NULL;
	int r;

	r = store_user_list(p->auth->store, mem, after, limit, &users, count);
	*records = users;
	return r;
}

static int
read_accounts(const struct pages *p, struct arena *mem, const struct uuid *after, size_t limit,
    const void **records, size_t *count)
{
	struct account *accounts = NULL;
	int r;

	r = store_account_list(p->auth->store, mem, after, limit, &accounts, count);
	*records = accounts;
	return r;
}

static int
read_tokens(const struct pages *p, struct arena *mem, const struct uuid *after, size_t limit,
    const void **records, size_t *count)
{
	struct token *tokens = NULL;
	int r;

	r = store_token_list(p->auth->store, mem, p->owner, after, limit, p->now_ms, &tokens,
	    count);
	*records = tokens;
	return r;
}

static int
read_sessions(const struct pages *p, struct arena *mem, const struct uuid *after, size_t limit,
    const void **records, size_t *count)
{
	struct token *sessions = NULL;
	int r;

	r = store_session_list(p->auth->store, mem, p->owner, after, limit, p->now_ms,
	    &sessions, count);
	*records = sessions;
	return r;
}

static int
read_domain_tokens(const struct pages *p, struct arena *mem, const struct uuid *after,
    size_t limit, const void **records, size_t *count)
{
	struct domain_token *tokens = NULL;
	int r;

	r = store_domain_token_list(p->auth->store, mem, p->domain, after, limit, p->now_ms,
	    &tokens, count);
	*records = tokens;
	return r;
}

static int
visit_page(const struct pages *p, const char *records, size_t count, struct uuid *last)
{
	size_t id = p->kind->fields[field_index(p->kind, "uuid")].offset;
	int r;

	for (size_t i = 0; i < count; i++) {
		const char *record = records + i * p->kind->size;

		r = p->visit(record, p->arg);
		if (r)
			return r;
		*last = *(const struct uuid *)(const void *)(record + id);
	}
	return 0;
}

static int
walk(const struct pages *p)
{
	GUARD(arena_free) struct arena mem;
	size_t page = p->part.page ? p->part.page : PAGE;
	const struct uuid *after = p->part.after;
	uint64_t left = p->limit;
	const void *records;
	struct uuid last;
	size_t size, count;
	int r;

	arena_init(&mem, 0);
	do {
		size = left < page ? (size_t)left : page;
		arena_wipe(&mem);
		r = p->read(p, &mem, after, size, &records, &count);
		if (r == V_NOT_FOUND && after == &last)
			return V_CHANGED;
		if (!r)
			r = visit_page(p, records, count, &last);
		if (r)
			return r == PAGES_ENOUGH ? 0 : r;
		after = &last;
		left -= count;
		/* if few were wanted and none taken, many more may be passed over */
		page = page > PAGE ? page : PAGE;
	} while (count == size && left);
	return 0;
}

int
pages_users(struct auth *auth, uint64_t limit, pages_visit *visit, void *arg)
{
	return walk(&(struct pages){ .auth = auth, .kind = &user_kind, .read = read_users,
	    .limit = limit, .visit = visit, .arg = arg });
}

int
pages_accounts(struct auth *auth, uint64_t limit, pages_visit *visit, void *arg)
{
	return walk(&(struct pages){ .auth = auth, .kind = &account_kind, .read = read_accounts,
	    .limit = limit, .visit = visit, .arg = arg });
}

int
pages_users_part(struct auth *auth, const struct pages_part *part, pages_visit *visit, void *arg)
{
	return walk(&(struct pages){ .auth = auth, .kind = &user_kind, .read = read_users,
	    .part = *part, .limit = UINT64_MAX, .visit = visit, .arg = arg });
}

int
pages_accounts_part(struct auth *auth, const struct pages_part *part, pages_visit *visit,
    void *arg)
{
	return walk(&(struct pages){ .auth = auth, .kind = &account_kind, .read = read_accounts,
	    .part = *part, .limit = UINT64_MAX, .visit = visit, .arg = arg });
}

int
pages_tokens(struct auth *auth, const struct uuid *user, int64_t now_ms, pages_visit *visit,
    void *arg)
{
	return pages_tokens_part(auth, user, &(struct pages_part){ .after = NULL }, now_ms, visit,
	    arg);
}

int
pages_tokens_part(struct auth *auth, const struct uuid *user, const struct pages_part *part,
    int64_t now_ms, pages_visit *visit, void *arg)
{
	return walk(&(struct pages){ .auth = auth, .kind = &token_kind, .read = read_tokens,
	    .owner = user, .now_ms = now_ms, .part = *part, .limit = UINT64_MAX, .visit = visit,
	    .arg = arg });
}

int
pages_sessions(struct auth *auth, const struct uuid *user, int64_t now_ms, pages_visit *visit,
    void *arg)
{
	return pages_sessions_part(auth, user, &(struct pages_part){ .after = NULL }, now_ms, visit,
	    arg);
}

int
pages_sessions_part(struct auth *auth, const struct uuid *user, const struct pages_part *part,
    int64_t now_ms, pages_visit *visit, void *arg)
{
	return walk(&(struct pages){ .auth = auth, .kind = &token_kind, .read = read_sessions,
	    .owner = user, .now_ms = now_ms, .part = *part, .limit = UINT64_MAX, .visit = visit,
	    .arg = arg });
}

int
pages_domain_tokens(struct auth *auth, const char *domain, int64_t now_ms, pages_visit *visit,
    void *arg)
{
	return pages_domain_tokens_part(auth, domain, &(struct pages_part){ .after = NULL }, now_ms,
	    visit, arg);
}

int
pages_domain_tokens_part(struct auth *auth, const char *domain, const struct pages_part *part,
    int64_t now_ms, pages_visit *visit, void *arg)
{
	return walk(&(struct pages){ .auth = auth, .kind = &domain_token_kind,
	    .read = read_domain_tokens, .domain = domain, .now_ms = now_ms, .part = *part,
	    .limit = UINT64_MAX, .visit = visit, .arg = arg });
}
