// SPDX-License-Identifier: ISC
/* http/gate_webitel.c - callers of the Webitel API (API 6.5). */
#include <errno.h>
#include <string.h>

#include "auth/user_login.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/gate.h"
#include "http/handle.h"
#include "http/input.h"

/* Adds a member that is text to those of a form.  There is room in out. */
static int
add_member(struct arena *mem, const struct json *body, const char *name, struct pairs *out)
{
	struct pair *pair = &out->at[out->count];
	const struct json *value;
	const char *text;

	if (!json_member(body, name, &value) || json_kind(value) != JSON_TEXT)
		return 0;
	text = json_text(value, &pair->value_len);
	pair->name = name;
	pair->value = arena_strndup(mem, text, pair->value_len);
	out->count++;
	return pair->value ? 0 : -ENOMEM;
}

/* Only in this dialect may a JSON body contain credentials (API 6.5). */
static int
collect_json(struct call *c, struct pairs *out)
{
	static const char *const names[] = { WEBITEL_TOKEN_NAME, WEBITEL_KEY_NAME };
	GUARD(json_drop) struct json *body = NULL;
	int r;

	if (!c->has_body || !c->req->body_len || media_of(c) != MEDIA_JSON)
		return 0;
	r = input_json(c, &body);
	if (r)
		return r < 0 ? r : 0;	/* then there is no credential in it */
	out->at = arena_alloc(c->mem, NELEM(names) * sizeof *out->at);
	if (!out->at)
		return -ENOMEM;
	for (size_t i = 0; !r && i < NELEM(names); i++)
		r = add_member(c->mem, body, names[i], out);
	return r;
}

static int
pair_collect(struct call *c, const struct sources *given)
{
	struct sources sources = *given;
	int r;

	r = collect_json(c, &sources.in[PLACE_FORM]);
	return r ? r : cred_webitel_collect(&sources, &c->webitel);
}

/* What the log names the pair by. */
static const char *
pair_name(const struct call *c)
{
	return c->webitel.key ? "session" : c->webitel.token ? "domain-token" : NULL;
}

static int
count_failure(struct call *c)
{
	int r;

	c->outcome.failed = "session";
	r = cred_charge_token(c->auth, request_get(c->req, PARAM_REMOTE_ADDR), c->webitel.token,
	    c->now_ms, &c->outcome);
	return r == V_WRONG_CREDENTIAL ? V_BAD_CALLER : r;
}

static int
pair_verify(struct call *c)
{
	const struct client client = call_client(c);
	int r;

	r = cred_webitel_verify(c->auth, &c->webitel, &client, c->now_ms, &c->caller);
	if (r > 0)
		outcome_refused(&c->outcome, c->webitel.token ? pair_name(c) : NULL,
		    &c->auth->refusal);
	if (r == V_BAD_CALLER && c->webitel.token)
		return count_failure(c);
	if (r == V_ENDED)
		c->outcome.failed = "session";
	if (r)
		return r;
	outcome_know(&c->outcome, c->caller.by_domain_token ? "domain-token" : "session",
	    &c->caller.owner);
	return 0;
}

const struct gate gate_session = { .collect = pair_collect, .verify = pair_verify,
    .accepts = ACCEPTS_SESSION | ACCEPTS_DOMAIN_TOKEN,
    .refuses = GATE_REFUSES | VERDICT_BIT(V_BAD_CALLER) };

/* A web server asks for clients of both APIs. */
static int
guard_collect(struct call *c, const struct sources *sources)
{
	int r;

	r = gate_credential.collect(c, sources);
	if (r || !c->conf->webitel)
		return r;
	return cred_webitel_collect(sources, &c->webitel);
}

/* The pair first, for that costs the least; it is charged only if nothing else verifies. */
static int
guard_verify(struct call *c)
{
	const struct client client = call_client(c);
	int other, r = V_BAD_CALLER;

	if (!c->webitel.token || !c->webitel.key)
		return gate_credential.verify(c);
	r = cred_webitel_identify(c->auth, &c->webitel, &client, c->now_ms, &c->id);
	if (r == 0)
		outcome_know(&c->outcome, "session", &c->id.user.id);
	if (r <= 0)
		return r;
	c->outcome.failed = "session";
	outcome_refused(&c->outcome, "session", &c->auth->refusal);
	other = c->presented.count ? gate_credential.verify(c) : r;
	if (other <= 0 || other == V_WAITING)
		return other;
	if (r == V_BAD_CALLER)
		r = count_failure(c);
	return r < 0 || other == V_BAD_CALLER ? r : other;
}

const struct gate gate_guard = { .collect = guard_collect, .verify = guard_verify,
    .identifies = true, .accepts = ACCEPTS_CREDENTIAL | ACCEPTS_SESSION, .refuses = GATE_REFUSES };

/* The fields of the body are the credential: what is wrong with them is told first. */
static int
fields_collect(struct call *c, const struct sources *sources)
{
	struct input_value *username = &c->in.values[LOGIN_USERNAME];
	int r;

	r = cred_webitel_collect(sources, &c->webitel);
	if (!r)
		r = input_read(c);
	if (r)
		return r;
	if (!username->present)
		return V_NO_USER_NAME;
	username->text = text_trimmed(c->mem, username->text);
	if (!username->text)
		return -ENOMEM;
	return *username->text ? 0 : V_NO_USER_NAME;
}

/* V_NO_USER: only where that may be told. */
static int
fields_verify(struct call *c)
{
	const struct input_value *password = &c->in.values[LOGIN_PASSWORD];
	const char *sent = password->present ? password->text : "";
	struct login login = { .source = request_get(c->req, PARAM_REMOTE_ADDR),
	    .names = LOGIN_BY_ANY, .name = c->in.values[LOGIN_USERNAME].text,
	    .password = sent, .len = strlen(sent), .outcome = &c->outcome, .mem = c->mem,
	    .wait = c->wait };
	int r;

	r = user_login(c->auth, &login, c->now_ms, &c->id.user);
	if (r == 0)
		outcome_know(&c->outcome, "password", &c->id.user.id);
	else if (r > 0 && r != V_UNAVAILABLE && r != V_WAITING)
		c->outcome.failed = "password";
	if (r > 0 && r != V_WAITING)
		outcome_refused(&c->outcome, "password", &c->auth->refusal);
	if (r == V_NOT_FOUND)
		return c->conf->webitel_hide_unknown_user ? V_WRONG_CREDENTIAL : V_NO_USER;
	return r;
}

const struct gate gate_password = { .collect = fields_collect, .verify = fields_verify,
    .refuses = GATE_REFUSES | VERDICT_BIT(V_NO_USER) | VERDICT_BIT(V_NO_USER_NAME) };
