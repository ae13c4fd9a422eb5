// SPDX-License-Identifier: ISC
/*
 * tests/e2e/clockshift.c - preloaded into doorward: its clock is ahead by as many
 * seconds as the first 8 bytes of $CLOCKSHIFT_FILE say, from the moment they change.
 * So tests see tokens expire without waiting for it.  The next 8 bytes say how many
 * milliseconds the disk takes for each flush, until they say otherwise.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/futex.h>

/* The second is of flushes. */
static const volatile int64_t *shift_s;

__attribute__((constructor)) static void
map_shift(void)
{
	const char *path = getenv("CLOCKSHIFT_FILE");
	void *bytes;
	int fd;

	fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	bytes = mmap(NULL, 2 * sizeof *shift_s, PROT_READ, MAP_SHARED, fd, 0);
	if (bytes != MAP_FAILED)
		shift_s = bytes;
	close(fd);
}

int
clock_gettime(clockid_t id, struct timespec *now)
{
	int r = (int)syscall(SYS_clock_gettime, id, now);

	if (r == 0 && id == CLOCK_REALTIME && shift_s)
		now->tv_sec += *shift_s;
	return r;
}

time_t
time(time_t *out)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}

#define STEP_MS 20

/* Waits that the sandbox permits, for something that never comes; or until the disk is well. */
static void
wait_for_disk(void)
{
	const struct timespec step = { .tv_nsec = STEP_MS * 1000000 };
	uint32_t never = 0;

	for (int64_t ms = 0; shift_s && ms < shift_s[1]; ms += STEP_MS)
		syscall(SYS_futex, &never, FUTEX_WAIT, 0, &step, NULL, 0);
}

int
fdatasync(int fd)
{
	wait_for_disk();
	return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	wait_for_disk();
	return (int)syscall(SYS_fsync, fd);
}
