// SPDX-License-Identifier: ISC
/* ctl/ctl_init.c - doorwardctl init: directories, key file and database. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guard.h"
#include "ctl/resources.h"

/* What init may have to make, and to take back if it comes to nothing. */
struct place {
	const char *path;
	mode_t mode;
	bool made;
};

/* Only the last directory of the path: a missing parent is a mistake in it. */
static int
make_directory(struct ctl *ctl, struct place *place)
{
	ctl->about = place->path;
	if (mkdir(place->path, place->mode) != 0) {
		if (errno == ENOENT)
			ctl->why = "the directory above it does not exist";
		return errno == EEXIST ? 0 : -errno;
	}
	place->made = true;
	/* the mode of mkdir is subject to the umask, and has no setgid */
	return chmod(place->path, place->mode) == 0 ? 0 : -errno;
}

/* The service reads a key file of root's through its group, if it has one. */
static int
share_key(const char *path)
{
	struct stat st;

	if (geteuid() != 0 || getegid() == 0)
		return 0;
	if (stat(path, &st) != 0 || chown(path, (uid_t)-1, getegid()) != 0 ||
	    chmod(path, 0640) != 0)
		return -errno;
	return 0;
}

static const char *
directory_of(struct ctl *ctl, const char *path)
{
	size_t len = (size_t)(strrchr(path, '/') - path);

	return arena_strndup(&ctl->mem, path, len ? len : 1);
}

static void
tell(const struct ctl *ctl, const struct place *places, size_t count, bool key_made)
{
	for (size_t i = 0; i < count; i++) {
		if (places[i].made)
			printf("made directory %s\n", places[i].path);
	}
	if (key_made)
		printf("made key file %s; keep a copy of it apart from those of the database\n",
		    ctl->conf->key_file);
	printf("made database in %s\n", ctl->conf->data_dir);
	if (geteuid() == 0 && getegid() == 0)
		printf("all of it is for root alone; doorwardctl(8) says how to make it for a "
		    "user of the service\n");
}

static int
make_all(struct ctl *ctl, struct place *places, size_t count)
{
	bool key_made = access(ctl->conf->key_file, F_OK) != 0;
	int r = 0;

	for (size_t i = 0; !r && i < count; i++)
		r = make_directory(ctl, &places[i]);
	if (!r)
		r = resources_join_group(ctl);
	if (r)
		return r;
	ctl->about = ctl->conf->data_dir;
	r = auth_init(ctl->conf, ctl->now_ms);
	if (!r && key_made)
		r = share_key(ctl->conf->key_file);
	if (!r)
		tell(ctl, places, count, key_made);
	return r;
}

int
ctl_init(struct ctl *ctl)
{
	struct place places[] = {
		{ ctl->conf->data_dir, 02770, false },
		{ directory_of(ctl, ctl->conf->key_file), 0755, false },
	};
	int r;

	if (!places[1].path)
		return -ENOMEM;
	r = make_all(ctl, places, NELEM(places));
	for (size_t i = 0; r && i < NELEM(places); i++) {
		if (places[i].made)
			rmdir(places[i].path);		/* stays if anything is in it */
	}
	return r;
}
