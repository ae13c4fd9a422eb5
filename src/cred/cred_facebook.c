// SPDX-License-Identifier: ISC
/* cred/cred_facebook.c - classic Facebook tokens, checked with debug_token (API 2.8). */
#include <errno.h>
#include <string.h>

#include "auth/person.h"
#include "base/counter.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"
#include "cred/provider.h"
#include "cred/scheme.h"

#define KEPT_MS 60000

/* As for ID tokens: the check that failed is in the log, the token is not. */
static int
refuse_classic(const struct attempt *a, enum why check)
{
	log_info("facebook: token refused: %s", why_name(check));
	refusal(&a->auth->refusal, V_WRONG_CREDENTIAL, check);
	return V_WRONG_CREDENTIAL;
}

/* Is the time in the future?  0 means never if may_be_never (API 2.8). */
static bool
is_ahead(const struct json *data, const char *name, int64_t now_s, bool may_be_never,
    int64_t *time_s)
{
	const struct json *value;

	if (!json_member(data, name, &value) || json_integer(value, time_s))
		return false;
	return *time_s > now_s || (may_be_never && *time_s == 0);
}

/* What debug_token says about a valid token. */
struct finding {
	const char *user_id;
	int64_t ends_ms;		/* how long it may be cached */
};

/* The earlier of two ends; time_s is any number that Facebook names, 0 for never. */
static int64_t
earlier_ms(int64_t ends_ms, int64_t time_s)
{
	return time_s && time_s <= ends_ms / 1000 ? time_s * 1000 : ends_ms;
}

/* The member that shows that a token is not valid for us; WHY_NONE if none does. */
static enum why
find_wrong_member(const struct attempt *a, const struct json *data, int64_t *expires_s,
    int64_t *access_s)
{
	const char *user_id = json_member_text(data, "user_id");
	int64_t now_s = a->now_ms / 1000;

	if (!json_member_is(data, "app_id", a->auth->conf->facebook_app_id))
		return WHY_APP_ID;
	if (!json_member_is(data, "type", "USER"))
		return WHY_TYPE;
	if (!user_id || !*user_id)
		return WHY_USER_ID;
	if (!is_ahead(data, "expires_at", now_s, true, expires_s))
		return WHY_EXPIRES_AT;
	if (!is_ahead(data, "data_access_expires_at", now_s, false, access_s))
		return WHY_ACCESS_EXPIRES_AT;
	return WHY_NONE;
}

/* V_WRONG_CREDENTIAL; V_MALFORMED for nonsense. */
static int
judge(struct attempt *a, const struct json *root, struct finding *out)
{
	const struct json *data, *valid;
	int64_t expires_s, access_s;
	enum why wrong;

	if (!json_member(root, "data", &data) || json_kind(data) != JSON_OBJECT ||
	    !json_member(data, "is_valid", &valid) || json_kind(valid) != JSON_BOOL)
		return V_MALFORMED;
	wrong = json_is_true(valid) ? find_wrong_member(a, data, &expires_s, &access_s) :
	    WHY_IS_VALID;
	if (wrong)
		return refuse_classic(a, wrong);
	out->user_id = arena_strdup(a->mem, json_member_text(data, "user_id"));
	if (!out->user_id)
		return -ENOMEM;
	out->ends_ms = earlier_ms(a->now_ms + KEPT_MS, expires_s);
	out->ends_ms = earlier_ms(out->ends_ms, access_s);
	return 0;
}

/* {graph}/debug_token with our app token, which has a '|' between id and secret. */
static const char *
debug_url(struct attempt *a)
{
	const struct conf *conf = a->auth->conf;
	const char *token = upstream_escape(a->mem, a->value);
	const char *id = upstream_escape(a->mem, conf->facebook_app_id);
	const char *secret = upstream_escape(a->mem, a->providers->facebook_secret);

	if (!token || !id || !secret)
		return NULL;
	return arena_printf(a->mem, "%s/debug_token?input_token=%s&access_token=%s%%7C%s",
	    conf->facebook_graph_url, token, id, secret);
}

/* Facebook answers 200 to a bad token; 400 means that our own app token is wrong. */
static int
ask(struct attempt *a, struct finding *out)
{
	GUARD(json_drop) struct json *root = NULL;
	struct upstream_answer answer;
	const char *url = debug_url(a);
	int r;

	if (!url)
		return -ENOMEM;
	r = provider_get(a, url, &answer);
	if (r)
		return r;
	if (answer.status != 200) {
		log_error("facebook: debug_token answered %ld%s", answer.status,
		    answer.status == 400 ? "; are app id and secret right?" : "");
		return V_UNAVAILABLE;
	}
	r = json_parse(answer.body, answer.body_len, &root);
	if (!r)
		r = judge(a, root, out);
	if (r != V_MALFORMED)
		return r;
	log_error("facebook: debug_token answered in an unknown form");
	return V_UNAVAILABLE;
}

/* The name of a cached result: a keyed digest, because the token is a secret. */
static const char *
finding_name(struct attempt *a)
{
	const struct ring_key *key = keyring_newest(&a->auth->keys, KEY_HASH);
	char hex[2 * DIGEST_LEN + 1];
	uint8_t digest[DIGEST_LEN];

	secret_digest(digest, key->bytes, "facebook token", a->value, strlen(a->value));
	text_hex(hex, digest, sizeof digest);
	return arena_printf(a->mem, "facebook %s", hex);
}

static int
find_user_id(struct attempt *a, const char **user_id)
{
	static struct counter hits = { .name = "cache facebook hit" };
	static struct counter misses = { .name = "cache facebook miss" };
	const char *name = finding_name(a);
	struct finding found;
	const void *kept;
	size_t len;
	int r;

	if (!name)
		return -ENOMEM;
	r = cache_get(a->providers->cache, PROVIDER_TABLE, a->mem, name, a->now_ms, KEPT_MS,
	    &kept, &len);
	if (r != V_NOT_FOUND) {
		counter_add(&hits, r == 0);
		*user_id = r ? NULL : kept;
		return r;
	}
	r = ask(a, &found);
	if (r)
		return r;
	counter_add(&misses, 1);
	*user_id = found.user_id;
	return cache_put(a->providers->cache, PROVIDER_TABLE, name, found.user_id,
	    strlen(found.user_id), a->now_ms, found.ends_ms);
}

static int
verify(struct attempt *a)
{
	struct person person = { .kind = a->provider->kind, .provider = a->provider->sub_prefix };
	int r;

	r = find_user_id(a, &person.id);
	if (r)
		return r == V_UNAVAILABLE ? refusal(&a->auth->refusal, r, WHY_UNAVAILABLE) : r;
	r = person_identify(a->auth, &person, a->now_ms, a->who);
	if (r != V_WRONG_CREDENTIAL)
		return r;
	log_info("facebook: token refused: unknown person");
	return V_NOT_FOUND;
}

const struct scheme scheme_facebook = { .name = "facebook", .verify = verify };
