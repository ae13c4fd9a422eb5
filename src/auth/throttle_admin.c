// SPDX-License-Identifier: ISC
/* auth/throttle_admin.c - counts shown and forgotten. */
#include "auth/throttle_admin.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "base/verdict.h"

/* How counts are called, and how an address of one ends. */
static const struct { const char *name, *suffix; } words[COUNT_KINDS] = {
	[COUNT_SOURCE] =  { "source",  "" },
	[COUNT_SITE] =    { "network", "/56" },
	[COUNT_NETWORK] = { "network", "/48" },
	[COUNT_LOGIN] =   { "login",   "" },
	[COUNT_PAIR] =    { "pair",    "" },
	[COUNT_BUDGET] =  { "budget",  "" },
};

const char *
throttle_kind_name(enum count_kind kind)
{
	return words[kind].name;
}

const char *
throttle_source_text(struct arena *mem, const struct throttle_entry *entry)
{
	const char *suffix = words[entry->kind].suffix;
	char text[ADDRESS_TEXT_SIZE];

	if (entry->kind == COUNT_SITE && address_is_link_local(&entry->count.source))
		suffix = "/64";
	return arena_printf(mem, "%s%s", address_text(text, &entry->count.source), suffix);
}

/* The counts that a walk over the tables found. */
struct found {
	struct throttle *th;
	struct arena *mem;
	int64_t now_ms;
	struct throttle_entry *entries;
	size_t count, size;
};

static int
grow(struct found *found)
{
	size_t size = found->size ? found->size * 2 : 64;
	struct throttle_entry *more = arena_alloc(found->mem, size * sizeof *more);

	if (!more)
		return -ENOMEM;
	if (found->count)
		memcpy(more, found->entries, found->count * sizeof *more);
	found->entries = more;
	found->size = size;
	return 0;
}

static int
collect(const char *name, const void *bytes, size_t len, void *arg)
{
	struct throttle_entry entry = { .kind = throttle_kind(name) };
	struct found *found = arg;
	const struct throttle_rule *rule;
	int r;

	if (entry.kind >= COUNT_BUDGET || len != sizeof entry.count)
		return 0;
	memcpy(&entry.count, bytes, len);
	rule = &found->th->rules[entry.kind];
	entry.failures = throttle_failures(rule, &entry.count, found->now_ms);
	entry.wait_ms = throttle_wait_ms(rule, &entry.count, found->now_ms);
	r = found->count == found->size ? grow(found) : 0;
	if (!r)
		found->entries[found->count++] = entry;
	return r;
}

/* The tables that hold counts, in the order of the list. */
static const unsigned tables[] = { THROTTLE_LOGINS, THROTTLE_SOURCES, THROTTLE_NETWORKS };

int
throttle_list(struct throttle *th, struct arena *mem, int64_t now_ms,
    struct throttle_entry **entries, size_t *count)
{
	struct found found = { .th = th, .mem = mem, .now_ms = now_ms };
	int r = 0;

	for (size_t i = 0; i < NELEM(tables) && !r; i++)
		r = cache_walk(th->cache, tables[i], now_ms, collect, &found);
	if (r)
		return r;
	*entries = found.entries;
	*count = found.count;
	return 0;
}

static int
clear_all(struct throttle *th)
{
	int r = 0;

	for (size_t i = 0; i < NELEM(tables) && !r; i++)
		r = cache_clear(th->cache, tables[i]);
	return r;
}

/* Is the entry of this login name, or of this source?  NULL for another question. */
static bool
is_meant(const struct throttle_entry *entry, const uint8_t *login, const struct address *source)
{
	struct address near;

	if (login)
		return (entry->kind == COUNT_LOGIN || entry->kind == COUNT_PAIR) &&
		    memcmp(entry->count.login, login, THROTTLE_DIGEST_LEN) == 0;
	near = *source;
	return entry->kind != COUNT_LOGIN &&
	    throttle_narrow(entry->kind == COUNT_PAIR ? COUNT_SOURCE : entry->kind, &near) &&
	    memcmp(&entry->count.source, &near, sizeof near) == 0;
}

static int
clear_some(struct throttle *th, const uint8_t *login, const struct address *source,
    const struct throttle_entry *entries, size_t count, size_t *dropped)
{
	char name[THROTTLE_NAME_SIZE];
	int r = 0;

	for (size_t i = 0; i < count && !r; i++) {
		if (!is_meant(&entries[i], login, source))
			continue;
		throttle_name(th, entries[i].kind, entries[i].count.login,
		    &entries[i].count.source, name);
		r = cache_drop(th->cache, throttle_table(entries[i].kind), name);
		*dropped += r == 0;
	}
	return r;
}

int
throttle_clear(struct throttle *th, const char *name, const char *source, int64_t now_ms,
    size_t *dropped)
{
	GUARD(arena_free) struct arena mem;
	uint8_t login[THROTTLE_DIGEST_LEN];
	struct throttle_entry *entries;
	struct address address;
	size_t count;
	int r;

	arena_init(&mem, 0);
	if (source && address_parse(source, &address))
		return V_MALFORMED;
	r = throttle_list(th, &mem, now_ms, &entries, &count);
	if (!r)		/* a refusal does not say whose it is, and costs no more than a hash */
		r = cache_clear(th->cache, THROTTLE_REFUSED);
	if (r)
		return r;
	*dropped = 0;
	if (!name && !source) {
		*dropped = count;
		return clear_all(th);
	}
	if (name)
		throttle_login_digest(th, name, login);
	return clear_some(th, name ? login : NULL, &address, entries, count, dropped);
}
