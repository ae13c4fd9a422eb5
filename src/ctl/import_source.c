// SPDX-License-Identifier: ISC
/* ctl/import_source.c - the file of an import, which is read as a whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/json.h"
#include "base/secret.h"
#include "ctl/import.h"

int
import_source_read(struct ctl *ctl, const char *path, struct import_source *s)
{
	GUARD(fd_close) int fd = -1;
	size_t room = 1 << 20;
	char *bytes = malloc(room), *more;
	ssize_t got;

	ctl->about = path;
	fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || !bytes) {
		free(bytes);
		return fd < 0 ? -errno : -ENOMEM;
	}
	while ((got = read(fd, bytes + s->len, room - s->len)) > 0) {
		s->len += (size_t)got;
		if (s->len < room)
			continue;
		more = realloc(bytes, 2 * room);
		if (!more)
			break;
		bytes = more;
		room *= 2;
	}
	s->bytes = bytes;
	return got < 0 ? -errno : got ? -ENOMEM : 0;
}

void
import_source_rewind(struct import_source *s)
{
	static const char mark[] = "\xef\xbb\xbf";

	s->at = s->len >= 3 && memcmp(s->bytes, mark, 3) == 0 ? 3 : 0;
	s->line = 0;
	s->next = 0;
	s->columns = 0;
}

void
import_source_drop(struct import_source *s)
{
	json_drop(&s->root);
	secret_wipe((void *)(uintptr_t)s->bytes, s->len);
	free((void *)(uintptr_t)s->bytes);
	arena_free(&s->mem);
}
