// SPDX-License-Identifier: ISC
/*
 * tests/fuzz/provider_fuzz.c - what providers sign and answer: the first byte says whether
 * the others are the claims of an ID token (g, a), the answer of debug_token (f) or a JWK
 * Set (k).  The linker puts the functions below in place of a signature and a connection.
 */
#include <string.h>

#include "base/guard.h"
#include "base/json.h"
#include "base/log.h"
#include "base/verdict.h"
#include "cred/jwks.h"
#include "cred/provider.h"
#include "cred/scheme.h"
#include "fuzz.h"
#include "service/box.h"

static struct { const char *bytes; size_t len; } answer;

int __wrap_jwt_public_open(const char *text, jwt_find_key *find, void *arg, struct json **claims);
int __wrap_provider_get(struct attempt *a, const char *url, struct upstream_answer *out);
int __wrap_cache_get(struct cache *cache, unsigned table, struct arena *mem, const char *name,
    int64_t now_ms, int64_t longest_ms, const void **bytes, size_t *len);
int __wrap_cache_put(struct cache *cache, unsigned table, const char *name, const void *bytes,
    size_t len, int64_t now_ms, int64_t ends_ms);

/* As the real one: claims are an object without repeated names. */
int
__wrap_jwt_public_open(const char *text, jwt_find_key *find, void *arg, struct json **claims)
{
	GUARD(json_drop) struct json *root = NULL;

	(void)text, (void)find, (void)arg;
	if (json_parse_unambiguous(answer.bytes, answer.len, &root) ||
	    json_kind(root) != JSON_OBJECT)
		return V_MALFORMED;
	*claims = root;
	root = NULL;
	return 0;
}

int
__wrap_provider_get(struct attempt *a, const char *url, struct upstream_answer *out)
{
	(void)url;
	*out = (struct upstream_answer){ 200, arena_strndup(a->mem, answer.bytes, answer.len),
	    answer.len, -1 };
	return 0;
}

int
__wrap_cache_get(struct cache *cache, unsigned table, struct arena *mem, const char *name,
    int64_t now_ms, int64_t longest_ms, const void **bytes, size_t *len)
{
	(void)cache, (void)table, (void)mem, (void)name, (void)now_ms, (void)longest_ms;
	(void)bytes, (void)len;
	return V_NOT_FOUND;
}

int
__wrap_cache_put(struct cache *cache, unsigned table, const char *name, const void *bytes,
    size_t len, int64_t now_ms, int64_t ends_ms)
{
	(void)cache, (void)table, (void)name;
	HOLDS(bytes && len && ends_ms > now_ms);
	return 0;
}

static void
configure(struct conf *conf)
{
	static const char *clients[] = { "client-1" };

	conf->google_client_ids = conf->apple_client_ids = (struct conf_list){ clients, 1 };
	conf->google_link_by_email = conf->auto_register = true;
	conf->facebook_app_id = "4711";
	conf->facebook_app_secret_file = "/dev/null";
}

static const struct provider *
provider_named(const struct providers *providers, const char *name)
{
	for (size_t i = 0; i < providers_count(providers); i++) {
		if (strcmp(provider_at(providers, i)->name, name) == 0)
			return provider_at(providers, i);
	}
	return NULL;
}

/* Whoever got in was named by what the provider said. */
static void
check_identity(const char *name)
{
	GUARD(json_drop) struct json *root = NULL;
	const struct json *data;

	HOLDS(json_parse(answer.bytes, answer.len, &root) == 0);
	if (strcmp(name, "facebook") == 0) {
		HOLDS(json_member(root, "data", &data));
		HOLDS(json_member_is(data, "app_id", "4711"));
		HOLDS(json_member_text(data, "user_id"));
		return;
	}
	HOLDS(json_member_text(root, "sub") && json_member_text(root, "sub")[0]);
	HOLDS(strstr(json_member_text(root, "iss"), name));
}

static void
verify(const char *name)
{
	GUARD(providers_close) struct providers *providers = NULL;
	struct outcome outcome = { 0 };
	struct identity who;
	struct box my;
	struct attempt a;
	int r;

	box_open_memory(&my);
	configure(my.conf);
	HOLDS(providers_list(&providers, my.conf) == 0 && providers);
	providers->facebook_secret = "secret";
	a = (struct attempt){ .auth = my.auth, .providers = providers, .mem = &my.mem,
	    .now_ms = NOW_MS, .source = "192.0.2.1", .agent = "", .value = "a.b.c",
	    .provider = provider_named(providers, name), .who = &who, .outcome = &outcome };
	HOLDS(a.provider);
	r = a.provider->scheme->verify(&a);
	HOLDS(r == 0 || r == V_WRONG_CREDENTIAL || r == V_ENDED || r == V_NOT_FOUND ||
	    r == V_UNAVAILABLE);
	if (!r)
		check_identity(name);
	providers_close(&providers);
	box_close(&my);
}

static void
find_key(void)
{
	GUARD(arena_free) struct arena mem;
	struct jwt_key key;
	int r, set;

	arena_init(&mem, 0);
	set = jwks_check(answer.bytes, answer.len);
	HOLDS(set == 0 || set == V_MALFORMED);
	r = jwks_find(&mem, answer.bytes, answer.len, "k", &key);
	HOLDS(r == 0 || r == V_NOT_FOUND || r == V_MALFORMED);
	HOLDS(r || (!set && key.bytes));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	HOLDS(secret_init() == 0 && log_open("/dev/null", LOG_LEVEL_INFO) == 0);
	if (!len)
		return 0;
	answer.bytes = (const char *)bytes + 1;
	answer.len = len - 1;
	switch (*bytes) {
	case 'g':
		verify("google");
		break;
	case 'a':
		verify("apple");
		break;
	case 'f':
		verify("facebook");
		break;
	case 'k':
		find_key();
		break;
	default:
		break;
	}
	return 0;
}
