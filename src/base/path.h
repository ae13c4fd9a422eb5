// SPDX-License-Identifier: ISC
/* base/path.h - the path of a file in a configured directory. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <limits.h>

/* dir/name in path.  -ENAMETOOLONG, logged: the system accepts no path of that length. */
int path_in(char path[PATH_MAX], const char *dir, const char *name);

/* Leaves the directory of an absolute path. */
void path_cut_name(char *path);

#endif
