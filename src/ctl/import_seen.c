// SPDX-License-Identifier: ISC
/* ctl/import_seen.c - the names of a file, of which no two rows have the same. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/verdict.h"
#include "ctl/import.h"

/* What a name of the file is remembered by, to find it again. */
struct seen {
	uint64_t digest;
	size_t line;
};

static struct seen *
place(struct seen *at, size_t room, uint64_t digest)
{
	size_t i = digest & (room - 1);

	while (at[i].line && at[i].digest != digest)
		i = (i + 1) & (room - 1);
	return &at[i];
}

static int
grow(struct import_seen *seen)
{
	size_t room = seen->room ? 2 * seen->room : 1024;
	struct seen *more = calloc(room, sizeof *more);

	if (!more)
		return -ENOMEM;
	for (size_t i = 0; i < seen->room; i++) {
		if (seen->at[i].line)
			*place(more, room, seen->at[i].digest) = seen->at[i];
	}
	free(seen->at);
	seen->at = more;
	seen->room = room;
	return 0;
}

const char *
import_seen_as(const struct import_row *row, const char *name)
{
	return name == row->user.ha1b ? "the ha1b" : name;
}

/* V_EXISTS: the name is in an earlier row. */
static int
see(struct import_seen *seen, struct arena *mem, struct import_row *row, const char *kind,
    const char *name)
{
	uint8_t whole[DIGEST_LEN];
	uint64_t digest;
	struct seen *at;

	if (2 * seen->count >= seen->room && grow(seen))
		return -ENOMEM;
	secret_digest(whole, seen->key, kind, name, strlen(name));
	memcpy(&digest, whole, sizeof digest);
	at = place(seen->at, seen->room, digest);
	if (at->line && at->line != row->line) {
		row->wrong = arena_printf(mem, "%s: also in line %zu", import_seen_as(row, name),
		    at->line);
		return V_EXISTS;
	}
	seen->count += !at->line;
	*at = (struct seen){ digest, row->line };
	return 0;
}

int
import_seen_all(struct import_seen *seen, struct arena *mem, struct import_row *row)
{
	static const char *const kinds[IDENTITY_KINDS] = { "login", "google", "facebook", "apple",
	    "wechat", "ha1b", "oidc" };
	char id[UUID_TEXT_SIZE];
	int r = 0;

	for (size_t i = 0; !r && i < USER_NAMES; i++) {
		if (*user_name_at(&row->user, i))
			r = see(seen, mem, row, kinds[user_names[i].kind],
			    user_name_at(&row->user, i));
	}
	return r ? r : see(seen, mem, row, "uuid", uuid_text(id, &row->user.id));
}

void
import_seen_drop(struct import_seen *seen)
{
	free(seen->at);
	seen->at = NULL;
}
