// SPDX-License-Identifier: ISC
/* auth/throttle_state.c - opening the throttle, and naming what it keeps. */
#include "auth/throttle_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "auth/login_name.h"
#include "base/guard.h"
#include "base/path.h"
#include "base/text.h"
#include "store/record.h"

/* What tells counts of a kind from others. */
static const struct kind {
	char letter;			/* the first of its name */
	unsigned table;
	unsigned v6_bits;		/* of an address; 0: it has none of its own */
	int64_t wider;			/* it may fail so many times as often as one source */
} kinds[COUNT_KINDS] = {
	/*                  letter  table          bits  wider */
	[COUNT_SOURCE] =  { 's', THROTTLE_SOURCES,  64,   1 },
	[COUNT_SITE] =    { 'w', THROTTLE_NETWORKS, 56,   4 },
	[COUNT_NETWORK] = { 'n', THROTTLE_NETWORKS, 48,  16 },
	[COUNT_LOGIN] =   { 'a', THROTTLE_LOGINS,  0,   1 },
	[COUNT_PAIR] =    { 'p', THROTTLE_LOGINS,  0,   1 },
	[COUNT_BUDGET] =  { 'b', THROTTLE_LOGINS,  0,   1 },
};

static int
open_cache(struct throttle *th, const struct conf *conf)
{
	const size_t limit = (size_t)conf->throttle_entries;
	const struct cache_table tables[THROTTLE_TABLES] = {
		[THROTTLE_LOGINS] = { "accounts", limit },
		[THROTTLE_SOURCES] = { "sources", limit },
		[THROTTLE_NETWORKS] = { "networks", limit },
		[THROTTLE_KNOWN] = { "known", limit },
		[THROTTLE_REFUSED] = { "refused", limit },
	};
	char path[PATH_MAX];
	int r;

	r = path_in(path, conf->run_dir, "throttle");
	return r ? r : cache_open(&th->cache, path, tables, THROTTLE_TABLES);
}

static int
read_exempt(struct throttle *th, const struct conf_list *list)
{
	th->exempt = calloc(list->count + 1, sizeof *th->exempt);
	if (!th->exempt)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		if (network_parse(list->at[i], &th->exempt[th->exempt_count]) == 0)
			th->exempt_count++;
	}
	return 0;
}

/* A wider network has more clients, so it may fail more often, and is forgiven as much sooner. */
static void
read_rules(struct throttle *th, const struct conf *conf)
{
	for (enum count_kind kind = 0; kind < COUNT_KINDS; kind++) {
		int64_t wider = kinds[kind].wider;

		th->rules[kind] = (struct throttle_rule){ .first_ms = conf->throttle_first_s * 1000,
		    .most_ms = conf->throttle_max_s * 1000,
		    .quiet_ms = conf->throttle_quiet_s * 1000 / wider,
		    .free = kinds[kind].v6_bits ? conf->throttle_source_failures * wider :
		    conf->throttle_account_failures };
	}
}

int
throttle_open(struct throttle **out, const struct conf *conf, const uint8_t *key)
{
	GUARD(throttle_close) struct throttle *th = NULL;
	int r;

	th = calloc(1, sizeof *th);
	if (!th)
		return -ENOMEM;
	th->conf = conf;
	memcpy(th->key, key, sizeof th->key);
	read_rules(th, conf);
	r = read_exempt(th, &conf->throttle_exempt);
	if (!r)
		r = open_cache(th, conf);
	if (r)
		return r;
	*out = th;
	th = NULL;
	return 0;
}

void
throttle_take_key(struct throttle *th, const uint8_t key[SECRET_KEY_LEN])
{
	memcpy(th->key, key, sizeof th->key);
}

void
throttle_close(struct throttle **throttle)
{
	struct throttle *th = *throttle;

	if (!th)
		return;
	cache_close(&th->cache);
	free(th->exempt);
	secret_wipe(th->key, sizeof th->key);
	free(th);
	*throttle = NULL;
}

void
throttle_login_digest(const struct throttle *th, const char *name,
    uint8_t out[THROTTLE_DIGEST_LEN])
{
	uint8_t digest[DIGEST_LEN];
	char login[LOGIN_SIZE];

	login_name_fold(name, login);
	secret_digest(digest, th->key, "throttle account", login, strlen(login));
	memcpy(out, digest, THROTTLE_DIGEST_LEN);
}

unsigned
throttle_table(enum count_kind kind)
{
	return kinds[kind].table;
}

bool
throttle_narrow(enum count_kind kind, struct address *address)
{
	unsigned bits = kinds[kind].v6_bits;

	if (!bits)
		return true;
	if (address_is_v4(address))
		return kind == COUNT_SOURCE;
	/* all neighbours on a link share these 64 bits, and each has the others for itself */
	if (address_is_link_local(address)) {
		if (kind == COUNT_NETWORK)
			return false;
		bits = kind == COUNT_SOURCE ? 128 : 64;
	}
	address_mask(address, bits);
	return true;
}

static void
digest_pair(const struct throttle *th, const uint8_t login[THROTTLE_DIGEST_LEN],
    const struct address *source, uint8_t out[DIGEST_LEN])
{
	uint8_t both[THROTTLE_DIGEST_LEN + sizeof source->bytes];

	memcpy(both, login, THROTTLE_DIGEST_LEN);
	memcpy(both + THROTTLE_DIGEST_LEN, source->bytes, sizeof source->bytes);
	secret_digest(out, th->key, "throttle pair", both, sizeof both);
}

void
throttle_name(const struct throttle *th, enum count_kind kind,
    const uint8_t login[THROTTLE_DIGEST_LEN], const struct address *source,
    char out[THROTTLE_NAME_SIZE])
{
	uint8_t digest[DIGEST_LEN] = { 0 };
	const uint8_t *bytes = digest;

	if (kind == COUNT_PAIR)
		digest_pair(th, login, source, digest);
	else if (kind == COUNT_LOGIN)
		bytes = login;
	else if (kind != COUNT_BUDGET)
		bytes = source->bytes;
	out[0] = kinds[kind].letter;
	text_hex(out + 1, bytes, THROTTLE_DIGEST_LEN);
}

enum count_kind
throttle_kind(const char *name)
{
	enum count_kind kind = 0;

	while (kind < COUNT_KINDS && kinds[kind].letter != name[0])
		kind++;
	return kind;
}
