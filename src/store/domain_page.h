// SPDX-License-Identifier: ISC
/*
 * store/domain_page.h - a page of domain tokens, first to expire first, selected
 * from rows in another order.
 *
 * For back ends without an index by expiry: they offer each row, and the page
 * keeps the first ones in the order of domain, expiry and id.  A domain has few
 * enough tokens to look at all of them.
 */
#ifndef STORE_DOMAIN_PAGE_H
#define STORE_DOMAIN_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/record.h"

struct domain_page {
	struct arena *mem;
	struct domain_token **order;	/* what is kept, in order */
	size_t count, limit;
	int64_t now_ms;
	const struct domain_token *after;
	bool failed;			/* memory ran out */
};

/*
 * A page of up to limit tokens that expire later than now_ms (0: of all) and
 * follow after, which may be NULL.  -ENOMEM.
 */
int domain_page_open(struct domain_page *page, struct arena *mem, size_t limit, int64_t now_ms,
    const struct domain_token *after);

/* Keeps a copy of token if it may belong to the page. */
void domain_page_offer(struct domain_page *page, const struct domain_token *token);

/* Is the page full without tokens of domain and those after it? */
bool domain_page_is_past(const struct domain_page *page, const char *domain);

/* The kept tokens, in order, in the arena.  -ENOMEM. */
int domain_page_done(struct domain_page *page, struct domain_token **tokens, size_t *count);

#endif
