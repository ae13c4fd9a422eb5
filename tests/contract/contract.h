// SPDX-License-Identifier: ISC
/*
 * tests/contract/contract.h - what store/store.h promises, asked of every back end.
 *
 * The same tables run once for each back end; contract_open gives the one
 * that is under test.  Values are told apart by small numbers.
 */
#ifndef TESTS_CONTRACT_H
#define TESTS_CONTRACT_H

#include <stdatomic.h>

#include "store/backend.h"
#include "store/store.h"
#include "test.h"

#define CONTRACT_BYTES_MAX ((uint64_t)64 * 1024 * 1024)

/* A time when all tokens of contract_token are valid, and the time when they expire. */
#define NOW_MS	((int64_t)1000)
#define END_MS	((int64_t)2000)

#define HOUR_MS	((int64_t)60 * 60 * 1000)
#define DAY_MS	(24 * HOUR_MS)

/* Suite initialisers: which back end contract_open opens. */
void contract_use(int (*open_new)(struct store **st));
int contract_lmdb(void);
int contract_memory(void);
#ifdef WITH_MARIADB
int contract_mariadb(void);
int contract_tls(void);

/* The oldest schema whose programs can use a database in MariaDB. */
long long contract_reader(const struct store_where *where);
#endif

/* A new, empty, initialised store; exits if it cannot be created. */
struct store *contract_open(void);

struct uuid contract_uuid(unsigned n);
struct user contract_user(unsigned n);
struct password contract_password(unsigned n);

/* A HA1B of the n-th user's login; until the next call. */
const struct ha1b *contract_ha1b(unsigned n, const char *index);
struct account contract_account(unsigned n);
struct token contract_token(unsigned n, unsigned user);
struct key contract_key(unsigned n);
struct domain_token contract_domain_token(unsigned n, const char *domain);
struct role contract_role(unsigned n);

/* Adds the n-th user with its password, and fails the test if that fails. */
void contract_add_user(struct store *st, unsigned n);

/* The n-th user as it is now. */
struct user contract_get_user(struct store *st, unsigned n);

/* Adds the n-th token, made at now_ms, and returns it. */
struct token contract_add_token(struct store *st, unsigned n, unsigned user, int64_t now_ms,
    int64_t expires_ms);

/* Adds about so many MiB to a store in LMDB, in one transaction that bypasses it. */
void contract_fill(struct store *st, unsigned mib);

/* A write by user 1 at that time, for a clock that goes on and does not jump. */
void contract_go_on(struct store *st, int64_t now_ms);

/* The bit of a field in a mask. */
uint64_t contract_bit(const struct record_kind *kind, const char *name);

/* Fills out with a pattern, and asks whether it is still there. */
void contract_taint(void *out, size_t size);
bool contract_untouched(const void *out, size_t size);

/* Do two stores have the same content? */
void contract_same(const char *row, struct store *left, struct store *right, int64_t now_ms);

/* How many live tokens there are, after expired ones were pruned. */
uint64_t contract_live(struct store *st, int64_t now_ms);

/* The path of a new directory, which stays valid. */
const char *contract_directory(void);

/* The same, with a store in LMDB that has user 1, and is closed. */
const char *contract_store_made(void);

/* While it is set, no write to a file ends.  NULL: it never is. */
extern const atomic_bool *contract_disk_hangs;

extern CU_TestInfo account_tests[];
extern CU_TestInfo check_tests[];
extern CU_TestInfo ended_tests[];
extern CU_TestInfo clock_tests[];
extern CU_TestInfo commit_tests[];
extern CU_TestInfo revoked_tests[];
extern CU_TestInfo disorder_tests[];
extern CU_TestInfo cut_tests[];
extern CU_TestInfo flip_tests[];
extern CU_TestInfo restore_tests[];
extern CU_TestInfo damage_tests[];
extern CU_TestInfo domain_token_tests[];
extern CU_TestInfo failure_tests[];
extern CU_TestInfo files_tests[];
extern CU_TestInfo forged_tests[];
extern CU_TestInfo map_tests[];
extern CU_TestInfo mariadb_tests[];
extern CU_TestInfo tls_tests[];
extern CU_TestInfo statements_tests[], answer_tests[];
extern CU_TestInfo machines_tests[];
extern CU_TestInfo keeper_tests[];
extern CU_TestInfo kept_tests[];
extern CU_TestInfo txn_tests[];
extern CU_TestInfo hosts_tests[];
extern CU_TestInfo reader_tests[];
extern CU_TestInfo lost_tests[], stall_tests[];
extern CU_TestInfo identity_tests[];
extern CU_TestInfo key_tests[];
extern CU_TestInfo lmdb_tests[];
extern CU_TestInfo process_tests[];
extern CU_TestInfo random_tests[];
extern CU_TestInfo room_tests[];
extern CU_TestInfo rotate_tests[];
extern CU_TestInfo share_tests[];
extern CU_TestInfo token_tests[];
extern CU_TestInfo token_used_tests[];
extern CU_TestInfo upgrade_tests[];
extern CU_TestInfo login_tests[];
extern CU_TestInfo user_life_tests[];
extern CU_TestInfo user_tests[];
extern CU_TestInfo webitel_tests[];

#endif
