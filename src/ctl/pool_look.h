// SPDX-License-Identifier: ISC
/* ctl/pool_look.h - the state of the workers at one moment, for an administrator. */
#ifndef CTL_POOL_LOOK_H
#define CTL_POOL_LOOK_H

#include "base/pool_view.h"

/* What the scoreboard in run_dir shows; all 0 if there is none. */
void pool_look(const char *run_dir, struct pool_view *view);

#endif
