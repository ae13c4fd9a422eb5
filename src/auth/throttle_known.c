// SPDX-License-Identifier: ISC
/* auth/throttle_known.c - addresses from which a user has succeeded. */
#include "auth/throttle_known.h"

#include "base/verdict.h"

#define DAY_MS		INT64_C(86400000)

/* Addresses can be had by the million, so what one is known for goes before what names are. */
#define SOURCE_DAYS	7

/* The place of a source, or the one that was seen longest ago. */
static int
place_of(const struct throttle_places *places, uint64_t source)
{
	int oldest = 0;

	for (int i = 0; i < THROTTLE_PLACES; i++) {
		if (places->at[i].source == source)
			return i;
		if (places->at[i].seen_ms < places->at[oldest].seen_ms)
			oldest = i;
	}
	return oldest;
}

static int64_t
login_life_ms(const struct throttle *th)
{
	return th->conf->throttle_known_days * DAY_MS;
}

static int64_t
source_life_ms(const struct throttle *th)
{
	int64_t life_ms = login_life_ms(th);

	return life_ms < SOURCE_DAYS * DAY_MS ? life_ms : SOURCE_DAYS * DAY_MS;
}

static int
find_place(struct throttle *th, const struct guess *guess, int64_t now_ms, bool *known)
{
	const struct throttle_trial *own = &guess->own;
	struct throttle_places places;
	char name[THROTTLE_NAME_SIZE];
	int i, r;

	throttle_name(th, COUNT_LOGIN, own->login, NULL, name);
	r = cache_read(th->cache, THROTTLE_KNOWN, name, &places, sizeof places, now_ms);
	if (r)
		return r;
	i = place_of(&places, own->source_digest);
	*known = places.at[i].source == own->source_digest &&
	    places.at[i].seen_ms + login_life_ms(th) > now_ms;
	return 0;
}

static int
find_source(struct throttle *th, const struct guess *guess, int64_t now_ms, bool *known)
{
	char name[THROTTLE_NAME_SIZE];
	int64_t seen_ms;
	int r;

	throttle_name(th, COUNT_SOURCE, NULL, &guess->own.source, name);
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

size_t
throttle_list_known(const struct throttle *th, const struct guess *guess,
    struct throttle_sighting *to, struct cache_item *items)
{
	size_t count = 0;

	if (guess->kind == GUESS_PASSWORD) {
		throttle_name(th, COUNT_LOGIN, guess->own.login, NULL, to->login_name);
		items[count++] = (struct cache_item){ .table = THROTTLE_KNOWN,
		    .name = to->login_name, .value = &to->places, .size = sizeof to->places };
	}
	throttle_name(th, COUNT_SOURCE, NULL, &guess->own.source, to->source_name);
	items[count++] = (struct cache_item){ .table = THROTTLE_KNOWN, .name = to->source_name,
	    .value = &to->seen_ms, .size = sizeof to->seen_ms };
	return count;
}

void
throttle_note_known(const struct throttle *th, const struct guess *guess,
    struct cache_item *item, int64_t now_ms)
{
	struct throttle_places *places = item->value;
	int64_t *seen_ms = item->value;
	int i;

	if (throttle_kind(item->name) == COUNT_SOURCE) {
		*seen_ms = now_ms;
		item->ends_ms = now_ms + source_life_ms(th);
		return;
	}
	i = place_of(places, guess->own.source_digest);
	places->at[i].source = guess->own.source_digest;
	places->at[i].seen_ms = now_ms;
	item->ends_ms = now_ms + login_life_ms(th);
}
