// SPDX-License-Identifier: ISC
/*
 * tests/e2e/memory.c - "memory PID... <SECRETS" looks for secrets in the memory of
 * processes: each line of the standard input is a name, a tab and the secret.  Prints
 * where each was found.  Exits with 0 if none was, 1 if some were, 2 if it could not look.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/descriptors.h"

#define SECRETS_MAX 64
#define BYTES_MAX ((size_t)256 << 20)

struct secret {
	char *name, *text;
	size_t len;
};

struct look {
	struct secret secrets[SECRETS_MAX];
	size_t count, regions;
	int found;
	unsigned char *bytes;		/* of one region */
};

static bool
read_secrets(struct look *l)
{
	char line[2200], *tab;

	while (fgets(line, sizeof line, stdin)) {
		struct secret *s = &l->secrets[l->count];

		line[strcspn(line, "\n")] = '\0';
		tab = strchr(line, '\t');
		if (!tab || l->count == SECRETS_MAX || strlen(tab + 1) < 8)
			return false;
		*tab = '\0';
		s->name = strdup(line);
		s->text = strdup(tab + 1);
		if (!s->name || !s->text)
			return false;
		s->len = strlen(s->text);
		l->count++;
	}
	return l->count > 0;
}

static void
look_in(struct look *l, const char *pid, const char *region, size_t len)
{
	const unsigned char *at, *end = l->bytes + len;

	for (size_t i = 0; i < l->count; i++) {
		const struct secret *s = &l->secrets[i];

		at = l->bytes;
		while ((at = memmem(at, (size_t)(end - at), s->text, s->len))) {
			printf("%s is in process %s, %s, at %zu\n", s->name, pid, region,
			    (size_t)(at - l->bytes));
			l->found++;
			at += s->len;
		}
	}
}

/* What is not mapped to its end, such as a file, is read as far as it goes. */
static void
look_at_region(struct look *l, const char *pid, int mem, char *line)
{
	uint64_t from, to;
	size_t len = 0;
	ssize_t got;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "%" SCNx64 "-%" SCNx64, &from, &to) != 2 || to - from > BYTES_MAX)
		return;
	while (len < to - from) {
		got = pread(mem, l->bytes + len, to - from - len, (off_t)(from + len));
		if (got <= 0)
			break;
		len += (size_t)got;
	}
	l->regions += len > 0;
	look_in(l, pid, line, len);
}

static bool
look_at_process(struct look *l, const char *pid)
{
	char path[64], line[1024];
	FILE *maps;
	int mem;

	snprintf(path, sizeof path, "/proc/%s/mem", pid);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof path, "/proc/%s/maps", pid);
	maps = fopen(path, "re");
	l->regions = 0;
	while (mem >= 0 && maps && fgets(line, sizeof line, maps))
		look_at_region(l, pid, mem, line);
	if (maps)
		fclose(maps);
	if (mem >= 0)
		close(mem);
	return l->regions > 0;
}

int
main(int argc, char **argv)
{
	static struct look l;

	if (descriptors_fill())
		return 2;
	l.bytes = malloc(BYTES_MAX);
	if (!l.bytes || !read_secrets(&l))
		return 2;
	for (int i = 1; i < argc; i++) {
		if (!look_at_process(&l, argv[i])) {
			printf("cannot read the memory of process %s\n", argv[i]);
			return 2;
		}
	}
	for (size_t i = 0; i < l.count; i++) {
		free(l.secrets[i].name);
		free(l.secrets[i].text);
	}
	free(l.bytes);
	return l.found > 0;
}
