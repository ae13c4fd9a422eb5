// SPDX-License-Identifier: ISC
/* auth/throttle.c - guesses: looked at, counted, taken back. */
#include "auth/throttle.h"

#include <string.h>

#include "auth/throttle_state.h"
#include "base/text.h"
#include "base/verdict.h"

/* The budget of HA1B is not to make room for counts: it ends long after them. */
#define BUDGET_LIFE_MS (INT64_C(366) * 86400000)

/* An address that is none is one source, so that nothing is left uncounted. */
static void
take_source(struct throttle *th, struct guess *guess)
{
	uint8_t digest[DIGEST_LEN];

	if (address_parse(guess->source, &guess->address))
		memset(&guess->address, 0, sizeof guess->address);
	guess->exempt = false;
	for (size_t i = 0; i < th->exempt_count && !guess->exempt; i++)
		guess->exempt = network_has(&th->exempt[i], &guess->address);
	address_to_site(&guess->address);
	secret_digest(digest, th->key, "throttle source", guess->address.bytes,
	    sizeof guess->address.bytes);
	memcpy(&guess->source_digest, digest, sizeof guess->source_digest);
}

/* The same wrong secret for the same name is no new guess. */
static void
take_secret(struct throttle *th, struct guess *guess)
{
	uint8_t digest[DIGEST_LEN], both[THROTTLE_DIGEST_LEN + DIGEST_LEN];

	memset(guess->account, 0, sizeof guess->account);
	if (guess->kind == GUESS_PASSWORD)
		throttle_account(th, guess->name, guess->account);
	secret_digest(digest, th->key, "throttle secret", guess->secret, guess->secret_len);
	memcpy(both, guess->account, THROTTLE_DIGEST_LEN);
	memcpy(both + THROTTLE_DIGEST_LEN, digest, sizeof digest);
	secret_digest(digest, th->key, "throttle guess", both, sizeof both);
	memcpy(&guess->digest, digest, sizeof guess->digest);
	guess->digest |= 1;		/* 0 stands for none */
}

static struct throttle_charge *
add_charge(struct guess *guess, unsigned table, const struct throttle_rule *rule, bool waits)
{
	struct throttle_charge *charge = &guess->charges[guess->charge_count++];

	*charge = (struct throttle_charge){ .table = table, .rule = rule, .waits = waits };
	return charge;
}

/*
 * Every guess is charged to its source, a password to its account as well, or
 * to the pair of both where that is known.  A known pair waits for nobody
 * else's failures: neither those of others at the account, nor those of others
 * behind the same address.
 */
static void
list_charges(struct throttle *th, struct guess *guess)
{
	bool pair = guess->kind == GUESS_PASSWORD && guess->known;
	struct throttle_charge *charge;

	guess->charge_count = 0;
	charge = add_charge(guess, THROTTLE_SOURCES, &th->source, !pair);
	throttle_name_source(&guess->address, charge->name);
	if (guess->kind == GUESS_PASSWORD) {
		charge = add_charge(guess, THROTTLE_ACCOUNTS, &th->account, true);
		throttle_name_account(guess->account, charge->name);
		if (pair)
			throttle_name_pair(th, guess->account, &guess->address, charge->name);
	} else if (guess->kind == GUESS_HA1B && !guess->known) {
		charge = add_charge(guess, THROTTLE_ACCOUNTS, NULL, true);
		strcpy(charge->name, THROTTLE_BUDGET);
	}
}

static int64_t
wait_of(const struct throttle *th, const struct throttle_charge *charge,
    const struct throttle_count *count, int64_t now_ms)
{
	if (!charge->waits)
		return 0;
	if (!charge->rule)
		return throttle_budget_wait_ms(th->conf->throttle_ha1b_per_second, count, now_ms);
	return throttle_wait_ms(charge->rule, count, now_ms);
}

/* Notes a wait, of which the longest counts.  V_THROTTLED if there is one. */
static int
note_wait(struct guess *guess, int64_t wait_ms)
{
	int64_t wait_s = (wait_ms + 999) / 1000;

	if (!wait_ms)
		return 0;
	if (wait_s > guess->wait_s)
		guess->wait_s = wait_s;
	return V_THROTTLED;
}

/* Reads one count.  V_THROTTLED; *clear goes if there is a failure. */
static int
look_at(struct throttle *th, struct guess *guess, const struct throttle_charge *charge,
    int64_t now_ms)
{
	struct throttle_count count;
	int r;

	r = cache_read(th->cache, charge->table, charge->name, &count, sizeof count, now_ms);
	if (r)
		return r == V_NOT_FOUND ? 0 : r;
	if (charge->waits && count.failures)
		guess->clear = false;
	return note_wait(guess, wait_of(th, charge, &count, now_ms));
}

int
throttle_look(struct throttle *th, struct guess *guess, int64_t now_ms)
{
	int r, verdict = 0;

	guess->wait_s = 0;
	guess->charge_count = 0;
	guess->clear = true;
	if (!th)
		return 0;
	take_source(th, guess);
	if (guess->exempt)
		return 0;
	take_secret(th, guess);
	r = throttle_find_known(th, guess, now_ms, &guess->known);
	if (r)
		return r;
	list_charges(th, guess);
	guess->clear = guess->known;
	for (size_t i = 0; i < guess->charge_count; i++) {
		r = look_at(th, guess, &guess->charges[i], now_ms);
		if (r < 0)
			return r;
		verdict = r ? r : verdict;
	}
	return verdict;
}

/* What a change of a count needs to know. */
struct change {
	struct throttle *th;
	struct guess *guess;
	struct throttle_charge *charge;
	int64_t now_ms;
};

static int64_t
ends_ms(const struct change *change, const struct throttle_count *count)
{
	if (!change->charge->rule)
		return change->now_ms + BUDGET_LIFE_MS;
	return throttle_ends_ms(change->charge->rule, count);
}

/* What the administrator is told a count is of. */
static void
name_count(const struct guess *guess, const struct throttle_charge *charge,
    struct throttle_count *count)
{
	if (strchr("sp", charge->name[0]))
		count->source = guess->address;
	if (strchr("ap", charge->name[0]))
		memcpy(count->account, guess->account, sizeof count->account);
}

/* V_THROTTLED, or V_EXISTS: this very secret failed here lately. */
static int
charge_count(void *value, int64_t *end_ms, void *arg)
{
	struct change *change = arg;
	struct throttle_charge *charge = change->charge;
	struct throttle_count *count = value;
	struct guess *guess = change->guess;
	int r;

	r = note_wait(guess, wait_of(change->th, charge, count, change->now_ms));
	if (r)
		return r;
	charge->before = *count;
	if (!charge->rule) {
		throttle_budget_add(count, change->now_ms);
	} else {
		if (throttle_knows(count, guess->digest))
			return V_EXISTS;
		throttle_add(charge->rule, count, guess->digest, change->now_ms);
	}
	name_count(guess, charge, count);
	*end_ms = ends_ms(change, count);
	return 0;
}

static int
take_back_count(void *value, int64_t *end_ms, void *arg)
{
	const struct change *change = arg;
	const struct throttle_charge *charge = change->charge;
	struct throttle_count *count = value;

	if (charge->rule)
		throttle_take_back(count, &charge->before, change->guess->digest);
	else
		throttle_budget_take_back(count);
	*end_ms = ends_ms(change, count);
	return 0;
}

static int
take_back(struct throttle *th, struct guess *guess, int64_t now_ms)
{
	struct throttle_count count;
	int r = 0;

	for (size_t i = 0; i < guess->charge_count && !r; i++) {
		struct throttle_charge *charge = &guess->charges[i];
		struct change change = { th, guess, charge, now_ms };

		if (charge->made)
			r = cache_update(th->cache, charge->table, charge->name, &count,
			    sizeof count, now_ms, take_back_count, &change);
		charge->made = false;
	}
	return r;
}

static int
make_charge(struct throttle *th, struct guess *guess, struct throttle_charge *charge,
    int64_t now_ms)
{
	struct change change = { th, guess, charge, now_ms };
	struct throttle_count count;
	int r;

	r = cache_update(th->cache, charge->table, charge->name, &count, sizeof count, now_ms,
	    charge_count, &change);
	charge->made = r == 0;
	return r == V_EXISTS ? 0 : r;
}

int
throttle_enter(struct throttle *th, struct guess *guess, int64_t now_ms)
{
	int undone, r = 0;

	for (size_t i = 0; i < guess->charge_count && !r; i++) {
		/* a source that repeats itself shall not use up what all share */
		if (guess->charges[i].rule || guess->charges[0].made)
			r = make_charge(th, guess, &guess->charges[i], now_ms);
	}
	if (r <= 0)
		return r;
	undone = take_back(th, guess, now_ms);
	return undone ? undone : r;
}

int
throttle_leave(struct throttle *th, struct guess *guess, int result, int64_t now_ms)
{
	int r;

	if (!th || guess->exempt || result == V_WRONG_CREDENTIAL)
		return result;
	r = take_back(th, guess, now_ms);
	if (result)
		return result;
	/* whoever knows the password starts anew */
	if (!r && guess->kind == GUESS_PASSWORD && guess->known)
		r = cache_drop(th->cache, THROTTLE_ACCOUNTS, guess->charges[1].name);
	return r ? r : throttle_add_known(th, guess, now_ms);
}
