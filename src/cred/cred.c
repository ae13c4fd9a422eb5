// SPDX-License-Identifier: ISC
/* cred/cred.c - which credentials a request presents, and whether one is good. */
#include "cred/cred.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth/login.h"
#include "auth/throttle.h"
#include "auth/token_admit.h"
#include "auth/token.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"
#include "cred/provider.h"

static int
open_by(int (*open)(struct providers **, const struct conf *), struct cred **out,
    const struct conf *conf, struct auth *auth)
{
	GUARD(cred_close) struct cred *cred = NULL;
	int r;

	cred = calloc(1, sizeof *cred);
	if (!cred)
		return -ENOMEM;
	cred->auth = auth;
	arena_init(&cred->mem, 0);
	r = open(&cred->providers, conf);
	if (!r)
		r = cred_slots_make(&cred->slots, &cred->mem, conf, cred->providers);
	if (r)
		return r;
	*out = cred;
	cred = NULL;
	return 0;
}

int
cred_open(struct cred **cred, struct auth *auth)
{
	return open_by(providers_open, cred, auth->conf, auth);
}

int
cred_describe(struct cred **cred, const struct conf *conf)
{
	return open_by(providers_list, cred, conf, NULL);
}

void
cred_close(struct cred **cred)
{
	if (!*cred)
		return;
	providers_close(&(*cred)->providers);
	arena_free(&(*cred)->mem);
	free(*cred);
	*cred = NULL;
}

/* What follows the auth-scheme and its blanks (RFC 9110, 11.4); NULL for another. */
static const char *
skip_prefix(const char *value, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncasecmp(value, prefix, len) != 0 || value[len] != ' ')
		return NULL;
	return value + len + strspn(value + len, " ");
}

/* The credential in a slot; NULL if its place has none. */
static const char *
slot_value(const struct cred_slot *slot, const struct sources *sources)
{
	const struct pair *pair = pairs_find(&sources->in[slot->place], slot->name);
	const char *value;

	if (!pair || strlen(pair->value) != pair->value_len)
		return NULL;
	value = slot->prefix ? skip_prefix(pair->value, slot->prefix) : pair->value;
	if (!value || !*value || strpbrk(value, " ,\t"))
		return NULL;
	if (slot->shape != SHAPE_ANY &&
	    (strchr(value, '.') != NULL) != (slot->shape == SHAPE_DOTTED))
		return NULL;
	return value;
}

/* May value be tried too?  Not after as many of its scheme, nor if it is one of those. */
static bool
is_candidate(const struct presented *out, const struct cred_slot *slot, const char *value)
{
	size_t places = 0;

	for (size_t i = 0; i < out->count; i++) {
		const struct cred_slot *other = out->list[i].slot;

		if (other->scheme != slot->scheme || other->provider != slot->provider)
			continue;
		if (++places == CRED_PLACES_MAX || strcmp(out->list[i].value, value) == 0)
			return false;
	}
	return true;
}

int
cred_collect(const struct cred *cred, const struct sources *sources, struct presented *out)
{
	const struct cred_slot *slot = cred->slots.at;
	const char *value;

	out->count = 0;
	for (size_t i = 0; i < cred->slots.count; i++, slot++) {
		if (pairs_count(&sources->in[slot->place], slot->name) > 1)
			return V_DUPLICATE_CREDENTIAL;
		value = slot_value(slot, sources);
		if (!value || !is_candidate(out, slot, value))
			continue;
		out->list[out->count].slot = slot;
		out->list[out->count].value = value;
		out->count++;
	}
	return 0;
}

bool
cred_is_ambient(const struct presented *presented)
{
	for (size_t i = 0; i < presented->count; i++) {
		if (presented->list[i].slot->scheme->is_ambient)
			return true;
	}
	return false;
}

bool
cred_is_in_query(const struct presented *presented)
{
	for (size_t i = 0; i < presented->count; i++) {
		if (presented->list[i].slot->place == PLACE_QUERY)
			return true;
	}
	return false;
}

bool
cred_has_token(const struct presented *presented)
{
	for (size_t i = 0; i < presented->count; i++) {
		if (presented->list[i].slot->scheme->is_token)
			return true;
	}
	return false;
}

/* What the throttle knows a token by: its failures are the source's alone. */
static struct guess
guess_of(enum guess_kind kind, const char *source, const char *token)
{
	return (struct guess){ .kind = kind, .source = source, .secret = token,
	    .secret_len = strlen(token) };
}

static int
charge(struct attempt *attempt, enum guess_kind kind, const char *token)
{
	struct guess guess = guess_of(kind, attempt->source, token);
	int r;

	r = throttle_fail(attempt->auth->throttle, &guess, attempt->now_ms);
	outcome_wait(attempt->outcome, guess.wait_s);
	return r;
}

int
cred_charge_token(struct auth *auth, const char *source, const char *token, int64_t now_ms,
    struct outcome *outcome)
{
	struct attempt attempt = { .auth = auth, .source = source, .now_ms = now_ms,
	    .outcome = outcome };

	return charge(&attempt, GUESS_TOKEN, token);
}

/*
 * A provider is not asked for a source that must wait, nor for a token that it
 * has just refused: that costs more than a look.
 */
static int
spare_provider(struct attempt *attempt)
{
	struct throttle *throttle = attempt->auth->throttle;
	struct guess guess = guess_of(GUESS_PROVIDER, attempt->source, attempt->value);
	int r;

	r = throttle_look(throttle, &guess, attempt->now_ms);
	if (!r)
		r = throttle_recall(throttle, &guess, attempt->now_ms);
	attempt->charged = r == V_WRONG_CREDENTIAL;
	outcome_wait(attempt->outcome, guess.wait_s);
	return refusal_if(&attempt->auth->refusal, r,
	    r == V_THROTTLED ? WHY_THROTTLED : WHY_REPEATED);
}

static int
try_one(const struct cred_slot *slot, const char *value, struct attempt *attempt)
{
	int r = 0;

	attempt->value = value;
	attempt->provider = slot->provider;
	attempt->charged = false;
	attempt->auth->refusal = (struct refusal){ .why = WHY_NONE };
	if (slot->provider)
		r = spare_provider(attempt);
	if (!r)
		r = slot->scheme->verify(attempt);
	if (r == V_UNAVAILABLE && !attempt->auth->refusal.why)
		return refusal(&attempt->auth->refusal, r, WHY_UNAVAILABLE);
	if (r)
		return r;
	r = token_admit(attempt->auth, attempt->who, attempt->source, attempt->now_ms,
	    attempt->outcome);
	if (r)
		*attempt->who = (struct identity){ .by_token = false };
	return r;
}

/* What the log names it by. */
static const char *
slot_name(const struct cred_slot *slot)
{
	return slot->provider ? slot->provider->name : slot->scheme->name;
}

/* What came of each that was tried; while the request waits, in its arena. */
struct trial {
	int results[CRED_SLOTS_MAX];
	bool charged[CRED_SLOTS_MAX];
	size_t count;
	struct outcome outcome;		/* with what they reported there */
	struct provider_wait wait;	/* of the one that is being tried */
};

/* Until one verifies, waits or is a fault, which is the result; else V_WRONG_CREDENTIAL. */
static int
try_all(const struct presented *presented, struct attempt *attempt, struct trial *trial)
{
	int r;

	for (size_t i = trial->count; i < presented->count; i++) {
		const struct cred_slot *slot = presented->list[i].slot;

		r = try_one(slot, presented->list[i].value, attempt);
		if (r <= 0 || r == V_WAITING)
			return r;
		outcome_refused(attempt->outcome, slot_name(slot), &attempt->auth->refusal);
		trial->results[i] = r;
		trial->charged[i] = attempt->charged;
		trial->count = i + 1;
	}
	return V_WRONG_CREDENTIAL;
}

/* Of several refusals the first of these is the answer (API 2.2). */
static const int precedence[] = { V_THROTTLED, V_UNAVAILABLE, V_WRONG_CREDENTIAL,
    V_WRONG_ADDRESS, V_REUSED, V_ENDED };

/* The position of a verdict there; schemes must not return any other. */
static size_t
rank(int verdict)
{
	size_t i = 0;

	while (i < NELEM(precedence) && precedence[i] != verdict)
		i++;
	return i;
}

/*
 * Counts a credential that failed and has not been counted.  What a provider did
 * not accept is remembered as refused; an unknown person may become a user a
 * moment later.
 */
static int
count_failure(const struct presented *presented, size_t i, struct attempt *attempt,
    const struct trial *trial)
{
	const struct cred_slot *slot = presented->list[i].slot;
	const char *value = presented->list[i].value;
	int r = trial->results[i];

	if (r == V_WRONG_CREDENTIAL && !trial->charged[i])
		return charge(attempt, slot->provider ? GUESS_PROVIDER : GUESS_TOKEN, value);
	return r == V_NOT_FOUND ? charge(attempt, GUESS_TOKEN, value) : r;
}

/* None verified: counts what has not been counted; returns the refusal. */
static int
refuse(const struct presented *presented, struct attempt *attempt, struct trial *trial)
{
	int verdict = trial->count ? V_ENDED : V_WRONG_CREDENTIAL, r;

	if (!trial->count)
		outcome_refuse(attempt->outcome, NULL, WHY_ABSENT);
	for (size_t i = 0; i < trial->count; i++) {
		r = count_failure(presented, i, attempt, trial);
		if (r < 0)
			return r;
		if (rank(r) == NELEM(precedence))
			return log_fault(-EINVAL, "a credential ended as %s", verdict_name(r));
		verdict = rank(r) < rank(verdict) ? r : verdict;
	}
	return verdict;
}

/* Has an earlier credential of the same scheme failed? */
static bool
is_named(const struct presented *presented, const struct trial *trial, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (trial->results[i] != V_UNAVAILABLE &&
		    presented->list[i].slot->scheme == presented->list[n].slot->scheme)
			return true;
	}
	return false;
}

/* "basic,jwt": which of them failed, each once; "" for none. */
static const char *
name_failed(const struct presented *presented, struct arena *mem, const struct trial *trial)
{
	const char *names = "";
	struct text t;

	text_init(&t, mem);
	for (size_t i = 0; i < trial->count; i++) {
		if (trial->results[i] == V_UNAVAILABLE || is_named(presented, trial, i))
			continue;
		text_puts(&t, t.len ? "," : "");
		text_puts(&t, presented->list[i].slot->scheme->name);
	}
	return t.len && text_done(&t, &names, NULL) == 0 ? names : "";
}

static bool
has_provider(const struct presented *presented)
{
	for (size_t i = 0; i < presented->count; i++) {
		if (presented->list[i].slot->provider)
			return true;
	}
	return false;
}

static void
accept(const struct scheme *scheme, const struct attempt *attempt)
{
	outcome_know(attempt->outcome, attempt->who->as_password ? "token-password" :
	    scheme->name, &attempt->who->user.id);
	if (attempt->who->by_token)
		outcome_know_token(attempt->outcome, &attempt->who->token);
	if (attempt->who->by_token)
		token_note_use(attempt->auth, attempt->who, attempt->source, attempt->now_ms);
	else
		login_note(attempt->auth, attempt->who,
		    &(struct client){ attempt->source, attempt->agent }, attempt->now_ms);
}

static int
verify_in(const struct presented *presented, struct attempt *attempt, struct trial *trial)
{
	int r;

	r = try_all(presented, attempt, trial);
	trial->outcome = *attempt->outcome;
	if (r == V_WAITING)
		return r;
	if (r == 0)
		accept(presented->list[trial->count].slot->scheme, attempt);
	else if (r > 0)
		r = refuse(presented, attempt, trial);
	attempt->outcome->failed = name_failed(presented, attempt->mem, trial);
	return r;
}

/*
 * Where a provider may have to be asked, the trial goes on after that, and those before
 * it are not tried again: they may have been counted.
 */
int
cred_verify(const struct presented *presented, struct attempt *attempt, struct trial **kept)
{
	struct trial once = { .count = 0 };

	if (!kept || !has_provider(presented))
		return verify_in(presented, attempt, &once);
	if (*kept)
		*attempt->outcome = (*kept)->outcome;
	else
		*kept = arena_alloc(attempt->mem, sizeof **kept);
	if (!*kept)
		return -ENOMEM;
	attempt->at_provider = &(*kept)->wait;
	return verify_in(presented, attempt, *kept);
}

bool
cred_is_due(const struct trial *trial)
{
	return !trial || provider_is_due(&trial->wait);
}

int
cred_due_ms(const struct cred *cred)
{
	return providers_due_ms(cred->providers);
}

int
cred_abandon(const struct cred *cred, struct trial **trial)
{
	/* a guess that was refused must be in the log */
	if (*trial && ((*trial)->wait.call || (*trial)->count))
		return V_WAITING;
	cred_end(cred, trial);
	return 0;
}

void
cred_end(const struct cred *cred, struct trial **trial)
{
	if (*trial)
		provider_wait_end(cred->providers, &(*trial)->wait);
	*trial = NULL;
}
