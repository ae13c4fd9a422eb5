// SPDX-License-Identifier: ISC
/* ctl/interrupted.h - a signal that ends a tool lets it end in order, a second one at once. */
#ifndef CTL_INTERRUPTED_H
#define CTL_INTERRUPTED_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP are only noted, each once. */
void interrupted_catch(void);
bool interrupted_now(void);

#endif
