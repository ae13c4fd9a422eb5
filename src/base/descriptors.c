// SPDX-License-Identifier: ISC
/* base/descriptors.c - the descriptors that a program is started with. */
#include "base/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/guard.h"

#define FIRST_OTHER 3

int
descriptors_fill(void)
{
	/* the opposite of what each is for, so that its use fails */
	static const int modes[FIRST_OTHER] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = 0; fd < FIRST_OTHER; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		/* open takes the lowest that is free, which is fd */
		if (open("/dev/null", modes[fd]) < 0)
			return -errno;
	}
	return 0;
}

static void
close_range_of(unsigned first, unsigned last)
{
	struct rlimit limit;

	if (first > last || close_range(first, last, 0) == 0)
		return;
	/* a kernel before 5.9, or a sandbox that does not know the call */
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	for (rlim_t fd = first; fd <= last && fd < limit.rlim_cur; fd++)
		close((int)fd);
}

void
descriptors_close_others(int keep, int keep_too)
{
	const int kept[] = { keep < keep_too ? keep : keep_too, keep < keep_too ? keep_too : keep };
	unsigned next = FIRST_OTHER;

	for (size_t i = 0; i < NELEM(kept); i++) {
		if (kept[i] < (int)next)
			continue;
		close_range_of(next, (unsigned)kept[i] - 1);
		next = (unsigned)kept[i] + 1;
	}
	close_range_of(next, ~0U);
}

int
descriptors_end_output(void)
{
	bool lost = ferror(stdout);

	if (fclose(stdout) != 0)
		return -errno;
	return lost ? -EIO : 0;
}

int
descriptors_write(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;
	ssize_t put;

	while (len) {
		put = write(fd, at, len);
		if (put < 0 && errno != EINTR)
			return -errno;
		if (put < 0)
			continue;
		at += put;
		len -= (size_t)put;
	}
	return 0;
}
