// SPDX-License-Identifier: ISC
/* ctl/ctl_role.c - doorwardctl role ... */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auth/role.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/listing.h"
#include "ctl/resources.h"
#include "ctl/written.h"

static const struct column columns[] = {
	{ "ROLE",     "name" },
	{ "MODIFIED", "modified_on" },
	{ "ACL",      "acl" },
};

int
ctl_role_list(struct ctl *ctl)
{
	struct listing l;
	struct role *roles;
	size_t count;
	int r;

	r = role_list(ctl->auth, &ctl->mem, &roles, &count);
	if (r)
		return r;
	listing_open(&l, ctl, &role_kind, columns, NELEM(columns));
	for (size_t i = 0; !r && i < count; i++)
		r = listing_add(&l, &roles[i]);
	listing_close(&l);
	return r;
}

int
ctl_role_show(struct ctl *ctl)
{
	struct role role;
	int r;

	ctl->about = ctl->operands[0];
	r = role_find(ctl->auth, ctl->operands[0], &role);
	if (r)
		return r;
	puts(role.acl);
	return 0;
}

static void
file_close(FILE **file)
{
	if (*file && *file != stdin)
		fclose(*file);
}

/* The object in the file, without the final line end. */
static int
read_acl(struct ctl *ctl, const char *path, const char **acl)
{
	GUARD(file_close) FILE *file = path ? fopen(path, "re") : stdin;
	char bytes[ROLE_ACL_SIZE + 1];
	size_t len;

	if (path)
		ctl->about = path;
	if (!file)
		return -errno;
	errno = 0;
	len = fread(bytes, 1, sizeof bytes, file);
	if (ferror(file))
		return errno ? -errno : -EIO;
	while (len && (bytes[len - 1] == '\n' || bytes[len - 1] == '\r'))
		len--;
	if (memchr(bytes, '\0', len)) {
		ctl->why = "contains a NUL";
		return V_INVALID;
	}
	*acl = arena_strndup(&ctl->mem, bytes, len);
	return *acl ? 0 : -ENOMEM;
}

int
ctl_role_set(struct ctl *ctl)
{
	struct role role;
	const char *acl = NULL;
	int r;

	/* the file belongs to the caller, which may be root */
	r = read_acl(ctl, ctl->operands[1], &acl);
	if (!r)
		r = resources_open(ctl, NEED_TAKING);
	if (r)
		return r;
	ctl->about = ctl->operands[0];
	r = role_set(ctl->auth, ctl->operands[0], acl, ctl->now_ms, &ctl->why);
	if (!r)
		r = role_find(ctl->auth, ctl->operands[0], &role);
	return r ? r : written_record(ctl, &role_kind, &role);
}

int
ctl_role_delete(struct ctl *ctl)
{
	struct role role;
	int r;

	ctl->about = ctl->operands[0];
	r = role_find(ctl->auth, ctl->operands[0], &role);
	if (!r)
		r = role_delete(ctl->auth, ctl->operands[0]);
	return r ? r : written_record(ctl, &role_kind, &role);
}
