// SPDX-License-Identifier: ISC
/* store/domain_page.c - a page of domain tokens, soonest to expire first. */
#include "store/domain_page.h"

#include <errno.h>
#include <string.h>

static int
compare(const struct domain_token *a, const struct domain_token *b)
{
	int by_domain = strcmp(a->domain, b->domain);

	if (by_domain)
		return by_domain;
	if (a->expires_ms != b->expires_ms)
		return a->expires_ms < b->expires_ms ? -1 : 1;
	return memcmp(&a->id, &b->id, sizeof a->id);
}

int
domain_page_open(struct domain_page *page, struct arena *mem, size_t limit, int64_t now_ms,
    const struct domain_token *after)
{
	*page = (struct domain_page){ .mem = mem, .limit = limit, .now_ms = now_ms,
	    .after = after };
	page->order = arena_alloc(mem, (limit + 1) * sizeof *page->order);
	return page->order ? 0 : -ENOMEM;
}

/* How many of those kept come before token. */
static size_t
place_of(const struct domain_page *page, const struct domain_token *token)
{
	size_t low = 0, high = page->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (compare(page->order[middle], token) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Room for one more: new, or that of the last one, which the page then lets go. */
static struct domain_token *
take_room(struct domain_page *page)
{
	if (page->count == page->limit)
		return page->order[--page->count];
	return arena_alloc(page->mem, sizeof **page->order);
}

void
domain_page_offer(struct domain_page *page, const struct domain_token *token)
{
	struct domain_token *kept;
	size_t at;

	if ((page->now_ms && token->expires_ms <= page->now_ms) ||
	    (page->after && compare(token, page->after) <= 0))
		return;
	at = place_of(page, token);
	if (at == page->limit)
		return;
	kept = take_room(page);
	if (!kept) {
		page->failed = true;
		return;
	}
	*kept = *token;
	memmove(page->order + at + 1, page->order + at, (page->count - at) * sizeof *page->order);
	page->order[at] = kept;
	page->count++;
}

bool
domain_page_is_past(const struct domain_page *page, const char *domain)
{
	return page->count == page->limit && (!page->count ||
	    strcmp(page->order[page->count - 1]->domain, domain) < 0);
}

int
domain_page_done(struct domain_page *page, struct domain_token **tokens, size_t *count)
{
	struct domain_token *list = arena_alloc(page->mem, (page->count + 1) * sizeof *list);

	if (!list || page->failed)
		return -ENOMEM;
	for (size_t i = 0; i < page->count; i++)
		list[i] = *page->order[i];
	*tokens = list;
	*count = page->count;
	return 0;
}
