// SPDX-License-Identifier: ISC
/* ctl/ctl_session.c - doorwardctl session ... */
#include <string.h>

#include "auth/login.h"
#include "auth/user.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "ctl/listing.h"
#include "ctl/written.h"

/* A login as it is shown. */
struct session_shown {
	struct uuid id;
	char kind[8];
	int64_t began_ms, seen_ms;
	char ip[TOKEN_IP_SIZE];
	char agent[LOGIN_AGENT_LEN + 1];
};

#define FIELD(member, name, type) \
	{ name, type, offsetof(struct session_shown, member), \
	    sizeof ((struct session_shown *)NULL)->member }

static const struct field fields[] = {
	FIELD(id, "uuid", FIELD_UUID),
	FIELD(kind, "kind", FIELD_TEXT),
	FIELD(began_ms, "began_on", FIELD_TIME),
	FIELD(seen_ms, "last_seen_on", FIELD_TIME),
	FIELD(ip, "last_seen_ip", FIELD_TEXT),
	FIELD(agent, "user_agent", FIELD_TEXT),
};

static const struct record_kind session_kind = { "session", 0, sizeof(struct session_shown),
    fields, NELEM(fields) };

static const struct column columns[] = {
	{ "KIND",      "kind" },
	{ "BEGAN",     "began_on" },
	{ "LAST SEEN", "last_seen_on" },
	{ "FROM",      "last_seen_ip" },
	{ "UUID",      "uuid" },
	{ "PROGRAM",   "user_agent" },
};

static struct session_shown
shown(const struct login_seen *login)
{
	struct session_shown session = { .id = login->id, .began_ms = login->began_s * 1000,
	    .seen_ms = login->seen_ms };

	strcpy(session.kind, login->kind == LOGIN_BY_JWT ? "jwt" : "webitel");
	strcpy(session.ip, login->ip);
	strcpy(session.agent, login->agent);
	return session;
}

static int
find(struct ctl *ctl, struct user *user)
{
	ctl->about = ctl->operands[0];
	auth_open_beside(ctl->auth);
	return user_lookup(ctl->auth, ctl->operands[0], user);
}

int
ctl_session_list(struct ctl *ctl)
{
	struct session_shown session;
	struct login_seen *logins;
	struct listing l;
	struct user user;
	size_t count;
	int r;

	r = find(ctl, &user);
	if (!r)
		r = login_list(ctl->auth, &ctl->mem, &user, ctl->now_ms, &logins, &count);
	if (r)
		return r;
	listing_open(&l, ctl, &session_kind, columns, NELEM(columns));
	for (size_t i = 0; i < count && !r; i++) {
		session = shown(&logins[i]);
		r = listing_add(&l, &session);
	}
	listing_close(&l);
	return r;
}

int
ctl_session_end(struct ctl *ctl)
{
	const char *text = ctl->operands[1];
	enum login_kind kind;
	struct user user;
	struct uuid id;
	int r;

	r = find(ctl, &user);
	if (r)
		return r;
	ctl->about = text;
	if (uuid_parse(text, strlen(text), &id) != 0) {
		ctl->why = "not a uuid; 'doorwardctl session list' shows the uuids";
		return V_INVALID;
	}
	r = login_revoke(ctl->auth, &user, &id, ctl->now_ms, &kind);
	if (r == V_NOT_FOUND)
		ctl->why = "the user has no such login, or it has ended";
	return r ? r : written_count(ctl, "logins ended", "ended", 1);
}
