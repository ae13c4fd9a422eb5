// SPDX-License-Identifier: ISC
/*
 * store/lmdb/lmdb_ended.h - what a repair does about logins that were ended: each record of
 * one takes a right away, so it cannot just be dropped.
 */
#ifndef STORE_LMDB_LMDB_ENDED_H
#define STORE_LMDB_LMDB_ENDED_H

#include "store/lmdb/lmdb_finding.h"

/* The user has to say that it has this ended login, unless all its JWTs have ended since. */
int ended_judge(struct walk *w, const struct token *ended, const struct user *user);

/* In a repair: the record of this ended login is lost, and its user may be too. */
int ended_lose(struct walk *w, const struct uuid *login);

/* In a repair: the same, where the user is known. */
int ended_lose_of(struct walk *w, const struct uuid *user);

#endif
