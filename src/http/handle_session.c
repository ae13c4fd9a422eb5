// SPDX-License-Identifier: ISC
/* http/handle_session.c - the logins of the caller: /rest/session and below (API 12). */
#include <string.h>

#include "auth/own_logins.h"
#include "base/json.h"
#include "base/verdict.h"
#include "http/call.h"
#include "http/handle.h"

int
may_session(struct call *c)
{
	return own_logins_may_see(&c->id);
}

static void
put_session(struct call *c, const struct login_seen *login)
{
	const bool is_jwt = login->kind == LOGIN_BY_JWT;
	char id[UUID_TEXT_SIZE];
	struct json_out o;

	json_open(&o, &c->payload);
	json_add_string(&o, "uuid", uuid_text(id, &login->id));
	json_add_string(&o, "kind", is_jwt ? "jwt" : "webitel");
	json_add_time(&o, "began_on", login->began_s * 1000);
	json_add_time(&o, "last_seen_on", login->seen_ms);
	json_add_string(&o, "last_seen_ip", *login->ip ? login->ip : NULL);
	json_add_string(&o, "user_agent", *login->agent ? login->agent : NULL);
	json_add_bool(&o, "current", is_jwt && uuid_equal(&login->id, &c->id.login));
	json_close(&o);
}

/* GET /rest/session/list */
int
on_session_list(struct call *c)
{
	struct login_seen *logins;
	struct json_out list;
	size_t count;
	int r;

	r = login_list(c->auth, c->mem, &c->id.user, c->now_ms, &logins, &count);
	if (r)
		return r;
	json_array_open(&list, &c->payload);
	for (size_t i = 0; i < count; i++) {
		json_next(&list);
		put_session(c, &logins[i]);
	}
	json_array_close(&list);
	return 0;
}

/* DELETE /rest/session/{uuid} */
int
on_session_end(struct call *c)
{
	enum login_kind kind;
	int r;

	r = login_revoke(c->auth, &c->id.user, &c->named.id, c->now_ms, &kind);
	if (!r)
		text_puts(&c->payload, "{}");
	return r;
}
