// SPDX-License-Identifier: ISC
/*
 * tests/e2e/memory.c - "memory PID|FILE... <SECRETS" looks for secrets in the memory of
 * processes, and in files, which have a '/' in their names: each line of the standard input
 * is a name, a tab and the secret, or "hex:" and its bytes in hexadecimal.  Prints where each
 * was found.  Exits with 0 if none was, 1 if some were, 2 if it could not look.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/text.h"

#define SECRETS_MAX 160
#define BYTES_MAX ((size_t)256 << 20)

struct secret {
	char *name, *text;
	size_t len;
};

struct look {
	struct secret secrets[SECRETS_MAX];
	bool begins[1 << 16];		/* by the first two bytes: does one begin so? */
	size_t count, regions;
	int found;
	unsigned char *bytes;		/* of one region */
};

static unsigned int
pair_at(const unsigned char *bytes)
{
	return (unsigned int)bytes[0] << 8 | bytes[1];
}

static bool
unhex(struct secret *s)
{
	char *hex = s->text;

	s->len = (s->len - 4) / 2;
	s->text = malloc(s->len + 1);
	return s->text && text_unhex(hex + 4, strlen(hex + 4), (uint8_t *)s->text, s->len) == 0;
}

static bool
read_secrets(struct look *l)
{
	char line[4200], *tab;

	while (fgets(line, sizeof line, stdin)) {
		struct secret *s = &l->secrets[l->count];

		line[strcspn(line, "\n")] = '\0';
		tab = strchr(line, '\t');
		if (!tab || l->count == SECRETS_MAX)
			return false;
		*tab = '\0';
		s->name = strdup(line);
		s->text = strdup(tab + 1);
		if (!s->name || !s->text)
			return false;
		s->len = strlen(s->text);
		if ((strncmp(s->text, "hex:", 4) == 0 && !unhex(s)) || s->len < 8)
			return false;
		l->begins[pair_at((unsigned char *)s->text)] = true;
		l->count++;
	}
	return l->count > 0;
}

static void
look_in(struct look *l, const unsigned char *bytes, size_t len, const char *where,
    const char *part)
{
	for (size_t at = 0; at + 1 < len; at++) {
		if (!l->begins[pair_at(bytes + at)])
			continue;
		for (size_t i = 0; i < l->count; i++) {
			const struct secret *s = &l->secrets[i];

			if (len - at < s->len || memcmp(bytes + at, s->text, s->len) != 0)
				continue;
			printf("%s is in %s%s, at %zu\n", s->name, where, part, at);
			l->found++;
		}
	}
}

/* What is not mapped to its end, such as a file, is read as far as it goes. */
static void
look_at_region(struct look *l, const char *pid, int mem, char *line)
{
	uint64_t from, to;
	char where[64];
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
	snprintf(where, sizeof where, "process %s, ", pid);
	look_in(l, l->bytes, len, where, line);
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

static bool
look_at_file(struct look *l, const char *path)
{
	struct stat st;
	void *map;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0)
		return false;
	map = st.st_size ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
	close(fd);
	if (map == MAP_FAILED)
		return false;
	if (map) {
		look_in(l, map, (size_t)st.st_size, path, "");
		munmap(map, (size_t)st.st_size);
	}
	return true;
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
		if (strchr(argv[i], '/') ? !look_at_file(&l, argv[i]) :
		    !look_at_process(&l, argv[i])) {
			printf("cannot look at %s\n", argv[i]);
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
