// SPDX-License-Identifier: ISC
/*
 * auth/used.h - when and from where bearer tokens were used last, shared by all workers
 * of a machine, so that a request does not write to the store.
 *
 * A file in run_dir (base/shared.h) has the last use of USED_MAX tokens, written without
 * locks.  Now and then one worker records in the store what is new.  What two write at the
 * same moment is lost, and so is what a machine that crashes has not recorded.
 */
#ifndef AUTH_USED_H
#define AUTH_USED_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

#define USED_MAX 16384

/* A use within this time of the one that is noted is not noted. */
#define USED_STEP_MS 1000

struct used;

/* Opens the file in run_dir, or creates it.  -errno, logged. */
int used_open(struct used **used, const char *run_dir);

/* The same for a reader that does without it; *used is NULL if there is none. */
void used_open_if_there(struct used **used, const char *run_dir);
void used_close(struct used **used);

/* The token was used from the address ip; "": it is not to be noted.  used may be NULL. */
void used_note(struct used *used, const struct uuid *token, const char *ip, int64_t now_ms);

/* Puts what is known here into token if it is later; used may be NULL. */
void used_merge(const struct used *used, struct token *token);

/*
 * Records in the store what is not recorded, a part of it at a time, unless some worker has
 * done so within the last period_ms; with at_once in any case, and all of it.
 */
int used_record(struct used *used, struct store *store, int64_t period_ms, bool at_once,
    int64_t now_ms);

#endif
