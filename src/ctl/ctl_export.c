// SPDX-License-Identifier: ISC
/* ctl/ctl_export.c - doorwardctl export: users as JSON lines. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/user_import.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/apart.h"
#include "ctl/arguments.h"
#include "ctl/record_show.h"
#include "ctl/resources.h"
#include "ctl/walk.h"
#include "ctl/written.h"

struct exporting {
	struct apart apart;		/* first; both processes share all of it */
	FILE *out;
	struct arena mem;		/* of one user */
	bool with_hashes;
	uint64_t users, total;
};

static int
put_user(struct ctl *ctl, const void *record, void *arg)
{
	struct exporting *e = arg;
	const struct user *user = record;
	char hash[HASH_SIZE] = "";
	const char *json;
	struct text out;
	size_t len;
	int r = 0;

	if (user->deleted_ms)
		return 0;
	arena_wipe(&e->mem);
	text_init(&out, &e->mem);
	if (e->with_hashes)
		r = user_import_hash(ctl->auth, &user->id, hash);
	if (!r)
		r = record_show_json(ctl, &out, &user_kind, user);
	if (!r)
		r = text_done(&out, &json, &len);
	if (r)
		return r;
	errno = 0;
	/* the hash is the last member of the object; it has no character to escape */
	fwrite(json, 1, len - 1, e->out);
	if (*hash)
		fprintf(e->out, ",\"hash\":\"%s\"", hash);
	fputs("}\n", e->out);
	r = !ferror(e->out) ? 0 : errno ? -errno : -EIO;
	secret_wipe(hash, sizeof hash);
	e->users++;
	apart_progress(&e->apart, e->users, e->total);
	return r;
}

/* In a child process, which becomes the user of the service. */
static int
write_users(struct ctl *ctl, struct apart *apart)
{
	struct exporting *e = (struct exporting *)apart;
	struct store_counts counts;
	struct meta meta;
	int r;

	r = resources_open(ctl, NEED_TAKING);	/* hashes are not sealed */
	if (!r)
		r = auth_status(ctl->auth, &meta, &counts);
	if (r)
		return r;
	e->total = counts.users;
	atomic_store(&apart->what, "exporting");
	arena_init(&e->mem, 0);
	r = walk_users(ctl, UINT64_MAX, put_user, e);
	arena_free(&e->mem);
	if (r != -EBADMSG)
		ctl->about = ctl->operands[0];
	if (!r && (fflush(e->out) != 0 || (e->out != stdout && fsync(fileno(e->out)) != 0)))
		r = -errno;
	return r;
}

/* A file without a name, of which nothing is left if we are killed; -1 where there is none. */
static int
open_nameless(struct ctl *ctl, const char *path, char **draft)
{
	char *dir = arena_strdup(&ctl->mem, path), *end = dir ? strrchr(dir, '/') : NULL;
	int fd;

	if (end)
		end[end == dir] = '\0';
	fd = open(end ? dir : ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	*draft = arena_printf(&ctl->mem, "/proc/self/fd/%d", fd);
	if (*draft && access(*draft, F_OK) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
open_draft(struct ctl *ctl, const char *path, char **draft)
{
	int fd = open_nameless(ctl, path, draft);

	if (fd >= 0)
		return fd;
	*draft = arena_printf(&ctl->mem, "%s.XXXXXX", path);
	if (!*draft)
		return -ENOMEM;
	fd = mkostemp(*draft, O_CLOEXEC);	/* with mode 0600 */
	return fd < 0 ? -errno : fd;
}

/* /proc/self/fd is not ours to remove from; a nameless file ends with its descriptor. */
static void
drop_draft(const char *draft)
{
	if (strncmp(draft, "/proc/", strlen("/proc/")) != 0)
		unlink(draft);
}

/* It gets its name when it is complete, and nothing is overwritten. */
static int
publish(const char *draft, const char *path)
{
	if (linkat(AT_FDCWD, draft, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0) {
		drop_draft(draft);
		return 0;
	}
	/* where a file has one name */
	if ((errno == EPERM || errno == EOPNOTSUPP) && access(path, F_OK) != 0 &&
	    rename(draft, path) == 0)
		return 0;
	return errno == EEXIST ? V_EXISTS : -errno;
}

static int
to_file(struct ctl *ctl, struct exporting *e, const char *path)
{
	char *draft;
	int fd, r;

	ctl->about = path;
	if (access(path, F_OK) == 0)
		return V_EXISTS;
	fd = open_draft(ctl, path, &draft);
	if (fd < 0)
		return fd;
	e->out = fdopen(fd, "w");
	r = e->out ? apart_run(ctl, &e->apart, write_users, NULL) : -errno;
	if (!r) {
		ctl->about = path;
		r = publish(draft, path);
	}
	if (r)
		drop_draft(draft);
	if (e->out)
		fclose(e->out);
	return r ? r : written_count(ctl, "users exported", "users", e->users);
}

int
ctl_export(struct ctl *ctl)
{
	struct exporting *e = apart_new(sizeof *e);

	if (!e)
		return -ENOMEM;
	e->with_hashes = arguments_has(ctl, "with-hashes");
	e->out = stdout;
	return strcmp(ctl->operands[0], "-") == 0 ?
	    apart_run(ctl, &e->apart, write_users, NULL) : to_file(ctl, e, ctl->operands[0]);
}
