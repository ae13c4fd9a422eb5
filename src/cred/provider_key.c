// SPDX-License-Identifier: ISC
/*
 * cred/provider_key.c - the signing keys of providers: one request at a time
 * fetches them, all share them, and they are kept while the provider is down.
 *
 * Entries of the cache: "set ID" is when a JWK Set was fetched and until when it is fresh,
 * followed by the set; "turn ID" says that a request fetches or has fetched it,
 * and with what result.  ID stands for the address of the set: no change
 * to doorward.conf lets the keys of one provider verify tokens of another.
 */
#include <errno.h>
#include <string.h>

#include "base/counter.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"
#include "cred/jwks.h"
#include "cred/provider.h"

/* How soon the next fetch may follow: sooner if there are no keys. */
#define TURN_MS		60000
#define FIRST_TURN_MS	5000

/* Limits of Cache-Control: max-age, and the default. */
#define FRESH_MIN_S	60
#define FRESH_MAX_S	86400
#define FRESH_PRESET_S	3600

static const char turn_good[] = "good", turn_bad[] = "bad";

struct key_set {
	struct provider_keys times;
	const char *bytes;		/* NULL: there is none */
	size_t len;
};

static const char *
entry_name(struct arena *mem, const char *what, const struct provider *p)
{
	static const uint8_t no_secret[SECRET_KEY_LEN];
	char id[2 * DIGEST_LEN + 1];
	uint8_t digest[DIGEST_LEN];

	secret_digest(digest, no_secret, "jwks_url", p->jwks_url, strlen(p->jwks_url));
	text_hex(id, digest, sizeof digest);
	return arena_printf(mem, "%s %s", what, id);
}

/* The set last fetched; bytes NULL if it is too old, or there was none. */
static int
set_load(const struct attempt *a, struct key_set *set)
{
	const char *name = entry_name(a->mem, "set", a->provider);
	const void *entry;
	size_t len;
	int r;

	*set = (struct key_set){ .bytes = NULL };
	if (!name)
		return -ENOMEM;
	r = cache_get(a->providers->cache, PROVIDER_TABLE, a->mem, name, a->now_ms,
	    FRESH_MAX_S * 1000 + a->providers->conf->jwks_stale_max_s * 1000, &entry, &len);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	if (len < sizeof set->times)
		return 0;
	memcpy(&set->times, entry, sizeof set->times);
	set->bytes = (const char *)entry + sizeof set->times;
	set->len = len - sizeof set->times;
	return 0;
}

static int64_t
fresh_s(int64_t max_age_s)
{
	if (max_age_s < 0)
		return FRESH_PRESET_S;
	if (max_age_s < FRESH_MIN_S)
		return FRESH_MIN_S;
	return max_age_s < FRESH_MAX_S ? max_age_s : FRESH_MAX_S;
}

static int
set_save(const struct attempt *a, const struct key_set *set)
{
	const char *name = entry_name(a->mem, "set", a->provider);
	size_t len = sizeof set->times + set->len;
	char *entry = arena_alloc(a->mem, len);

	if (!name || !entry)
		return -ENOMEM;
	memcpy(entry, &set->times, sizeof set->times);
	memcpy(entry + sizeof set->times, set->bytes, set->len);
	return cache_put(a->providers->cache, PROVIDER_TABLE, name, entry, len, a->now_ms,
	    set->times.due_ms + a->providers->conf->jwks_stale_max_s * 1000);
}

/* V_UNAVAILABLE: no answer, or none that is a set of keys. */
static int
set_fetch(struct attempt *a, struct key_set *set)
{
	struct upstream_answer answer;
	int r;

	r = provider_get(a, a->provider->jwks_url, &answer);
	if (r)
		return r;
	r = answer.status == 200 ? jwks_check(answer.body, answer.body_len) : V_MALFORMED;
	if (r < 0)
		return r;
	if (r) {
		log_error("%s: status %ld, but no set of signing keys", a->provider->name,
		    answer.status);
		return V_UNAVAILABLE;
	}
	set->bytes = answer.body;
	set->len = answer.body_len;
	set->times = (struct provider_keys){ .fetched_ms = a->now_ms,
	    .due_ms = a->now_ms + fresh_s(answer.max_age_s) * 1000 };
	return set_save(a, set);
}

/*
 * What came of another request's turn.  V_EXISTS: keys.  V_UNAVAILABLE: none, or not yet
 * and there are keys that will do.  V_WAITING.
 */
static int
turn_result(struct attempt *a, const char *turn, bool keys_will_do)
{
	const void *entry;
	size_t len;
	int r;

	r = cache_get(a->providers->cache, PROVIDER_TABLE, a->mem, turn, a->now_ms, TURN_MS, &entry,
	    &len);
	if (r < 0)
		return r;
	if (!r && len == strlen(turn_good) && memcmp(entry, turn_good, len) == 0)
		return V_EXISTS;
	return !r && len == 0 && !keys_will_do ? provider_await(a) : V_UNAVAILABLE;
}

/* 0: this request may fetch the set, or is waiting for it already. */
static int
turn_take(struct attempt *a, const char *turn, int64_t ends_ms, bool keys_will_do)
{
	struct cache *cache = a->providers->cache;
	int r;

	if (provider_is_asked(a, a->provider->jwks_url))
		return 0;
	r = cache_claim(cache, PROVIDER_TABLE, turn, a->now_ms, TURN_MS, ends_ms);
	return r == V_EXISTS ? turn_result(a, turn, keys_will_do) : r;
}

/*
 * 0 and a new set, if it is this request's turn to fetch it.  V_EXISTS: another
 * has fetched it a moment ago.  V_UNAVAILABLE.  V_WAITING.
 */
static int
set_renew(struct attempt *a, struct key_set *set, bool keys_will_do)
{
	const char *turn = entry_name(a->mem, "turn", a->provider), *result;
	int64_t ends_ms = a->now_ms + (set->bytes ? TURN_MS : FIRST_TURN_MS);
	int fetched, r;

	if (!turn)
		return -ENOMEM;
	r = turn_take(a, turn, ends_ms, keys_will_do);
	if (r)
		return r;
	fetched = set_fetch(a, set);
	if (fetched == V_WAITING)
		return fetched;
	result = fetched ? turn_bad : turn_good;
	r = cache_put(a->providers->cache, PROVIDER_TABLE, turn, result, strlen(result),
	    a->now_ms, ends_ms);
	return r ? r : fetched;
}

static int
set_find(const struct key_set *set, struct arena *mem, const char *kid, struct jwt_key *key)
{
	int r;

	r = jwks_find(mem, set->bytes, set->len, kid, key);
	return r == V_MALFORMED ? V_UNAVAILABLE : r;
}

/* In the set last fetched.  V_NOT_FOUND: there is none, or it has no such key. */
static int
key_find(const struct attempt *a, const char *kid, struct key_set *set, struct jwt_key *key)
{
	int r;

	r = set_load(a, set);
	if (r)
		return r;
	return set->bytes ? set_find(set, a->mem, kid, key) : V_NOT_FOUND;
}

int
provider_key(struct attempt *a, const char *kid, struct jwt_key *key)
{
	static struct counter hits = { .name = "cache provider-keys hit" };
	static struct counter misses = { .name = "cache provider-keys miss" };
	struct key_set set;
	int found, r;

	found = key_find(a, kid, &set, key);
	if (found < 0 || (!found && a->now_ms < set.times.due_ms)) {
		counter_add(&hits, found == 0);
		return found;
	}
	r = set_renew(a, &set, found == 0);
	if (r == V_WAITING)
		return r;
	counter_add(&misses, 1);
	if (r == 0)
		return set_find(&set, a->mem, kid, key);
	if (r < 0 || !found)
		return r < 0 ? r : 0;	/* the provider is down: its last good keys remain in use */
	/* it may have been saved since we looked */
	return r == V_EXISTS ? key_find(a, kid, &set, key) : V_UNAVAILABLE;
}

int
provider_keys_look(struct providers *providers, const struct provider *p,
    struct arena *mem, int64_t now_ms, struct provider_keys *keys)
{
	const struct attempt a = { .providers = providers, .provider = p, .mem = mem,
	    .now_ms = now_ms };
	struct key_set set;
	int r;

	if (!p->jwks_url)
		return V_NOT_FOUND;
	r = set_load(&a, &set);
	if (!r && !set.bytes)
		r = V_NOT_FOUND;
	if (!r)
		*keys = set.times;
	return r;
}
