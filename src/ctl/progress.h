// SPDX-License-Identifier: ISC
/* ctl/progress.h - a bar on a terminal that shows how far something has come. */
#ifndef CTL_PROGRESS_H
#define CTL_PROGRESS_H

#include <stdint.h>

/* Draws it on stderr, if that is a terminal, and no more often than people can see. */
void progress_draw(const char *what, uint64_t done, uint64_t total);

/* Removes it, before other output. */
void progress_end(void);

#endif
