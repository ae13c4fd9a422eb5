// SPDX-License-Identifier: ISC
/* http/handle_webitel.c - /login, /logout and whoami of the Webitel dialect (CONTRACT 6). */
#include <string.h>

#include "auth/role.h"
#include "auth/session.h"
#include "auth/user_login.h"
#include "base/json.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/call.h"
#include "http/handle.h"

/* {"host":…,"useProxy":"true"}, the latter a text [S3]. */
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

/* The part behind the '@' of a name, spelt as the name is. */
static void
add_domain(struct json_out *o, const char *name)
{
	const char *at = strchr(name, '@');

	json_add_string(o, "domain", at ? at + 1 : "");
}

static void
put_login(struct call *c, const struct session_secrets *secrets)
{
	const struct caller *caller = &c->caller;
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
	add_cdr(&o, c->auth->conf);
	json_close(&o);
}

/* Who logs in; what fails is for the log and the throttle's header. */
static int
log_in(struct call *c, const char *username, const char *password)
{
	struct login login = { .source = request_get(c->req, PARAM_REMOTE_ADDR),
	    .names = LOGIN_BY_ANY, .name = username, .password = password,
	    .len = strlen(password), .outcome = &c->outcome };
	int r;

	r = user_login(c->auth, &login, c->now_ms, &c->id.user);
	if (r > 0 && r != V_UNAVAILABLE)
		c->outcome.failed = "password";
	return r;
}

/* POST /login: V_NO_USER_NAME, V_NO_USER, V_WRONG_CREDENTIAL, V_THROTTLED, V_UNAVAILABLE. */
int
webitel_login(struct call *c)
{
	const struct input_value *username = &c->in.values[LOGIN_USERNAME];
	const struct input_value *password = &c->in.values[LOGIN_PASSWORD];
	struct session_secrets secrets;
	int r;

	if (!username->present || !*username->text)
		return V_NO_USER_NAME;
	r = log_in(c, username->text, password->present ? password->text : "");
	if (r == V_NOT_FOUND)
		return c->auth->conf->webitel_hide_unknown_user ? V_WRONG_CREDENTIAL : V_NO_USER;
	if (r)
		return r;
	r = session_begin(c->auth, c->mem, &c->id.user, username->text, c->now_ms, &secrets,
	    &c->caller);
	if (r)
		return r;
	outcome_know(&c->outcome, "password", &c->id.user.id);
	put_login(c, &secrets);
	return 0;
}

/* POST /logout: a domain token is no session and cannot end. */
int
webitel_logout(struct call *c)
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
webitel_whoami(struct call *c)
{
	const struct caller *caller = &c->caller;
	struct json_out o;

	json_open(&o, &c->payload);
	json_add_raw(&o, "acl", caller->role.acl);
	json_add_string(&o, "id", caller->id);
	add_domain(&o, caller->id);
	json_add_string(&o, "roleName", caller->role.name);
	json_add_integer(&o, "expires", caller->expires_ms);
	add_cdr(&o, c->auth->conf);
	json_close(&o);
	return 0;
}
