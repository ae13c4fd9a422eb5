// SPDX-License-Identifier: ISC
/* ctl/ctl_export.c - doorwardctl export: users as JSON lines. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "auth/user_import.h"
#include "base/guard.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/record_show.h"
#include "ctl/resources.h"
#include "ctl/walk.h"
#include "ctl/written.h"

struct exporting {
	FILE *out;
	struct arena mem;		/* of one user */
	bool with_hashes;
	uint64_t users;
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
	/* the hash is the last member of the object; it has no character to escape */
	fwrite(json, 1, len - 1, e->out);
	if (*hash)
		fprintf(e->out, ",\"hash\":\"%s\"", hash);
	fputs("}\n", e->out);
	secret_wipe(hash, sizeof hash);
	e->users++;
	return ferror(e->out) ? -EIO : 0;
}

/* A new file, so that no other reader has it open and nothing is overwritten. */
static int
open_output(struct ctl *ctl, const char *path, FILE **out)
{
	int fd;

	*out = stdout;
	if (strcmp(path, "-") == 0)
		return 0;
	ctl->about = path;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? V_EXISTS : -errno;
	*out = fdopen(fd, "w");
	return *out ? 0 : -errno;
}

int
ctl_export(struct ctl *ctl)
{
	struct exporting e = { .with_hashes = arguments_has(ctl, "with-hashes") };
	int r;

	/* the file is the caller's, who may be root */
	r = open_output(ctl, ctl->operands[0], &e.out);
	if (!r)
		r = resources_open(ctl, NEED_AUTH);
	if (r)
		return r;
	arena_init(&e.mem, 0);
	r = walk_users(ctl, UINT64_MAX, put_user, &e);
	arena_free(&e.mem);
	ctl->about = ctl->operands[0];
	if (!r && (fflush(e.out) != 0 || (e.out != stdout && fsync(fileno(e.out)) != 0)))
		r = -errno;
	if (e.out == stdout)
		return r;
	fclose(e.out);
	return r ? r : written_count(ctl, "users exported", "users", e.users);
}
