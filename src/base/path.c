// SPDX-License-Identifier: ISC
/* base/path.c - directory and name → path. */
#include "base/path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

int
path_in(char path[PATH_MAX], const char *dir, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
		return log_fault(-ENAMETOOLONG, "%s in %s", name, dir);
	return 0;
}

void
path_cut_name(char *path)
{
	char *slash = strrchr(path, '/');

	slash[slash == path] = '\0';
}
