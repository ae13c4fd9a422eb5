// SPDX-License-Identifier: ISC
/* ctl/ctl_init.c - doorwardctl init: directories, key file and database. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/where.h"
#include "base/guard.h"
#include "base/privs.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/resources.h"
#include "ctl/written.h"

/* What init may create, and remove again if it fails. */
struct directory {
	const char *path;
	mode_t mode;
	bool shared;			/* with the service */
	bool made;
};

/* What root creates for the service belongs to the user of the service. */
static int
give_directory(struct ctl *ctl, const struct directory *directory)
{
	GUARD(fd_close) int fd = -1;
	struct privs owner;
	int r;

	if (geteuid() != 0 || !directory->shared || !*ctl->conf->user)
		return 0;
	r = privs_find(&owner, ctl->conf->user, "");
	if (r)
		return r;
	fd = open(directory->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd >= 0 && fchown(fd, owner.uid, owner.gid) == 0 ? 0 : -errno;
}

/* Only the last directory of the path: a missing parent is a mistake in it. */
static int
make_directory(struct ctl *ctl, struct directory *directory)
{
	ctl->about = directory->path;
	if (mkdir(directory->path, directory->mode) != 0) {
		if (errno == ENOENT)
			ctl->why = "the directory above it does not exist";
		return errno == EEXIST ? 0 : -errno;
	}
	directory->made = true;
	/* the mode of mkdir is subject to the umask, and has no setgid */
	if (chmod(directory->path, directory->mode) != 0)
		return -errno;
	return give_directory(ctl, directory);
}

/*
 * Root creates the key file and owns it; the service reads it through the
 * group of data_dir, if that is not root's too.  Where there is a database
 * already, its key file is lost, and a new one would hide that.
 */
static int
make_key(struct ctl *ctl)
{
	struct stat dir;
	int r;

	if (geteuid() != 0 || access(ctl->conf->key_file, F_OK) == 0 ||
	    where_has_store(ctl->conf))
		return 0;
	if (stat(ctl->conf->data_dir, &dir) != 0)
		return -errno;
	ctl->about = ctl->conf->key_file;
	r = keyring_write_master(ctl->conf->key_file, dir.st_gid ? dir.st_gid : (gid_t)-1);
	return r == -EEXIST ? 0 : r;
}

static const char *
directory_of(struct ctl *ctl, const char *path)
{
	size_t len = (size_t)(strrchr(path, '/') - path);

	return arena_strndup(&ctl->mem, path, len ? len : 1);
}

struct made {
	char database[PATH_MAX], key_file[PATH_MAX];
	bool key_file_created;
};

#define FIELD(member, name, type) \
	{ name, type, offsetof(struct made, member), sizeof ((struct made *)0)->member }

static const struct field fields[] = {
	FIELD(database,         "database",         FIELD_TEXT),
	FIELD(key_file,         "key_file",         FIELD_TEXT),
	FIELD(key_file_created, "key_file_created", FIELD_BOOL),
};

static const struct record_kind init_kind = { "init", 0, sizeof(struct made), fields,
    NELEM(fields) };

static int
tell_programs(struct ctl *ctl, bool key_made)
{
	struct made made = { .key_file_created = key_made };

	if (text_copy(made.database, sizeof made.database, where_name(ctl->conf)) ||
	    text_copy(made.key_file, sizeof made.key_file, ctl->conf->key_file))
		return -ENAMETOOLONG;
	return written_record(ctl, &init_kind, &made);
}

static int
tell(struct ctl *ctl, const struct directory *directories, size_t count, bool key_made)
{
	if (arguments_has(ctl, "json"))
		return tell_programs(ctl, key_made);
	for (size_t i = 0; i < count; i++) {
		if (directories[i].made)
			printf("created directory %s\n", directories[i].path);
	}
	if (key_made)
		printf("created key file %s; keep a copy of it apart from copies of the database\n",
		    ctl->conf->key_file);
	printf("created database in %s\n", where_name(ctl->conf));
	if (geteuid() == 0 && getegid() == 0)
		printf("only root can use them; doorwardctl(8) describes how to create them for a "
		    "user of the service\n");
	return 0;
}

static int
make_all(struct ctl *ctl, struct directory *directories, size_t count)
{
	bool key_made = access(ctl->conf->key_file, F_OK) != 0;
	int r = 0;

	for (size_t i = 0; !r && i < count; i++)
		r = make_directory(ctl, &directories[i]);
	if (!r)
		r = make_key(ctl);
	if (!r)
		r = resources_become_service(ctl);
	if (r)
		return r;
	/* as the user of the service, to prove that it can read the key file */
	ctl->about = where_name(ctl->conf);
	r = auth_init(ctl->conf, ctl->now_ms);
	if (r == V_EXISTS && access(ctl->conf->key_file, F_OK) != 0 && errno == ENOENT)
		ctl->why = arena_printf(&ctl->mem, "there is a database already, but its key file "
		    "%s is lost; put the copy of it back", ctl->conf->key_file);
	return r ? r : tell(ctl, directories, count, key_made);
}

int
ctl_init(struct ctl *ctl)
{
	struct directory directories[] = {
		/* setgid: the group can use the files; sticky: it cannot replace them */
		{ ctl->conf->data_dir, 03770, true, false },
		{ directory_of(ctl, ctl->conf->key_file), 0755, false, false },
	};
	int r;

	if (!directories[1].path)
		return -ENOMEM;
	r = make_all(ctl, directories, NELEM(directories));
	/* those that root has made stay, once it is root no longer */
	for (size_t i = 0; r && i < NELEM(directories); i++) {
		if (directories[i].made)
			rmdir(directories[i].path);		/* stays if anything is in it */
	}
	return r;
}
