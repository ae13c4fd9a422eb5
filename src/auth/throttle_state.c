// SPDX-License-Identifier: ISC
/* auth/throttle_state.c - opening the throttle, and naming what it keeps. */
#include "auth/throttle_state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"
#include "store/record.h"

#define DAY_MS		INT64_C(86400000)

/* Addresses can be had by the million, so what one is known for goes before accounts do. */
#define SOURCE_DAYS	7

static int
open_cache(struct cache **cache, const struct conf *conf)
{
	const size_t limit = (size_t)conf->throttle_entries;
	const struct cache_table tables[THROTTLE_TABLES] = {
		[THROTTLE_ACCOUNTS] = { "account", limit },
		[THROTTLE_SOURCES]  = { "source", limit },
		[THROTTLE_KNOWN]    = { "known", limit },
	};
	char path[4096];

	if (snprintf(path, sizeof path, "%s/throttle", conf->run_dir) >= (int)sizeof path)
		return -ENAMETOOLONG;
	return cache_open(cache, path, tables, NELEM(tables));
}

static int
take_exempt(struct throttle *th, const struct conf_list *list)
{
	th->exempt = calloc(list->count + 1, sizeof *th->exempt);
	if (!th->exempt)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		if (network_parse(list->at[i], &th->exempt[th->exempt_count]) == 0)
			th->exempt_count++;
	}
	return 0;
}

static void
take_rules(struct throttle *th, const struct conf *conf)
{
	th->account = (struct throttle_rule){ .free = conf->throttle_account_failures,
	    .first_ms = conf->throttle_first_s * 1000, .most_ms = conf->throttle_max_s * 1000,
	    .quiet_ms = conf->throttle_quiet_s * 1000 };
	th->source = th->account;
	th->source.free = conf->throttle_source_failures;
}

int
throttle_open(struct throttle **out, const struct conf *conf, const uint8_t *key)
{
	GUARD(throttle_close) struct throttle *th = NULL;
	int r;

	th = calloc(1, sizeof *th);
	if (!th)
		return -ENOMEM;
	th->conf = conf;
	memcpy(th->key, key, sizeof th->key);
	take_rules(th, conf);
	r = take_exempt(th, &conf->throttle_exempt);
	if (!r)
		r = open_cache(&th->cache, conf);
	if (r)
		return r;
	*out = th;
	th = NULL;
	return 0;
}

void
throttle_close(struct throttle **throttle)
{
	struct throttle *th = *throttle;

	if (!th)
		return;
	cache_close(&th->cache);
	free(th->exempt);
	secret_wipe(th->key, sizeof th->key);
	free(th);
	*throttle = NULL;
}

void
throttle_account(const struct throttle *th, const char *name, uint8_t out[THROTTLE_DIGEST_LEN])
{
	uint8_t digest[DIGEST_LEN];
	char lower[LOGIN_SIZE] = "";

	strncpy(lower, name, sizeof lower - 1);		/* no user has a longer one */
	text_lower(lower);
	secret_digest(digest, th->key, "throttle account", lower, strlen(lower));
	memcpy(out, digest, THROTTLE_DIGEST_LEN);
}

static void
put_name(char out[THROTTLE_NAME_SIZE], char kind, const uint8_t bytes[THROTTLE_DIGEST_LEN])
{
	out[0] = kind;
	text_hex(out + 1, bytes, THROTTLE_DIGEST_LEN);
}

void
throttle_name_account(const uint8_t account[THROTTLE_DIGEST_LEN], char out[THROTTLE_NAME_SIZE])
{
	put_name(out, 'a', account);
}

void
throttle_name_source(const struct address *source, char out[THROTTLE_NAME_SIZE])
{
	put_name(out, 's', source->bytes);
}

void
throttle_name_pair(const struct throttle *th, const uint8_t account[THROTTLE_DIGEST_LEN],
    const struct address *source, char out[THROTTLE_NAME_SIZE])
{
	uint8_t both[THROTTLE_DIGEST_LEN + sizeof source->bytes], digest[DIGEST_LEN];

	memcpy(both, account, THROTTLE_DIGEST_LEN);
	memcpy(both + THROTTLE_DIGEST_LEN, source->bytes, sizeof source->bytes);
	secret_digest(digest, th->key, "throttle pair", both, sizeof both);
	put_name(out, 'p', digest);
}

/* Where the user of an account has logged in: the latest sources. */
#define PLACES_MAX 16

struct places {
	struct { uint64_t source; int64_t seen_ms; } at[PLACES_MAX];
};

/* The place of a source, or the one that was seen longest ago. */
static int
place_of(const struct places *places, uint64_t source)
{
	int oldest = 0;

	for (int i = 0; i < PLACES_MAX; i++) {
		if (places->at[i].source == source)
			return i;
		if (places->at[i].seen_ms < places->at[oldest].seen_ms)
			oldest = i;
	}
	return oldest;
}

static int64_t
known_ms(const struct throttle *th)
{
	return th->conf->throttle_known_days * DAY_MS;
}

static int
find_place(struct throttle *th, const struct guess *guess, int64_t now_ms, bool *known)
{
	char name[THROTTLE_NAME_SIZE];
	struct places places;
	int i, r;

	throttle_name_account(guess->account, name);
	r = cache_read(th->cache, THROTTLE_KNOWN, name, &places, sizeof places, now_ms);
	if (r)
		return r;
	i = place_of(&places, guess->source_digest);
	*known = places.at[i].source == guess->source_digest &&
	    places.at[i].seen_ms + known_ms(th) > now_ms;
	return 0;
}

static int
find_source(struct throttle *th, const struct guess *guess, int64_t now_ms, bool *known)
{
	char name[THROTTLE_NAME_SIZE];
	int64_t seen_ms;
	int r;

	throttle_name_source(&guess->address, name);
	r = cache_read(th->cache, THROTTLE_KNOWN, name, &seen_ms, sizeof seen_ms, now_ms);
	*known = r == 0;
	return r;
}

int
throttle_find_known(struct throttle *th, const struct guess *guess, int64_t now_ms, bool *known)
{
	int r = V_NOT_FOUND;

	*known = false;
	if (guess->kind == GUESS_PASSWORD)
		r = find_place(th, guess, now_ms, known);
	else if (guess->kind == GUESS_HA1B)
		r = find_source(th, guess, now_ms, known);
	return r == V_NOT_FOUND ? 0 : r;
}

struct sighting {
	uint64_t source;
	int64_t now_ms, life_ms;
};

static int
note_place(void *value, int64_t *ends_ms, void *arg)
{
	const struct sighting *now = arg;
	struct places *places = value;
	int i = place_of(places, now->source);

	places->at[i].source = now->source;
	places->at[i].seen_ms = now->now_ms;
	*ends_ms = now->now_ms + now->life_ms;
	return 0;
}

int
throttle_add_known(struct throttle *th, const struct guess *guess, int64_t now_ms)
{
	struct sighting now = { guess->source_digest, now_ms, known_ms(th) };
	int64_t life_ms = now.life_ms < SOURCE_DAYS * DAY_MS ? now.life_ms : SOURCE_DAYS * DAY_MS;
	char name[THROTTLE_NAME_SIZE];
	struct places places;
	int r = 0;

	if (guess->kind == GUESS_PASSWORD) {
		throttle_name_account(guess->account, name);
		r = cache_update(th->cache, THROTTLE_KNOWN, name, &places, sizeof places, now_ms,
		    note_place, &now);
	}
	if (r || !life_ms)
		return r;
	throttle_name_source(&guess->address, name);
	return cache_put(th->cache, THROTTLE_KNOWN, name, &now_ms, sizeof now_ms, now_ms,
	    now_ms + life_ms);
}
