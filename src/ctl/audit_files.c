// SPDX-License-Identifier: ISC
/* ctl/audit_files.c - the log file and those that logrotate(8) made of it. */
#include "ctl/audit_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/guard.h"
#include "base/text.h"

/* Nobody keeps more. */
#define FILES_MAX 4096

struct found {
	char *name;
	int64_t changed_ns;
};

struct search {
	struct arena *mem;
	const char *path, *base;
	struct found *at;
	size_t count;
};

static void
close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/*
 * ".1", ".2.gz", "-20261122", "-20261122-1795322000.gz"; those of other programs too, which
 * cannot be read, so that they are not passed over in silence
 */
static bool
is_rotated(const char *suffix)
{
	static const char *const ends[] = { "", ".gz", ".xz", ".zst", ".bz2", ".lz4" };
	size_t len;

	if (*suffix != '.' && *suffix != '-')
		return false;
	while (*suffix == '.' || *suffix == '-') {
		len = strspn(suffix + 1, TEXT_DIGITS);
		if (!len)
			break;
		suffix += 1 + len;
	}
	for (size_t i = 0; i < NELEM(ends); i++) {
		if (strcmp(suffix, ends[i]) == 0)
			return true;
	}
	return false;
}

static int
add(struct search *s, const char *name)
{
	struct found *file = &s->at[s->count];
	struct stat status;

	file->name = arena_printf(s->mem, "%.*s%s", (int)(s->base - s->path), s->path, name);
	if (!file->name)
		return -ENOMEM;
	if (stat(file->name, &status) != 0)
		return 0;		/* it was rotated away */
	file->changed_ns = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
	s->count++;
	return 0;
}

static int
by_age(const void *left, const void *right)
{
	const struct found *a = left, *b = right;

	if (a->changed_ns != b->changed_ns)
		return a->changed_ns < b->changed_ns ? -1 : 1;
	return strcmp(a->name, b->name);
}

static int
search_dir(struct search *s)
{
	const char *folder = s->base == s->path ? "." :
	    arena_strndup(s->mem, s->path, (size_t)(s->base - s->path));
	GUARD(close_dir) DIR *dir = folder ? opendir(folder) : NULL;
	size_t len = strlen(s->base);
	const struct dirent *entry;
	int r = 0;

	if (!dir)
		return folder ? -errno : -ENOMEM;
	while (!r && s->count < FILES_MAX && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, s->base, len) == 0 && is_rotated(entry->d_name + len))
			r = add(s, entry->d_name);
	}
	return r;
}

int
audit_files_find(struct arena *mem, const char *path, char ***names)
{
	const char *slash = strrchr(path, '/');
	struct search s = { .mem = mem, .path = path, .base = slash ? slash + 1 : path };
	char **list;
	int r;

	s.at = arena_alloc(mem, FILES_MAX * sizeof *s.at);
	list = arena_alloc(mem, (FILES_MAX + 2) * sizeof *list);
	if (!s.at || !list)
		return -ENOMEM;
	r = search_dir(&s);
	if (r)
		return r;
	qsort(s.at, s.count, sizeof *s.at, by_age);
	for (size_t i = 0; i < s.count; i++)
		list[i] = s.at[i].name;
	list[s.count] = arena_strdup(mem, path);
	list[s.count + 1] = NULL;
	*names = list;
	return list[s.count] ? 0 : -ENOMEM;
}
