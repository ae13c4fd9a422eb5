// SPDX-License-Identifier: ISC
/* auth/issued.c - bearer tokens and session keys that were good once. */
#include "auth/issued.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/log.h"

/* A digest may be in any cell of its set. */
#define WAYS 4
#define SETS (ISSUED_MAX / WAYS)
#define MAP_LEN (ISSUED_MAX * sizeof(uint64_t))

struct issued {
	uint64_t *cells;
};

/* Room is taken now: a write to a mapped hole on a full disk would kill the worker. */
static int
open_file(const char *path, int *fd)
{
	struct stat st;
	int error;

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (*fd < 0 || fstat(*fd, &st) != 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid())
		return -EPERM;
	error = st.st_size < (off_t)MAP_LEN ? posix_fallocate(*fd, 0, (off_t)MAP_LEN) : 0;
	return -error;
}

int
issued_open(struct issued **out, const char *run_dir)
{
	GUARD(issued_close) struct issued *issued = NULL;
	GUARD(fd_close) int fd = -1;
	char path[4096];
	void *map;
	int r;

	if (snprintf(path, sizeof path, "%s/issued", run_dir) >= (int)sizeof path)
		return -ENAMETOOLONG;
	issued = calloc(1, sizeof *issued);
	if (!issued)
		return -ENOMEM;
	r = open_file(path, &fd);
	if (r)
		return log_fault(r, "opening %s", path);
	map = mmap(NULL, MAP_LEN, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return log_fault(-errno, "mapping %s", path);
	issued->cells = map;
	*out = issued;
	issued = NULL;
	return 0;
}

void
issued_close(struct issued **issued)
{
	if (!*issued)
		return;
	if ((*issued)->cells)
		munmap((*issued)->cells, MAP_LEN);
	free(*issued);
	*issued = NULL;
}

/* Never 0, which is an empty cell. */
static uint64_t
cell_of(const uint8_t digest[DIGEST_LEN])
{
	uint64_t cell;

	memcpy(&cell, digest, sizeof cell);
	return cell | 1;
}

static uint64_t *
set_of(const struct issued *issued, uint64_t cell)
{
	return issued->cells + WAYS * ((cell >> 1) % SETS);
}

bool
issued_has(const struct issued *issued, const uint8_t digest[DIGEST_LEN])
{
	uint64_t cell = cell_of(digest), *set;

	if (!issued)
		return false;
	set = set_of(issued, cell);
	for (int i = 0; i < WAYS; i++) {
		if (__atomic_load_n(&set[i], __ATOMIC_RELAXED) == cell)
			return true;
	}
	return false;
}

void
issued_note(struct issued *issued, const uint8_t digest[DIGEST_LEN])
{
	uint64_t cell = cell_of(digest), *set, *to;

	if (!issued || issued_has(issued, digest))
		return;
	set = set_of(issued, cell);
	to = &set[digest[DIGEST_LEN - 1] % WAYS];
	for (int i = 0; i < WAYS; i++) {
		if (!__atomic_load_n(&set[i], __ATOMIC_RELAXED))
			to = &set[i];
	}
	__atomic_store_n(to, cell, __ATOMIC_RELAXED);
}
