// SPDX-License-Identifier: ISC
/* http/handle_webitel.c - /login, /logout and whoami of the Webitel dialect (API 6.2 to 6.4). */
#include <string.h>

#include "auth/role.h"
#include "auth/session.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/answer.h"
#include "http/call.h"
#include "http/handle.h"

#define SHOWN(member)	.offset = offsetof(struct shown, member)

/* A caller as it is shown, and how it logged in. */
struct shown {
	const char *key, *domain, *name, *token, *role, *acl, *verto;
	int64_t expires_ms, role_level;
	const struct cdr *cdr;
};

struct cdr {
	const char *host;
};

/* useProxy is a text. */
static const struct answer_field cdr_fields[] = {
	{ "host",     ANSWER_STRING, .offset = offsetof(struct cdr, host), NULL },
	{ "useProxy", ANSWER_FIXED,  .json = "\"true\"" },
	{ .name = NULL },
};
static const struct answer_shape cdr_shape = { .name = "Cdr", .fields = cdr_fields };

/* Only where it is configured, as clients of later versions know it. */
enum part { PART_VERTO = 1 };

#define CDR_AND_VERTO \
	{ "cdr",      ANSWER_OBJECT,  SHOWN(cdr),        NULL, .shape = &cdr_shape }, \
	{ "verto",    ANSWER_STRING,  SHOWN(verto),      NULL, .part = PART_VERTO }
#define ACL \
	{ "acl",      ANSWER_JSON,    SHOWN(acl),        NULL, \
	    .json = "{\"type\":\"object\",\"description\":\"What the role permits\"}" }

static const struct answer_field login_fields[] = {
	{ "key",      ANSWER_STRING,  SHOWN(key),        "For X-Key" },
	{ "domain",   ANSWER_STRING,  SHOWN(domain),     NULL },
	{ "username", ANSWER_STRING,  SHOWN(name),       NULL },
	{ "expires",  ANSWER_INTEGER, SHOWN(expires_ms), "Unix milliseconds" },
	{ "token",    ANSWER_STRING,  SHOWN(token),      "For X-Access-Token" },
	{ "role",     ANSWER_INTEGER, SHOWN(role_level), NULL },
	{ "roleName", ANSWER_STRING,  SHOWN(role),       NULL },
	ACL,
	CDR_AND_VERTO,
	{ .name = NULL },
};

static const struct answer_field whoami_fields[] = {
	ACL,
	{ "id",       ANSWER_STRING,  SHOWN(name),       NULL },
	{ "domain",   ANSWER_STRING,  SHOWN(domain),     NULL },
	{ "roleName", ANSWER_STRING,  SHOWN(role),       NULL },
	{ "expires",  ANSWER_INTEGER, SHOWN(expires_ms), "Unix milliseconds" },
	CDR_AND_VERTO,
	{ .name = NULL },
};

static const struct answer_shape login_shape = { .name = "WebitelLogin",
    .fields = login_fields, .may = PART_VERTO };
static const struct answer_shape whoami_shape = { .name = "WebitelCaller",
    .fields = whoami_fields, .may = PART_VERTO };
const struct answer answer_webitel_login = { .shape = &login_shape };
const struct answer answer_webitel_caller = { .shape = &whoami_shape };

static const struct answer_field logout_fields[] = {
	{ "status", ANSWER_FIXED, .json = "\"OK\"" },
	{ "info",   ANSWER_FIXED, .json = "\"Successful logout.\"" },
	{ .name = NULL },
};
static const struct answer_shape logout_shape = { .name = "LoggedOut",
    .fields = logout_fields };
const struct answer answer_webitel_logout = { .shape = &logout_shape };

static const struct answer_field license_fields[] = {
	{ "status", ANSWER_FIXED, .json = "\"OK\"" },
	{ "info",   ANSWER_FIXED, .json = "[]" },
	{ .name = NULL },
};
static const struct answer_shape license_shape = { .name = "Licences",
    .fields = license_fields };
const struct answer answer_webitel_license = { .shape = &license_shape };

/* secrets: NULL if they are not shown.  The domain is what follows the '@' of the name as sent. */
static void
put_caller(struct call *c, const struct answer_shape *shape, const struct caller *caller,
    const struct session_secrets *secrets)
{
	const char *at = strchr(caller->id, '@');
	const struct cdr cdr = { c->conf->webitel_cdr_host };
	const struct shown shown = { .key = secrets ? secrets->key : NULL,
	    .domain = at ? at + 1 : "", .name = caller->id,
	    .token = secrets ? secrets->token : NULL, .role = caller->role.name,
	    .acl = caller->role.acl, .verto = c->conf->webitel_verto,
	    .expires_ms = caller->expires_ms, .role_level = role_level(caller->role.name),
	    .cdr = &cdr };

	answer_put_one(&c->payload, shape, &shown, *shown.verto ? PART_VERTO : 0);
}

/* POST /login: a session of the user that gate_password verified. */
int
on_webitel_login(struct call *c)
{
	const struct client client = call_client(c);
	struct session_secrets secrets;
	struct caller caller;
	int r;

	r = session_begin(c->auth, c->mem, &c->id.user, c->in.values[LOGIN_USERNAME].text,
	    c->now_ms, &secrets, &caller);
	if (r)
		return r;
	login_note_session(c->auth, &caller, &client, c->now_ms);
	put_caller(c, &login_shape, &caller, &secrets);
	return 0;
}

/* POST /logout: a domain token is not a session. */
int
on_webitel_logout(struct call *c)
{
	int r;

	if (c->caller.by_domain_token)
		return V_BAD_CALLER;
	r = session_end(c->auth, &c->caller, c->now_ms);
	if (r)
		return r == V_NOT_FOUND ? V_BAD_CALLER : r;
	answer_put_one(&c->payload, &logout_shape, "", 0);
	return 0;
}

/* GET /api/v2/whoami */
int
on_webitel_whoami(struct call *c)
{
	put_caller(c, &whoami_shape, &c->caller, NULL);
	return 0;
}

/* GET /api/v2/license: clients ask after a login, and all is free. */
int
on_webitel_license(struct call *c)
{
	answer_put_one(&c->payload, &license_shape, "", 0);
	return 0;
}
