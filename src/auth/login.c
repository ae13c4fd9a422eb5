// SPDX-License-Identifier: ISC
/* auth/login.c - the logins of a user: begun, seen, listed, ended. */
#include "auth/login.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "auth/pages.h"
#include "auth/user.h"
#include "base/log.h"
#include "base/setback.h"
#include "base/text.h"
#include "base/unicode.h"
#include "base/verdict.h"

/* A JWT may have been made by a clock that is ahead (auth/user_jwt.c). */
#define SKEW_S 60

/*
 * An id is random, but for what it begins with, a digest of user and client, and what it
 * ends with, a keyed digest of the user and the rest: so it is known whose it is, where
 * nothing else is known of it.
 */
#define PLACE_LEN 2
#define MARK_LEN 7
#define MARK_AT (UUID_LEN - MARK_LEN)

static void
mark_id(const struct ring_key *key, const struct uuid *user, struct uuid *id)
{
	uint8_t by[DIGEST_LEN], mark[DIGEST_LEN];

	secret_digest(by, key->bytes, "login", user->bytes, UUID_LEN);
	secret_digest(mark, by, "id", id->bytes, MARK_AT);
	memcpy(id->bytes + MARK_AT, mark, MARK_LEN);
}

static bool
is_of(const struct auth *auth, const struct uuid *user, const struct uuid *id)
{
	for (const struct ring_key *key = keyring_newest(&auth->keys, KEY_HASH); key;
	    key = keyring_older(&auth->keys, key)) {
		struct uuid own = *id;

		mark_id(key, user, &own);
		if (uuid_equal(&own, id))
			return true;
	}
	return false;
}

/* What is noted of a client, as far as track_logins permits. */
static void
take_client(const struct auth *auth, const struct client *client, struct login_seen *use)
{
	const char *agent = client->agent ? client->agent : "";
	size_t len = strlen(agent);

	if (strcmp(auth->conf->track_logins, "yes") != 0)
		return;
	if (text_copy(use->ip, sizeof use->ip, client->ip))
		use->ip[0] = '\0';
	if (len > LOGIN_AGENT_LEN) {
		len = LOGIN_AGENT_LEN;
		while (len && ((unsigned char)agent[len] & 0xc0) == 0x80)
			len--;			/* not within a character */
	}
	/* it is shown: on terminals too */
	if (text_is_utf8(agent, len) && unicode_is_label(agent, len))
		memcpy(use->agent, agent, len);
}

/* What tells a client of the user from others: it is recognized by it, not known. */
static void
digest_client(const struct auth *auth, const struct uuid *user, const struct client *client,
    struct login_seen *use)
{
	const struct ring_key *key = keyring_oldest(&auth->keys, KEY_HASH);
	uint8_t by[DIGEST_LEN], digest[DIGEST_LEN];

	secret_digest(by, key->bytes, "client of", user->bytes, UUID_LEN);
	secret_digest(digest, by, "address", client->ip, strlen(client->ip));
	secret_digest(by, digest, "agent", client->agent, strlen(client->agent));
	memcpy(use->id.bytes, by, PLACE_LEN);
	memcpy(&use->client, by + PLACE_LEN, sizeof use->client);
}

/* One that begins as like does.  Only a new login costs random bytes. */
static struct uuid
new_id(const struct auth *auth, const struct uuid *user, const struct uuid *like)
{
	struct uuid id = uuid_new();

	memcpy(id.bytes, like->bytes, PLACE_LEN);
	mark_id(keyring_newest(&auth->keys, KEY_HASH), user, &id);
	return id;
}

int
login_begin(struct auth *auth, struct identity *who, const struct client *client,
    int64_t now_ms)
{
	struct login_seen found, like = { .user = who->user.id, .gen = who->user.gen };
	int r = V_ENDED;

	if (!auth->logins || who->by_token || !uuid_is_none(&who->login))
		return 0;
	digest_client(auth, &who->user.id, client, &like);
	if (logins_of_client(auth->logins, &like, now_ms / 1000, &found))
		r = login_check(auth, &who->user, &found.id, now_ms);
	if (r < 0)
		return r;
	who->login = r ? new_id(auth, &who->user.id, &like.id) : found.id;
	who->login_client = like.client;
	return 0;
}

void
login_note(struct auth *auth, const struct identity *who, const struct client *client,
    int64_t now_ms)
{
	struct login_seen use = { .id = who->login, .user = who->user.id, .kind = LOGIN_BY_JWT,
	    .gen = who->user.gen, .client = who->login_client, .began_s = who->authenticated_s,
	    .until_s = who->login_until_s, .seen_ms = now_ms };

	if (!auth->logins || uuid_is_none(&who->login))
		return;
	take_client(auth, client, &use);
	logins_note(auth->logins, &use);
}

void
login_note_session(struct auth *auth, const struct caller *caller, const struct client *client,
    int64_t now_ms)
{
	struct login_seen use = { .id = caller->session, .user = caller->owner,
	    .kind = LOGIN_BY_SESSION, .began_s = now_ms / 1000,
	    .until_s = caller->expires_ms / 1000, .seen_ms = now_ms };

	if (!auth->logins || caller->by_domain_token)
		return;
	take_client(auth, client, &use);
	logins_note(auth->logins, &use);
}

int
login_check(struct auth *auth, const struct user *user, const struct uuid *login,
    int64_t now_ms)
{
	struct token ended;
	int r;

	if (user->logins_ended_ms <= now_ms || uuid_is_none(login))
		return 0;
	r = store_login_find_ended(auth->store, login, now_ms, &ended);
	return r == V_NOT_FOUND ? 0 : r ? r : V_ENDED;
}

int
login_again(struct auth *auth, struct identity *who, int64_t now_ms)
{
	struct user user;
	int r;

	r = store_user_get(auth->store, &who->user.id, &user);
	if (r)
		return r == V_NOT_FOUND ? V_ENDED : r;
	if (!user_is_live(&user) || user.gen != who->user.gen)
		return V_ENDED;
	r = login_check(auth, &user, &who->login, now_ms);
	if (!r)
		who->user = user;
	return r;
}

/* --- lists -------------------------------------------------------------------------- */

static int
by_age(const void *left, const void *right)
{
	const struct login_seen *a = left, *b = right;

	if (a->began_s != b->began_s)
		return a->began_s < b->began_s ? -1 : 1;
	return memcmp(&a->id, &b->id, sizeof a->id);
}

static bool
is_live(const struct auth *auth, const struct user *user, const struct token *session,
    int64_t now_ms)
{
	return session->gen == user->gen && !setbacks_ended(auth->setbacks, session->created_ms,
	    session->expires_ms, now_ms);
}

/* A session is in the store; what was seen of it is not. */
static struct login_seen
seen_of_session(const struct auth *auth, const struct token *session)
{
	struct login_seen seen;

	if (!logins_find(auth->logins, &session->id, LOGIN_BY_SESSION, &seen))
		seen = (struct login_seen){ .id = session->id, .user = session->user,
		    .kind = LOGIN_BY_SESSION };
	seen.began_s = session->created_ms / 1000;
	return seen;
}

/* What is being listed, in room that grows. */
struct list {
	struct auth *auth;
	struct arena *mem;
	const struct user *user;
	int64_t now_ms;
	struct login_seen *at;
	size_t count, room;
};

static int
list_add(struct list *list, const struct login_seen *seen)
{
	struct login_seen *more;

	if (list->count == list->room) {
		list->room = 2 * list->room + 16;
		more = arena_alloc(list->mem, list->room * sizeof *more);
		if (!more)
			return -ENOMEM;
		if (list->count)
			memcpy(more, list->at, list->count * sizeof *more);
		list->at = more;
	}
	list->at[list->count++] = *seen;
	return 0;
}

static int
list_session(const void *record, void *arg)
{
	const struct token *session = record;
	struct list *list = arg;
	struct login_seen seen;

	if (!is_live(list->auth, list->user, session, list->now_ms))
		return 0;
	seen = seen_of_session(list->auth, session);
	return list_add(list, &seen);
}

static int
list_sessions(struct list *list)
{
	const struct pages_part all = { .page = STORE_LIST_MAX };
	int r;

	r = pages_sessions_part(list->auth, &list->user->id, &all, list->now_ms, list_session,
	    list);
	return r == V_CHANGED ? 0 : r;		/* the last one of a page has gone meanwhile */
}

static int
list_jwts(struct list *list)
{
	struct login_seen *jwts;
	size_t count;
	int r;

	r = logins_list(list->auth->logins, list->mem, list->user, list->now_ms / 1000, &jwts,
	    &count);
	for (size_t i = 0; r >= 0 && i < count; i++) {
		/* it may have been ended on another machine */
		r = login_check(list->auth, list->user, &jwts[i].id, list->now_ms);
		if (!r)
			r = list_add(list, &jwts[i]);
	}
	return r < 0 ? r : 0;
}

int
login_list(struct auth *auth, struct arena *mem, const struct user *user, int64_t now_ms,
    struct login_seen **out, size_t *count)
{
	struct list list = { .auth = auth, .mem = mem, .user = user, .now_ms = now_ms };
	int r;

	r = list_sessions(&list);
	if (!r)
		r = list_jwts(&list);
	if (r)
		return r;
	if (list.count)
		qsort(list.at, list.count, sizeof *list.at, by_age);
	*out = list.at;
	*count = list.count;
	return 0;
}

/* --- ends --------------------------------------------------------------------------- */

/*
 * Does the user have it, as far as can be known?  *latest_ms: the latest time that JWTs of it
 * are known to have.  It is after now if the clock was set back since.
 */
static bool
has(const struct auth *auth, const struct user *user, const struct uuid *id,
    int64_t *latest_ms)
{
	struct login_seen seen;

	*latest_ms = 0;
	if (logins_find(auth->logins, id, LOGIN_BY_JWT, &seen)) {
		*latest_ms = (seen.until_s > seen.began_s ? seen.until_s : seen.began_s) * 1000;
		return uuid_equal(&seen.user, &user->id) && seen.gen == user->gen;
	}
	return is_of(auth, &user->id, id);
}

static int
end_jwts(struct auth *auth, const struct user *user, const struct uuid *id, int64_t now_ms)
{
	int64_t until_ms;
	int r;

	if (!has(auth, user, id, &until_ms))
		return V_NOT_FOUND;
	if (until_ms < now_ms)
		until_ms = now_ms;
	until_ms += (auth->conf->max_session_s + SKEW_S) * 1000;
	r = store_login_end(auth->store, &user->id, user->gen, id, until_ms,
	    (uint64_t)auth->conf->max_tokens_per_user, now_ms);
	if (r == V_TOO_MANY || r == -ENOSPC)
		r = user_end_logins(auth, &user->id, now_ms);
	if (!r)
		logins_drop(auth->logins, id);
	return r == V_EXISTS ? V_NOT_FOUND : r;
}

int
login_revoke(struct auth *auth, const struct user *user, const struct uuid *id, int64_t now_ms,
    enum login_kind *kind)
{
	struct token gone;
	int r;

	*kind = LOGIN_BY_SESSION;
	r = store_session_drop(auth->store, &user->id, id, now_ms, &gone);
	if (r != V_NOT_FOUND)
		return r;
	*kind = LOGIN_BY_JWT;
	return end_jwts(auth, user, id, now_ms);
}
