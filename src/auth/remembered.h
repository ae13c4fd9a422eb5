// SPDX-License-Identifier: ISC
/*
 * auth/remembered.h - passwords that were right a moment ago, in any worker, so
 * that a client that sends Basic with every request costs one hash a minute.
 *
 * A file in run_dir keeps a keyed digest of user, generation, stored hash and
 * password: a change to one of them (a new password, a logout, disabling)
 * invalidates it at once, in every worker.  Only right passwords are kept.  The
 * caller must have read the user from the store, and the user must be live.
 */
#ifndef AUTH_REMEMBERED_H
#define AUTH_REMEMBERED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"
#include "store/record.h"

#define REMEMBERED_MAX 4096

struct remembered;

/* key is copied.  life_s: how long a digest is kept; 0 for never.  -errno, logged. */
int remembered_open(struct remembered **remembered, const char *run_dir,
    const uint8_t key[SECRET_KEY_LEN], int64_t life_s);

/* From now on that key is used: what was kept with another one is not found any more. */
void remembered_take_key(struct remembered *remembered, const uint8_t key[SECRET_KEY_LEN]);

void remembered_close(struct remembered **remembered);

/* Was this password right for the current user?  False if remembered is NULL. */
bool remembered_has(const struct remembered *remembered, const struct user *user,
    const struct password *stored, const char *password, size_t len, int64_t now_ms);

/* Keeps at most REMEMBERED_MAX; may replace one. */
void remembered_add(struct remembered *remembered, const struct user *user,
    const struct password *stored, const char *password, size_t len, int64_t now_ms);

#endif
