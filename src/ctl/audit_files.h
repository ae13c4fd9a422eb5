// SPDX-License-Identifier: ISC
/* ctl/audit_files.h - the log file and those that logrotate(8) made of it. */
#ifndef CTL_AUDIT_FILES_H
#define CTL_AUDIT_FILES_H

#include "base/arena.h"

/*
 * The names, the oldest first, up to NULL: path.1, path-20261122, path.2.gz and so on by
 * the time of their last change, and path itself.  -errno.
 */
int audit_files_find(struct arena *mem, const char *path, char ***names);

#endif
