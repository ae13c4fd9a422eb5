// SPDX-License-Identifier: ISC
/* ctl/ctl_backup.c - doorwardctl backup: a consistent copy of the database while writes go on. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/care.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/apart.h"
#include "ctl/record_show.h"
#include "ctl/resources.h"
#include "ctl/target.h"

/* The result, and what both processes share. */
struct backup {
	struct apart apart;		/* first */
	char file[PATH_MAX];
	uint64_t bytes, records, faults;
	int fd;
	bool is_file;
};

#define FIELD(member, name, type) \
	{ name, type, offsetof(struct backup, member), sizeof ((struct backup *)0)->member }

static const struct field fields[] = {
	FIELD(file,    "file",    FIELD_TEXT),
	FIELD(bytes,   "bytes",   FIELD_NUMBER),
	FIELD(records, "records", FIELD_NUMBER),
	FIELD(faults,  "faults",  FIELD_NUMBER),
};

static const struct record_kind backup_kind = { "backup", 0, sizeof(struct backup), fields,
    NELEM(fields) };

/* The check counts; "doorwardctl check" names. */
static int
count_only(void *arg, const struct store_finding *finding)
{
	(void)arg;
	(void)finding;
	return 0;
}

/* Every record of what was written is read; what went through a pipe cannot be. */
static int
verify(struct ctl *ctl, struct backup *b)
{
	struct store_check check = { .now_ms = ctl->now_ms, .found = count_only,
	    .progress = apart_progress, .arg = &b->apart };
	struct meta meta;
	int r;

	atomic_store(&b->apart.what, "verifying");
	r = b->is_file ? care_check_copy(ctl->conf, b->fd, &check, &meta) :
	    care_check(ctl->auth, &check);
	b->records = check.records;
	b->faults = check.faults;
	if (r != -EBADMSG)
		return r;
	b->faults++;		/* more than a record, in a copy that may be all that there is */
	return 0;
}

/* In a child process, which becomes the user of the service. */
static int
copy(struct ctl *ctl, struct apart *apart)
{
	struct backup *b = (struct backup *)apart;
	uint64_t bytes;
	int r;

	r = b->is_file ? resources_give(ctl, b->fd) : 0;
	if (!r)
		r = resources_open(ctl, NEED_STORE);
	if (!r)
		r = care_copy_bytes(ctl->auth, &bytes);
	if (r)
		return r;
	ctl->about = ctl->operands[0];
	apart_progress(apart, 0, bytes);
	atomic_store(&apart->what, "copying");
	r = care_copy(ctl->auth, b->fd);
	return r ? r : verify(ctl, b);
}

/* Meanwhile the size of the file tells how far the copy has come. */
static void
watch(struct apart *apart)
{
	struct backup *b = (struct backup *)apart;
	const char *what = atomic_load(&apart->what);
	struct stat file;

	if (b->is_file && what && *what == 'c' && fstat(b->fd, &file) == 0)
		atomic_store(&apart->done, (uint64_t)file.st_size);
}

/*
 * A file without a name, so that a backup that is killed leaves nothing; where there are
 * none, one with the name *draft.
 */
static int
draft_open(struct ctl *ctl, struct backup *b, const char *folder, char **draft)
{
	b->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (b->fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return b->fd < 0 ? -errno : 0;
	*draft = arena_printf(&ctl->mem, "%s.XXXXXX", ctl->operands[0]);
	if (!*draft)
		return -ENOMEM;
	b->fd = mkostemp(*draft, O_CLOEXEC);
	return b->fd < 0 ? -errno : 0;
}

/*
 * Gives the draft a name, because a link replaces nothing.  The name is always the same: what
 * a backup that was killed right here left is complete and replaced, and so is the draft of
 * another backup to the same file, which links its own again.
 */
static int
draft_name(struct ctl *ctl, const struct backup *b, char **draft)
{
	char *from = arena_printf(&ctl->mem, "/proc/self/fd/%d", b->fd);

	if (!*draft)
		*draft = arena_printf(&ctl->mem, "%s.doorward-draft", ctl->operands[0]);
	if (!from || !*draft)
		return -ENOMEM;
	while (linkat(AT_FDCWD, from, AT_FDCWD, *draft, AT_SYMLINK_FOLLOW) != 0)
		if (errno != EEXIST || (unlink(*draft) != 0 && errno != ENOENT))
			return -errno;
	return 0;
}

/* True if only the descriptor keeps the file: it never had a name, or another backup took it. */
static bool
is_nameless(int fd)
{
	struct stat file;

	return fstat(fd, &file) == 0 && file.st_nlink == 0;
}

/* The file takes the place of an older one when it is complete. */
static int
publish(struct ctl *ctl, struct backup *b, const char *folder, char **draft)
{
	GUARD(fd_close) int dir = -1;
	struct stat file;
	int r;

	if (fchown(b->fd, geteuid(), getegid()) != 0 || fchmod(b->fd, 0600) != 0 ||
	    fstat(b->fd, &file) != 0 || fsync(b->fd) != 0)
		return -errno;
	do {
		r = is_nameless(b->fd) ? draft_name(ctl, b, draft) : 0;
		if (!r && rename(*draft, ctl->operands[0]) != 0)
			r = -errno;
	} while (r == -ENOENT && is_nameless(b->fd));
	if (r)
		return r;
	b->bytes = (uint64_t)file.st_size;
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir >= 0 && fsync(dir) == 0 ? 0 : -errno;
}

static int
to_file(struct ctl *ctl, struct backup *b, const char *path)
{
	const char *folder = target_folder(&ctl->mem, path);
	char *draft = NULL;
	int r;

	if (!folder)
		return -ENOMEM;
	r = target_check_backup(ctl, path);
	if (!r)
		r = draft_open(ctl, b, folder, &draft);
	if (r)
		return r;
	b->is_file = true;
	r = apart_run(ctl, &b->apart, copy, watch);
	if (!r) {
		ctl->about = path;
		r = publish(ctl, b, folder, &draft);
	}
	if (r && draft)
		unlink(draft);
	close(b->fd);
	return r;
}

static int
to_output(struct ctl *ctl, struct backup *b)
{
	if (isatty(STDOUT_FILENO)) {
		ctl->why = "a terminal shows no backup";
		return V_INVALID;
	}
	b->fd = STDOUT_FILENO;
	return apart_run(ctl, &b->apart, copy, NULL);
}

int
ctl_backup(struct ctl *ctl)
{
	struct backup *b = apart_new(sizeof *b);
	const char *path = ctl->operands[0];
	int r;

	if (!b)
		return -ENOMEM;
	ctl->about = path;
	if (text_copy(b->file, sizeof b->file, path))
		return -ENAMETOOLONG;
	r = strcmp(path, "-") == 0 ? to_output(ctl, b) : to_file(ctl, b, path);
	if (!r && b->is_file && !b->faults)
		r = record_show(ctl, &backup_kind, b);
	if (r || !b->faults)
		return r;
	ctl->why = arena_printf(&ctl->mem, "the copy is complete, but has %llu fault%s of the "
	    "database; 'doorwardctl check' names them", (unsigned long long)b->faults,
	    b->faults == 1 ? "" : "s");
	return -EBADMSG;
}
