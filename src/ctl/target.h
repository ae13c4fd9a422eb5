// SPDX-License-Identifier: ISC
/* ctl/target.h - files that the caller names to be written, and what none of them replaces. */
#ifndef CTL_TARGET_H
#define CTL_TARGET_H

#include "ctl/ctl.h"

/*
 * May a backup get this name?  It may replace an older backup, but no other file, nothing
 * in data_dir or run_dir, and not the key file, not even if that is lost.  V_INVALID with
 * ctl->why.  -errno: what is there cannot be read.
 */
int target_check_backup(struct ctl *ctl, const char *path);

/*
 * Opens a file for writing that is new, empty, or no regular file, such as a pipe.
 * V_EXISTS: it has contents.
 */
int target_open(struct ctl *ctl, const char *path, int *fd);

/* The directory of the file; NULL: no memory. */
char *target_folder(struct arena *mem, const char *path);

#endif
