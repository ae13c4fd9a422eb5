// SPDX-License-Identifier: ISC
/* auth/care.h - looking after the store: checks and copies (store/store_care.h). */
#ifndef AUTH_CARE_H
#define AUTH_CARE_H

#include "auth/auth.h"
#include "store/store_care.h"

int care_check(struct auth *auth, struct store_check *check);
int care_copy(struct auth *auth, int fd);
int care_copy_bytes(struct auth *auth, uint64_t *bytes);

int care_state(struct auth *auth, int64_t now_ms, struct store_state *state);

/* Checks the copy that fd has open for reading and writing; the process must own its file. */
int care_check_copy(const struct conf *conf, int fd, struct store_check *check,
    struct meta *meta);

/* As store_restore, store_compact and store_mend. */
int care_restore(const struct conf *conf, struct store_restore *how);
int care_compact(const struct conf *conf, struct store_restore *how);
int care_mend(const struct conf *conf, struct store_restore *how);

#endif
