// SPDX-License-Identifier: ISC
/* auth/scratch.c - a store in LMDB for a moment. */
#include "auth/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/path.h"

int
scratch_make(struct scratch *scratch, const struct conf *conf)
{
	int r;

	r = path_in(scratch->dir, conf->data_dir, "scratch-XXXXXX");
	if (!r && !mkdtemp(scratch->dir))
		r = log_fault(-errno, "store: %s", scratch->dir);
	if (r)
		*scratch->dir = '\0';
	return r;
}

struct store_where
scratch_where(const struct scratch *scratch, const struct conf *conf)
{
	return (struct store_where){ .kind = "lmdb", .data_dir = scratch->dir,
	    .max_bytes = (uint64_t)conf->store_max_mib << 20 };
}

void
scratch_drop(struct scratch *scratch)
{
	struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir;

	if (!*scratch->dir)
		return;
	dir = opendir(scratch->dir);
	while (dir && (entry = readdir(dir))) {
		if (path_in(path, scratch->dir, entry->d_name) == 0)
			unlink(path);
	}
	if (dir)
		closedir(dir);
	rmdir(scratch->dir);
	*scratch->dir = '\0';
}
