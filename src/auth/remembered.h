// SPDX-License-Identifier: ISC
/*
 * auth/remembered.h - passwords that were right a moment ago, in any worker,
 * so that a client that sends Basic with every call costs one hash a minute.
 *
 * What is kept, in a file of run_dir, is a digest under a key of ours, of user,
 * generation, stored hash and password: whatever changes one of them (a new
 * password, a logout, disabling) makes it useless at once, in every worker.
 * Only right passwords are kept.  The user must be read from the store, and be
 * live, before this is asked.
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

/* key is copied.  life_s: how long one is kept; 0 keeps none.  -errno, logged. */
int remembered_open(struct remembered **remembered, const char *run_dir,
    const uint8_t key[SECRET_KEY_LEN], int64_t life_s);
void remembered_close(struct remembered **remembered);

/* Was this password right for the user as it is now?  Not if remembered is NULL. */
bool remembered_has(const struct remembered *remembered, const struct user *user,
    const struct password *stored, const char *password, size_t len, int64_t now_ms);

/* Of REMEMBERED_MAX others, at most, one may be forgotten for it. */
void remembered_add(struct remembered *remembered, const struct user *user,
    const struct password *stored, const char *password, size_t len, int64_t now_ms);

#endif
