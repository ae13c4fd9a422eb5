// SPDX-License-Identifier: ISC
/* auth/throttle.c - guesses: looked at, counted, taken back, remembered. */
#include "auth/throttle.h"

#include <string.h>

#include "auth/throttle_known.h"
#include "auth/throttle_state.h"
#include "base/text.h"
#include "base/verdict.h"

/* The budget of HA1B is not to make room for counts: it ends long after them. */
#define BUDGET_LIFE_MS (INT64_C(366) * 86400000)

/* How long a refusal is remembered; one that we had from others for a shorter time. */
#define REFUSED_MS		INT64_C(300000)
#define REFUSED_ELSEWHERE_MS	INT64_C(60000)

/* From this repetition on a refusal is V_THROTTLED (API 2.9). */
#define REPETITIONS_MAX	5

struct refusal {
	int64_t until_ms;
	int64_t repetitions;
};

/* An address that is none is one source, so that nothing is left uncounted. */
static void
take_source(struct throttle *th, struct throttle_trial *own, const char *source)
{
	uint8_t digest[DIGEST_LEN];

	if (address_parse(source, &own->source))
		memset(&own->source, 0, sizeof own->source);
	own->exempt = false;
	for (size_t i = 0; i < th->exempt_count && !own->exempt; i++)
		own->exempt = network_has(&th->exempt[i], &own->source);
	throttle_narrow(COUNT_SOURCE, &own->source);
	secret_digest(digest, th->key, "throttle source", own->source.bytes,
	    sizeof own->source.bytes);
	memcpy(&own->source_digest, digest, sizeof own->source_digest);
}

/* A guess is known by name and secret, wherever it comes from. */
static void
take_secret(struct throttle *th, struct guess *guess)
{
	struct throttle_trial *own = &guess->own;
	struct {
		uint8_t login[THROTTLE_DIGEST_LEN], secret[DIGEST_LEN];
	} whole;
	uint8_t digest[DIGEST_LEN];

	memset(&whole, 0, sizeof whole);
	if (guess->kind == GUESS_PASSWORD)
		throttle_login_digest(th, guess->name, whole.login);
	memcpy(own->login, whole.login, sizeof own->login);
	secret_digest(whole.secret, th->key, "throttle secret", guess->secret, guess->secret_len);
	memcpy(own->secret, whole.secret, sizeof own->secret);
	secret_digest(digest, th->key, "throttle guess", &whole, sizeof whole);
	memcpy(&own->digest, digest, sizeof own->digest);
	own->digest |= 1;		/* 0 stands for none */
	own->refusal[0] = '\0';
}

/*
 * A refusal is known by the guess, by its source, and by what the secret was compared
 * with: a password that is set to what was refused a moment ago is right at once.
 */
static void
name_refusal(struct throttle *th, struct guess *guess)
{
	struct throttle_trial *own = &guess->own;
	struct {
		uint8_t login[THROTTLE_DIGEST_LEN], secret[DIGEST_LEN], bound[DIGEST_LEN];
		struct address source;
		uint8_t kind;
	} whole;
	uint8_t digest[DIGEST_LEN];

	if (own->refusal[0])
		return;
	memset(&whole, 0, sizeof whole);
	memcpy(whole.login, own->login, sizeof whole.login);
	memcpy(whole.secret, own->secret, sizeof whole.secret);
	whole.kind = (uint8_t)guess->kind;
	whole.source = own->source;
	secret_digest(whole.bound, th->key, "throttle bound", guess->bound, guess->bound_len);
	secret_digest(digest, th->key, "throttle refusal", &whole, sizeof whole);
	own->refusal[0] = 'r';
	text_hex(own->refusal + 1, digest, THROTTLE_DIGEST_LEN);
}

static void
add_charge(const struct throttle *th, struct throttle_trial *own, enum count_kind kind, bool waits)
{
	struct throttle_charge *charge = &own->charges[own->charge_count];
	struct address source = own->source;

	if (!throttle_narrow(kind, &source))
		return;
	*charge = (struct throttle_charge){ .kind = kind, .waits = waits };
	throttle_name(th, kind, own->login, &source, charge->name);
	own->charge_count++;
}

/*
 * Every guess is charged to its source and the networks around it, a password
 * to its login name as well, or to the pair of name and source where that is
 * known.  A known pair waits for nobody else's failures: neither those of others
 * at the name, nor those of others at the same address.
 *
 * The source comes first: what it repeats is not charged to what it shares with
 * others (enter_all).
 */
static void
list_charges(struct throttle *th, struct guess *guess)
{
	struct throttle_trial *own = &guess->own;
	bool pair = guess->kind == GUESS_PASSWORD && own->known;

	own->charge_count = 0;
	for (enum count_kind kind = COUNT_SOURCE; kind <= COUNT_NETWORK; kind++)
		add_charge(th, own, kind, !pair);
	if (guess->kind == GUESS_PASSWORD)
		add_charge(th, own, pair ? COUNT_PAIR : COUNT_LOGIN, true);
	else if (guess->kind == GUESS_HA1B && !own->known)
		add_charge(th, own, COUNT_BUDGET, true);
}

static int64_t
wait_of(const struct throttle *th, const struct throttle_charge *charge,
    const struct throttle_count *count, int64_t now_ms)
{
	if (!charge->waits)
		return 0;
	if (charge->kind == COUNT_BUDGET)
		return throttle_budget_wait_ms(th->conf->throttle_ha1b_per_second, count, now_ms);
	return throttle_wait_ms(&th->rules[charge->kind], count, now_ms);
}

/* Notes a wait, of which the longest holds.  V_THROTTLED if there is one. */
static int
note_wait(struct guess *guess, int64_t wait_ms)
{
	int64_t wait_s = (wait_ms + 999) / 1000;

	if (wait_ms <= 0)
		return 0;
	if (wait_s > guess->wait_s)
		guess->wait_s = wait_s;
	return V_THROTTLED;
}

/* Reads one count.  V_THROTTLED; the guess is not clear if there is a failure. */
static int
look_at(struct throttle *th, struct guess *guess, const struct throttle_charge *charge,
    int64_t now_ms)
{
	struct throttle_count count;
	int r;

	r = cache_read(th->cache, throttle_table(charge->kind), charge->name, &count, sizeof count,
	    now_ms);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	if (charge->waits && count.failures)
		guess->clear = false;
	return note_wait(guess, wait_of(th, charge, &count, now_ms));
}

int
throttle_look(struct throttle *th, struct guess *guess, int64_t now_ms)
{
	struct throttle_trial *own = &guess->own;
	int r, verdict = 0;

	guess->wait_s = 0;
	guess->clear = true;
	own->charge_count = 0;
	if (!th)
		return 0;
	take_source(th, own, guess->source);
	if (own->exempt)
		return 0;
	take_secret(th, guess);
	r = throttle_find_known(th, guess, now_ms, &own->known);
	if (r)
		return r;
	list_charges(th, guess);
	guess->clear = own->known;
	for (size_t i = 0; i < own->charge_count; i++) {
		r = look_at(th, guess, &own->charges[i], now_ms);
		if (r < 0)
			return r;
		verdict = r ? r : verdict;
	}
	return verdict;
}

struct repetition {
	int64_t now_ms;
	struct refusal refusal;		/* with this one counted */
};

static int
repeat(void *value, int64_t *ends_ms, void *arg)
{
	struct refusal *refusal = value;
	struct repetition *out = arg;

	if (!refusal->until_ms)
		return V_NOT_FOUND;	/* it has ended since it was read */
	if (refusal->until_ms - out->now_ms > REFUSED_MS)
		return V_NOT_FOUND;	/* of a clock that has been set back since */
	refusal->repetitions++;
	*ends_ms = refusal->until_ms;
	out->refusal = *refusal;
	return 0;
}

int
throttle_recall(struct throttle *th, struct guess *guess, int64_t now_ms)
{
	struct throttle_trial *own = &guess->own;
	struct repetition now = { .now_ms = now_ms };
	struct refusal refusal;
	int r;

	if (!th || own->exempt)
		return 0;
	name_refusal(th, guess);
	/* most guesses are new, and need no write */
	r = cache_read(th->cache, THROTTLE_REFUSED, own->refusal, &refusal, sizeof refusal, now_ms);
	if (!r)
		r = cache_update(th->cache, THROTTLE_REFUSED, own->refusal, &refusal,
		    sizeof refusal, now_ms, repeat, &now);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	if (now.refusal.repetitions < REPETITIONS_MAX)
		return V_WRONG_CREDENTIAL;
	return note_wait(guess, now.refusal.until_ms - now_ms);
}

/* What a transaction on the counts of a guess needs to know. */
struct change {
	struct throttle *th;
	struct guess *guess;
	int64_t now_ms;
	bool succeeded;			/* for throttle_leave: it was right */
};

static int64_t
ends_ms(const struct change *change, enum count_kind kind, const struct throttle_count *count)
{
	if (kind == COUNT_BUDGET)
		return change->now_ms + BUDGET_LIFE_MS;
	return throttle_ends_ms(&change->th->rules[kind], count);
}

/* What the administrator is told a count is of. */
static void
name_count(const struct throttle_trial *own, enum count_kind kind, struct throttle_count *count)
{
	if (kind != COUNT_LOGIN) {
		count->source = own->source;
		throttle_narrow(kind, &count->source);
	}
	if (kind == COUNT_LOGIN || kind == COUNT_PAIR)
		memcpy(count->login, own->login, sizeof count->login);
}

/* False: this very secret failed here lately. */
static bool
charge_one(const struct change *change, struct throttle_charge *charge, struct cache_item *item)
{
	const struct throttle_trial *own = &change->guess->own;
	struct throttle_count *count = item->value;

	charge->before = *count;
	if (charge->kind == COUNT_BUDGET)
		throttle_budget_add(count, change->now_ms);
	else if (throttle_failed_lately(count, own->digest))
		return false;
	else
		throttle_add(&change->th->rules[charge->kind], count, own->digest, change->now_ms);
	name_count(own, charge->kind, count);
	item->ends_ms = ends_ms(change, charge->kind, count);
	return true;
}

/*
 * All waits are looked at before anything is counted: V_THROTTLED writes nothing.
 * What the source of the guess, the first charge, has failed with lately is
 * charged neither to the networks around it nor to the budget of all.
 */
static int
enter_all(struct cache_item *items, size_t count, void *arg)
{
	struct change *change = arg;
	struct throttle_charge *charges = change->guess->own.charges;
	int verdict = 0, r;

	for (size_t i = 0; i < count; i++) {
		r = note_wait(change->guess, wait_of(change->th, &charges[i], items[i].value,
		    change->now_ms));
		verdict = r ? r : verdict;
	}
	for (size_t i = 0; i < count && !verdict; i++) {
		bool shared = charges[i].kind != COUNT_LOGIN && charges[i].kind != COUNT_PAIR;

		if (i == 0 || charges[0].made || !shared)
			charges[i].made = charge_one(change, &charges[i], &items[i]);
	}
	return verdict;
}

/* The entries of all counts that a guess may be charged to. */
static size_t
list_items(const struct throttle_trial *own, struct throttle_count counts[THROTTLE_CHARGES],
    struct cache_item *items)
{
	for (size_t i = 0; i < own->charge_count; i++)
		items[i] = (struct cache_item){ .table = throttle_table(own->charges[i].kind),
		    .name = own->charges[i].name, .value = &counts[i], .size = sizeof counts[i] };
	return own->charge_count;
}

int
throttle_enter(struct throttle *th, struct guess *guess, int64_t now_ms)
{
	struct throttle_trial *own = &guess->own;
	struct throttle_count counts[THROTTLE_CHARGES];
	struct cache_item items[THROTTLE_CHARGES];
	struct change change = { .th = th, .guess = guess, .now_ms = now_ms };
	int r;

	if (!th || own->exempt)
		return 0;
	name_refusal(th, guess);
	r = cache_update_many(th->cache, items, list_items(own, counts, items), now_ms, enter_all,
	    &change);
	for (size_t i = 0; r && i < own->charge_count; i++)
		own->charges[i].made = false;	/* nothing of it was written */
	return r;
}

static void
take_back(const struct change *change, const struct throttle_charge *charge,
    struct cache_item *item)
{
	struct throttle_count *count = item->value;

	if (charge->kind == COUNT_BUDGET)
		throttle_budget_take_back(count);
	else
		throttle_take_back(count, &charge->before, change->guess->own.digest);
	item->ends_ms = ends_ms(change, charge->kind, count);
}

/* After the counts comes what a success writes, if it was one (throttle_list_known). */
static int
leave_all(struct cache_item *items, size_t count, void *arg)
{
	const struct change *change = arg;
	struct throttle_trial *own = &change->guess->own;

	for (size_t i = 0; i < own->charge_count; i++) {
		struct throttle_charge *charge = &own->charges[i];

		if (change->succeeded && charge->kind == COUNT_PAIR)
			items[i].ends_ms = 0;	/* the password starts anew here */
		else if (charge->made)
			take_back(change, charge, &items[i]);
	}
	for (size_t i = own->charge_count; i < count; i++)
		throttle_note_known(change->th, change->guess, &items[i], change->now_ms);
	return 0;
}

static int
settle(struct throttle *th, struct guess *guess, bool succeeded, int64_t now_ms)
{
	struct throttle_count counts[THROTTLE_CHARGES];
	struct cache_item items[THROTTLE_CHARGES + THROTTLE_SIGHTINGS];
	struct throttle_sighting sighting;
	struct change change = { .th = th, .guess = guess, .now_ms = now_ms,
	    .succeeded = succeeded };
	size_t count = list_items(&guess->own, counts, items);

	if (succeeded)
		count += throttle_list_known(th, guess, &sighting, items + count);
	return cache_update_many(th->cache, items, count, now_ms, leave_all, &change);
}

static int
remember_refusal(struct throttle *th, const struct guess *guess, int64_t now_ms)
{
	int64_t life_ms = guess->kind == GUESS_PROVIDER ? REFUSED_ELSEWHERE_MS : REFUSED_MS;
	const struct refusal refusal = { .until_ms = now_ms + life_ms };

	if (guess->kind == GUESS_TOKEN)
		return 0;
	return cache_put(th->cache, THROTTLE_REFUSED, guess->own.refusal, &refusal,
	    sizeof refusal, now_ms, refusal.until_ms);
}

int
throttle_leave(struct throttle *th, struct guess *guess, int result, int64_t now_ms)
{
	int r;

	if (!th || guess->own.exempt)
		return result;
	if (result == V_WRONG_CREDENTIAL)
		r = remember_refusal(th, guess, now_ms);
	else
		r = settle(th, guess, result == 0, now_ms);
	/* a verdict or fault that is there already says more than this one */
	return r && (!result || result == V_WRONG_CREDENTIAL) ? r : result;
}

int
throttle_fail(struct throttle *th, struct guess *guess, int64_t now_ms)
{
	int r;

	r = throttle_look(th, guess, now_ms);
	if (!r)
		r = throttle_enter(th, guess, now_ms);
	return r ? r : throttle_leave(th, guess, V_WRONG_CREDENTIAL, now_ms);
}
