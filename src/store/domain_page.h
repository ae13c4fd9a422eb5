// SPDX-License-Identifier: ISC
/*
 * store/domain_page.h - a page of domain tokens, soonest to expire first, picked
 * out of rows that come in another order.
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

/* Keeps a copy of token if it belongs to the page, as far as is known yet. */
void domain_page_offer(struct domain_page *page, const struct domain_token *token);

/* No token of domain or of one after it belongs to the page: it is full without. */
bool domain_page_is_past(const struct domain_page *page, const char *domain);

/* What was kept, in order, in the arena.  -ENOMEM. */
int domain_page_done(struct domain_page *page, struct domain_token **tokens, size_t *count);

#endif
