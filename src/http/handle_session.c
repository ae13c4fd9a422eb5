// SPDX-License-Identifier: ISC
/* http/handle_session.c - the logins of the caller: /rest/session and below (API 12). */
#include <string.h>

#include "auth/own_logins.h"
#include "base/json.h"
#include "base/verdict.h"
#include "http/answer.h"
#include "http/call.h"
#include "http/handle.h"

int
may_session(struct call *c)
{
	return own_logins_may_see(&c->id);
}

/* What a login is shown with. */
struct beside {
	const char *kind;
	int64_t began_ms;
	bool is_current;
};

#define LOGIN(member)	.offset = offsetof(struct login_seen, member)
#define BESIDE(member)	.record = 1, .offset = offsetof(struct beside, member)

static const struct answer_field session_fields[] = {
	{ "uuid",         ANSWER_UUID,   LOGIN(id),          NULL },
	{ "kind",         ANSWER_STRING, BESIDE(kind),       "jwt or webitel" },
	{ "began_on",     ANSWER_TIME,   BESIDE(began_ms),   NULL, .is_nullable = true },
	{ "last_seen_on", ANSWER_TIME,   LOGIN(seen_ms),     NULL, .is_nullable = true },
	{ "last_seen_ip", ANSWER_TEXT,   LOGIN(ip),          NULL, .is_nullable = true },
	{ "user_agent",   ANSWER_TEXT,   LOGIN(agent),       NULL, .is_nullable = true },
	{ "current",      ANSWER_BOOL,   BESIDE(is_current), "Is it the one that asks?" },
	{ .name = NULL },
};

static const struct answer_shape session_shape = { .name = "Session",
    .fields = session_fields };
const struct answer answer_sessions = { .shape = &session_shape, .is_list = true };

static void
put_session(struct call *c, const struct login_seen *login)
{
	const bool is_jwt = login->kind == LOGIN_BY_JWT;
	const struct beside beside = { is_jwt ? "jwt" : "webitel", login->began_s * 1000,
	    is_jwt && uuid_equal(&login->id, &c->id.login) };

	answer_put(&c->payload, &session_shape, (const void *[ANSWER_RECORDS_MAX]){ login,
	    &beside }, 0);
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
