// SPDX-License-Identifier: ISC
/* ctl/kept.c - copies in data_dir that commands have kept. */
#include "ctl/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "base/guard.h"
#include "base/text.h"

/* By ctl_restore.c, ctl_check.c and ctl_upgrade.c. */
static const char *const patterns[] = { "replaced-*.mdb", "dropped-*.jsonl",
    "before-schema-*.mdb" };

/* A directory, which the next restore empties (store/lmdb/lmdb_draft.c). */
#define DRAFT "draft"

static bool
is_kept(const char *name)
{
	for (size_t i = 0; i < NELEM(patterns); i++) {
		if (fnmatch(patterns[i], name, FNM_PERIOD) == 0)
			return true;
	}
	return false;
}

/* A restore that was interrupted may have left another name of the database itself. */
static void
count(struct kept *kept, int64_t *oldest_s, const char *name, const struct stat *file,
    const struct stat *now)
{
	if (file->st_ino == now->st_ino || !S_ISREG(file->st_mode))
		return;
	kept->files++;
	kept->bytes += (uint64_t)file->st_size;
	if (*kept->oldest && *oldest_s <= file->st_mtim.tv_sec)
		return;
	*oldest_s = file->st_mtim.tv_sec;
	text_copy(kept->oldest, sizeof kept->oldest, name);
}

int
kept_look(const char *data_dir, struct kept *kept)
{
	DIR *dir = opendir(data_dir);
	struct stat now = { .st_ino = 0 }, file;
	const struct dirent *entry;
	int64_t oldest_s = 0;

	*kept = (struct kept){ .files = 0 };
	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	fstatat(dirfd(dir), "data.mdb", &now, AT_SYMLINK_NOFOLLOW);
	if (fstatat(dirfd(dir), DRAFT "/data.mdb", &file, AT_SYMLINK_NOFOLLOW) == 0)
		count(kept, &oldest_s, DRAFT, &file, &now);
	while ((entry = readdir(dir)) != NULL) {
		if (is_kept(entry->d_name) &&
		    fstatat(dirfd(dir), entry->d_name, &file, AT_SYMLINK_NOFOLLOW) == 0)
			count(kept, &oldest_s, entry->d_name, &file, &now);
	}
	closedir(dir);
	return 0;
}
