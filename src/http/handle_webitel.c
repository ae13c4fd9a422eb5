// SPDX-License-Identifier: ISC
/* http/handle_webitel.c - /login, /logout and whoami of the Webitel dialect (API 6.2 to 6.4). */
#include <string.h>

#include "auth/role.h"
#include "auth/session.h"
#include "base/json.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/call.h"
#include "http/handle.h"

/* {"host":…,"useProxy":"true"}, useProxy is a text. */
static void
add_cdr(struct json_out *o, const struct conf *conf)
{
	struct json_out cdr;

	json_name(o, "cdr");
	json_open(&cdr, o->out);
	json_add_string(&cdr, "host", conf->webitel_cdr_host);
	json_add_string(&cdr, "useProxy", "true");
	json_close(&cdr);
}

/* Only where it is configured, as clients of later versions know it. */
static void
add_verto(struct json_out *o, const struct conf *conf)
{
	if (*conf->webitel_verto)
		json_add_string(o, "verto", conf->webitel_verto);
}

/* The part of a name after the '@', as it was sent. */
static void
add_domain(struct json_out *o, const char *name)
{
	const char *at = strchr(name, '@');

	json_add_string(o, "domain", at ? at + 1 : "");
}

static void
put_login(struct call *c, const struct caller *caller, const struct session_secrets *secrets)
{
	struct json_out o;

	json_open(&o, &c->payload);
	json_add_string(&o, "key", secrets->key);
	add_domain(&o, caller->id);
	json_add_string(&o, "username", caller->id);
	json_add_integer(&o, "expires", caller->expires_ms);
	json_add_string(&o, "token", secrets->token);
	json_add_integer(&o, "role", role_level(caller->role.name));
	json_add_string(&o, "roleName", caller->role.name);
	json_add_raw(&o, "acl", caller->role.acl);
	add_cdr(&o, c->conf);
	add_verto(&o, c->conf);
	json_close(&o);
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
	put_login(c, &caller, &secrets);
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
	text_puts(&c->payload, "{\"status\":\"OK\",\"info\":\"Successful logout.\"}");
	return 0;
}

/* GET /api/v2/whoami */
int
on_webitel_whoami(struct call *c)
{
	const struct caller *caller = &c->caller;
	struct json_out o;

	json_open(&o, &c->payload);
	json_add_raw(&o, "acl", caller->role.acl);
	json_add_string(&o, "id", caller->id);
	add_domain(&o, caller->id);
	json_add_string(&o, "roleName", caller->role.name);
	json_add_integer(&o, "expires", caller->expires_ms);
	add_cdr(&o, c->conf);
	add_verto(&o, c->conf);
	json_close(&o);
	return 0;
}

/* GET /api/v2/license: clients ask after a login, and all is free. */
int
on_webitel_license(struct call *c)
{
	text_puts(&c->payload, "{\"status\":\"OK\",\"info\":[]}");
	return 0;
}
