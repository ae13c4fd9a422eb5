// SPDX-License-Identifier: ISC
/* ctl/prune.h - removing what has expired, in steps that do not hold up the service. */
#ifndef CTL_PRUNE_H
#define CTL_PRUNE_H

#include "ctl/ctl.h"

/* Removes up to limit tokens that expired by now_ms; how many. */
typedef int prune_step(struct auth *auth, uint64_t limit, int64_t now_ms, uint64_t *count);

/* Repeats step until nothing is left, and prints how many tokens were removed. */
int prune(struct ctl *ctl, prune_step *step);

#endif
