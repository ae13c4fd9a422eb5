// SPDX-License-Identifier: ISC
/*
 * tests/galera/agree_test.c - three nodes as one database: what one acknowledged, all
 * know; names, limits and keys hold while several write.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "contract/contract.h"
#include "galera/cluster.h"
#include "galera/galera_tests.h"
#include "galera/together.h"
#include "store/sql/sql_link.h"

#define WRITERS		20
#define EACH		10		/* what a writer adds */
#define CAP		5
#define NAMES_MAX	500
#define DOMAIN		"example.org"

/* --- what one node acknowledged, all know -------------------------------------------- */

static void
revoked_everywhere(void)
{
	struct store *nodes[NODES];
	struct uuid owner = contract_uuid(1);
	unsigned missing = 0, accepted = 0, alive = 0;
	struct token token, out;
	struct user user;

	cluster_make_store();
	for (unsigned n = 0; n < NODES; n++)
		nodes[n] = cluster_open(n + 1, false);
	for (unsigned i = 0; i < together_rounds(); i++) {
		/* from each to each other */
		struct store *a = nodes[i % 3], *b = nodes[(i + 1 + i / 3 % 2) % 3];

		token = contract_token(i, 1);
		EXPECT_VERDICT("add", store_token_add(a, &token, 9, NOW_MS), 0);
		missing += store_token_find(b, token.digest, NOW_MS, &out) != 0;
		EXPECT_VERDICT("drop", store_token_drop(a, &owner, token.digest, NOW_MS, &out), 0);
		accepted += store_token_find(b, token.digest, NOW_MS, &out) != V_NOT_FOUND;
		EXPECT_VERDICT("log out", store_user_logout(b, &owner, i + 5, NOW_MS,
		    &(uint64_t){ 0 }), 0);
		alive += store_user_get(a, &owner, &user) != 0 || user.gen != i + 5;
	}
	EXPECT_INT("not yet known", missing, 0);
	EXPECT_INT("accepted though revoked", accepted, 0);
	EXPECT_INT("of a generation before", alive, 0);
	for (unsigned n = 0; n < NODES; n++)
		store_close(&nodes[n]);
}

/* --- names ------------------------------------------------------------------------------ */

static unsigned
names(void)
{
	return together_rounds() < NAMES_MAX ? together_rounds() : NAMES_MAX;
}

/* Two users, or accounts, want a name of kind i % 4 in the same moment. */
static int
want_name(struct store *st, unsigned i, unsigned n)
{
	struct user user = { .id = contract_uuid(2000 + 2 * i + n), .created_ms = 1, .gen = 1 };
	const uint64_t login = contract_bit(&user_kind, "email");
	struct account account = contract_account(1000 + i);
	struct password password = { .user = user.id, .set_ms = 1, .hash = "$test$" };
	struct user after;

	switch (i % 4) {
	case 0:
		snprintf(user.email, sizeof user.email, "same%u@example.org", i);
		break;
	case 1:
		snprintf(user.oidc_user_id_2, sizeof user.oidc_user_id_2, "provider:%u", i);
		break;
	case 2:
		account.id = user.id;
		return store_account_add(st, &account);
	default:
		user.id = contract_uuid(2 + n);
		snprintf(user.email, sizeof user.email, "new%u@example.org", i);
		return store_user_set(st, &user, login, NOW_MS, &after);
	}
	return store_user_add(st, &user, &password);
}

static void
want_names(struct store *st, unsigned n)
{
	int r;

	for (unsigned i = 0; i < names(); i++) {
		together_gate(2);
		r = want_name(st, i, n);
		atomic_fetch_add(r == 0 ? &together->added : r == V_EXISTS ? &together->refused :
		    &together->lost, 1);
	}
}

static void
set_role(struct store *st, unsigned n, const char *role)
{
	const uint64_t bit = contract_bit(&user_kind, "role");
	struct user user = { .id = contract_uuid(n) }, after;

	strcpy(user.role, role);
	EXPECT_VERDICT(role, store_user_set(st, &user, bit, NOW_MS, &after), 0);
}

/* Users 1 and 2 have that role, and there is a third.  Two processes, of which one wins. */
static void
compete(void (*run)(struct store *st, unsigned n), const char *role)
{
	struct store *st;
	pid_t pids[2];

	together_begin();
	cluster_make_store();
	st = cluster_open(1, false);
	contract_add_user(st, 2);
	contract_add_user(st, 3);
	for (unsigned n = 1; n <= 2; n++)
		set_role(st, n, role);
	store_close(&st);
	together_start(2, run, pids);
	together_join(2, pids);
	EXPECT_INT("one wins", together->added, names());
	EXPECT_INT("the other is refused", together->refused, names());
	EXPECT_INT("faults", together->lost, 0);
}

static void
one_wins(void)
{
	compete(want_names, "User");
}

/* --- administrators --------------------------------------------------------------------------- */

static int
take_away(struct store *st, unsigned i, unsigned n)
{
	const uint64_t bit = contract_bit(&user_kind, "role");
	struct user user = { .id = contract_uuid(n), .role = "User" }, after;

	return i % 2 ? store_user_disable(st, &user.id, i + 5, NOW_MS) :
	    store_user_set(st, &user, bit, NOW_MS, &after);
}

/* How many are left of two, who then both are administrators again. */
static unsigned
administrators(struct store *st)
{
	unsigned count = 0;
	struct user user;

	store_keep_admin(st, NULL);
	for (unsigned n = 1; n <= 2; n++) {
		struct uuid id = contract_uuid(n);

		EXPECT_VERDICT("get", store_user_get(st, &id, &user), 0);
		count += user_administers(&user, true);
		if (user.disabled_ms)
			EXPECT_VERDICT("enable", store_user_enable(st, &id, NOW_MS), 0);
		else
			set_role(st, n, "Admin");
	}
	return count;
}

/* Each of two administrators takes the other one away, in the same moment. */
static void
take_other_away(struct store *st, unsigned n)
{
	const struct uuid me = contract_uuid(1 + n);
	int r;

	for (unsigned i = 0; i < names(); i++) {
		together_gate(2);
		store_keep_admin(st, &me);
		r = take_away(st, i, 2 - n);
		atomic_fetch_add(r == 0 ? &together->added : r == V_LAST_ADMIN ?
		    &together->refused : &together->lost, 1);
		together_gate(2);
		if (n == 0 && administrators(st) != 1)
			atomic_fetch_add(&together->stale, 1);
	}
}

static void
one_administers(void)
{
	compete(take_other_away, "Admin");
	EXPECT_INT("none or both left", together->stale, 0);
}

/* --- limits --------------------------------------------------------------------------------- */

static void
tell(int r, _Atomic unsigned *added)
{
	atomic_fetch_add(r == 0 ? added : r == V_TOO_MANY ? &together->refused :
	    &together->lost, 1);
}

static void
add_capped(struct store *st, unsigned n)
{
	struct token out;

	for (unsigned i = 0; i < EACH; i++) {
		struct token token = contract_token(EACH * n + i, 1);
		struct token session = contract_token(1000 + EACH * n + i, 1);
		struct domain_token domain_token = contract_domain_token(EACH * n + i, DOMAIN);

		tell(store_token_add(st, &token, CAP, NOW_MS), &together->added);
		session.created_ms = 100 + n + i;
		tell(store_session_add(st, &session, CAP, NOW_MS), &together->reads);
		if (i % 3 == 0)
			tell(store_domain_token_add(st, &domain_token, CAP, NOW_MS),
			    &together->domain_tokens);
		if (i % 4 == 3 && n % 5 == 0 && store_token_drop_id(st, &token.user, &token.id,
		    NOW_MS, &out) == 0)
			atomic_fetch_sub(&together->added, 1);
	}
}

/* Counts again and again, at whatever node. */
static void
count_capped(struct store *st, unsigned n)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid user = contract_uuid(1);
	struct domain_token *domain_tokens;
	struct token *list;
	size_t count;

	(void)n;
	while (!atomic_load(&together->stop)) {
		if (store_token_list(st, &mem, &user, NULL, 99, NOW_MS, &list, &count) == 0 &&
		    count > CAP)
			atomic_fetch_add(&together->stale, 1);
		if (store_session_list(st, &mem, &user, NULL, 99, NOW_MS, &list, &count) == 0 &&
		    count > CAP)
			atomic_fetch_add(&together->stale, 1);
		if (store_domain_token_list(st, &mem, DOMAIN, NULL, 99, NOW_MS, &domain_tokens,
		    &count) == 0 && count > CAP)
			atomic_fetch_add(&together->stale, 1);
		arena_wipe(&mem);
	}
}

static void
expect_caps(void)
{
	GUARD(store_close) struct store *st = cluster_open(2, false);
	GUARD(arena_free) struct arena mem = { 0 };
	struct uuid user = contract_uuid(1);
	struct domain_token *domain_tokens;
	struct token *list;
	size_t count;

	EXPECT_VERDICT("list", store_token_list(st, &mem, &user, NULL, 99, NOW_MS, &list, &count),
	    0);
	EXPECT_INT("as many as were added", (int64_t)count, together->added);
	EXPECT_VERDICT("list", store_session_list(st, &mem, &user, NULL, 99, NOW_MS, &list,
	    &count), 0);
	EXPECT_INT("sessions", (int64_t)count, CAP);
	EXPECT_INT("each session was added", together->reads, WRITERS * EACH);
	EXPECT_VERDICT("list", store_domain_token_list(st, &mem, DOMAIN, NULL, 99, NOW_MS,
	    &domain_tokens, &count), 0);
	EXPECT_INT("domain tokens", (int64_t)count, CAP);
	EXPECT_INT("domain tokens that were added", together->domain_tokens, CAP);
}

static void
caps_hold(void)
{
	pid_t pids[WRITERS], counters[NODES];

	together_begin();
	cluster_make_store();
	together_start(NODES, count_capped, counters);
	together_start(WRITERS, add_capped, pids);
	together_join(WRITERS, pids);
	atomic_store(&together->stop, true);
	together_join(NODES, counters);
	EXPECT_INT("more than the cap", together->stale, 0);
	EXPECT_INT("faults", together->lost, 0);
	expect_caps();
}

/* --- keys ------------------------------------------------------------------------------------ */

#define KEYS_MAX 300
#define FOREVER 1000000			/* the serial of a key that stays */
#define ROTATED 1000000			/* and numbers of tokens from there on */

static unsigned
keys(void)
{
	return together_rounds() < KEYS_MAX ? together_rounds() : KEYS_MAX;
}

/* A token to be made with the newest key, as a worker makes it. */
static int
token_with_keys(struct store *st, unsigned i, struct token *token)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct key *list;
	uint64_t changes;
	size_t count;

	*token = contract_token(i, 1);
	((struct sql *)st)->key_look.until_ms = 0;
	if (store_key_changes(st, &changes) || store_keys(st, &mem, &list, &count) || !count)
		return -EAGAIN;
	for (size_t k = 0; k < count; k++) {
		if (list[k].serial > token->hash_key)
			token->hash_key = list[k].serial;
	}
	store_expect_keys(st, changes);
	return 0;
}

/* A token whose key is not dropped is replaced, or is as it was. */
static int
rotate_with_keys(struct store *st, unsigned i)
{
	struct token_rotation rotation = { .owner = contract_uuid(1), .until_ms = INT64_MAX,
	    .ttl_max_s = INT32_MAX, .limit = UINT64_MAX };
	struct token old = contract_token(ROTATED + i, 1), out;
	int r;

	old.hash_key = FOREVER;
	store_expect_keys(st, 0);
	r = store_token_add(st, &old, UINT64_MAX, NOW_MS);
	if (!r)
		r = token_with_keys(st, i, &rotation.fresh);
	if (r)
		return r;
	rotation.old = old.id;
	r = store_token_rotate(st, &rotation, NOW_MS, &out);
	if (r == V_CHANGED && (store_token_find(st, old.digest, NOW_MS, &out) ||
	    !record_same(&token_kind, &out, &old) ||
	    store_token_find(st, rotation.fresh.digest, NOW_MS, &out) != V_NOT_FOUND))
		atomic_fetch_add(&together->stale, 1);
	return r;
}

/* By one process added, by the other one rotated. */
static void
add_with_keys(struct store *st, unsigned n)
{
	struct token token;
	int r;

	for (unsigned i = n; !atomic_load(&together->stop); i += 2) {
		r = n ? rotate_with_keys(st, i) : token_with_keys(st, i, &token);
		if (!r && !n)
			r = store_token_add(st, &token, UINT64_MAX, NOW_MS);
		atomic_fetch_add(r == 0 ? &together->added : r == V_CHANGED ? &together->refused :
		    &together->lost, 1);
	}
}

/* Replaces key i by the next one, and drops what it made. */
static void
replace_key(struct store *st, unsigned i)
{
	struct key old = contract_key(i), key = contract_key(i + 1);
	struct token_pass pass = { .more = true };

	key.serial = i + 1;
	EXPECT_VERDICT("add", store_key_add(st, &key), 0);
	EXPECT_VERDICT("drop", store_key_drop(st, old.id), 0);
	while (pass.more && !store_tokens_drop_of_key(st, i, 1000, &pass))
		;
	EXPECT_TRUE("dropped", !pass.more);
}

static void
keys_dropped(void)
{
	GUARD(arena_free) struct arena mem = { 0 };
	struct key key = contract_key(1);
	struct uuid user = contract_uuid(1);
	unsigned useless = 0;
	struct token *list;
	struct store *st;
	pid_t pids[2];
	size_t count;

	together_begin();
	cluster_make_store();
	st = cluster_open(3, false);
	key.serial = 1;
	EXPECT_VERDICT("add", store_key_add(st, &key), 0);
	together_start(2, add_with_keys, pids);
	for (unsigned i = 1; i <= keys(); i++)
		replace_key(st, i);
	atomic_store(&together->stop, true);
	together_join(2, pids);
	EXPECT_VERDICT("list", store_token_list(st, &mem, &user, NULL, 99999, NOW_MS, &list,
	    &count), 0);
	for (size_t i = 0; i < count; i++)
		useless += list[i].hash_key != keys() + 1 && list[i].hash_key != FOREVER;
	printf("(%u added, %u to be made again) ", together->added, together->refused);
	EXPECT_INT("tokens of keys that are gone", useless, 0);
	EXPECT_INT("half rotated", together->stale, 0);
	EXPECT_INT("faults", together->lost, 0);
	store_close(&st);
}

CU_TestInfo agree_tests[] = {
	{ "revoked everywhere", revoked_everywhere },
	{ "one wins", one_wins },
	{ "one administers", one_administers },
	{ "caps hold", caps_hold },
	{ "keys dropped", keys_dropped },
	CU_TEST_INFO_NULL,
};
