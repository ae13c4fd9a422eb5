// SPDX-License-Identifier: ISC
/* auth/throttle_admin.c - counts shown and forgotten. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "auth/throttle_state.h"
#include "base/guard.h"
#include "base/verdict.h"

/* A walk over counts. */
struct walk {
	struct throttle *th;
	struct arena *mem;
	int64_t now_ms;
	struct throttle_entry *entries;
	size_t count, size;
};

/* A row of a kind for the first letter of a name; NULL: nothing to be shown. */
static const char *
kind_of(const char *name)
{
	static const struct { char letter; const char *kind; } kinds[] = {
		{ 'a', "account" },
		{ 'p', "pair" },
		{ 's', "source" },
	};

	for (size_t i = 0; i < NELEM(kinds); i++) {
		if (name[0] == kinds[i].letter)
			return kinds[i].kind;
	}
	return NULL;
}

static int
grow(struct walk *walk)
{
	size_t size = walk->size ? walk->size * 2 : 64;
	struct throttle_entry *more = arena_alloc(walk->mem, size * sizeof *more);

	if (!more)
		return -ENOMEM;
	if (walk->count)
		memcpy(more, walk->entries, walk->count * sizeof *more);
	walk->entries = more;
	walk->size = size;
	return 0;
}

static int
collect(const char *name, const void *bytes, size_t len, void *arg)
{
	struct throttle_entry entry = { .kind = kind_of(name) };
	struct walk *walk = arg;
	const struct throttle_rule *rule;
	int r;

	if (!entry.kind || len != sizeof entry.count)
		return 0;
	memcpy(&entry.count, bytes, len);
	rule = name[0] == 's' ? &walk->th->source : &walk->th->account;
	entry.failures = throttle_failures(rule, &entry.count, walk->now_ms);
	entry.wait_ms = throttle_wait_ms(rule, &entry.count, walk->now_ms);
	r = walk->count == walk->size ? grow(walk) : 0;
	if (!r)
		walk->entries[walk->count++] = entry;
	return r;
}

int
throttle_list(struct throttle *th, struct arena *mem, int64_t now_ms,
    struct throttle_entry **entries, size_t *count)
{
	struct walk walk = { .th = th, .mem = mem, .now_ms = now_ms };
	int r;

	r = cache_walk(th->cache, THROTTLE_ACCOUNTS, now_ms, collect, &walk);
	if (!r)
		r = cache_walk(th->cache, THROTTLE_SOURCES, now_ms, collect, &walk);
	if (r)
		return r;
	*entries = walk.entries;
	*count = walk.count;
	return 0;
}

static int
clear_all(struct throttle *th)
{
	int r;

	r = cache_clear(th->cache, THROTTLE_ACCOUNTS);
	return r ? r : cache_clear(th->cache, THROTTLE_SOURCES);
}

/* The name under which an entry of a list is kept. */
static void
name_entry(struct throttle *th, const struct throttle_entry *entry, char out[THROTTLE_NAME_SIZE])
{
	if (entry->kind[0] == 's')
		throttle_name_source(&entry->count.source, out);
	else if (entry->kind[0] == 'p')
		throttle_name_pair(th, entry->count.account, &entry->count.source, out);
	else
		throttle_name_account(entry->count.account, out);
}

/* Is the entry of this account, or of this source?  NULL for any. */
static bool
is_meant(const struct throttle_entry *entry, const uint8_t *account, const struct address *source)
{
	if (account)
		return entry->kind[0] != 's' &&
		    memcmp(entry->count.account, account, THROTTLE_DIGEST_LEN) == 0;
	return entry->kind[0] != 'a' &&
	    memcmp(&entry->count.source, source, sizeof *source) == 0;
}

static int
clear_some(struct throttle *th, const uint8_t *account, const struct address *source,
    const struct throttle_entry *entries, size_t count, size_t *dropped)
{
	char name[THROTTLE_NAME_SIZE];
	int r = 0;

	for (size_t i = 0; i < count && !r; i++) {
		if (!is_meant(&entries[i], account, source))
			continue;
		name_entry(th, &entries[i], name);
		r = cache_drop(th->cache, name[0] == 's' ? THROTTLE_SOURCES : THROTTLE_ACCOUNTS,
		    name);
		*dropped += r == 0;
	}
	return r;
}

int
throttle_clear(struct throttle *th, const char *name, const char *source, int64_t now_ms,
    size_t *dropped)
{
	GUARD(arena_free) struct arena mem;
	uint8_t account[THROTTLE_DIGEST_LEN];
	struct throttle_entry *entries;
	struct address address;
	size_t count;
	int r;

	arena_init(&mem, 0);
	if (source && address_parse(source, &address))
		return V_MALFORMED;
	r = throttle_list(th, &mem, now_ms, &entries, &count);
	if (r)
		return r;
	*dropped = 0;
	if (!name && !source) {
		*dropped = count;
		return clear_all(th);
	}
	if (name)
		throttle_account(th, name, account);
	else
		address_to_site(&address);
	return clear_some(th, name ? account : NULL, &address, entries, count, dropped);
}
