// SPDX-License-Identifier: ISC
/*
 * tests/bench/pool.c - how fast the pool of workers grows and shrinks, what memory
 * it takes, and what is lost when workers are killed meanwhile.  Run by
 * tests/bench/pool.sh, in tests/e2e/stack.sh.
 *
 * Workers are held by connections that say nothing.  Requests are answered
 * meanwhile; one is lost if it ends without an answer, which only the kill of
 * a busy worker excuses.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptors.h"
#include "base/guard.h"
#include "base/scoreboard.h"

#define HOLD		62		/* with two to spare, all of workers_max */
#define PATIENCE_MS	90000
#define GROW_LIMIT_MS	100
#define SHRINK_LIMIT_MS	60000

static struct sockaddr_un place = { .sun_family = AF_UNIX };
static pid_t master;
static atomic_int asking, answered, lost;

static int
enter(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&place, sizeof place) != 0)
		exit(99);
	return fd;
}

/* --- the workers -------------------------------------------------------------------- */

struct count {
	int workers, reading;
};

static struct count
count(void)
{
	struct scoreboard_cell cell;
	struct count c = { 0 };

	for (size_t at = 0; at < scoreboard_high(); at++) {
		if (!scoreboard_read(at, &cell))
			continue;
		c.workers++;
		c.reading += cell.state == STATE_READING;
	}
	return c;
}

/* Time until so many are reading; or, if that is 0, so many workers are left. */
static int64_t
await(int reading, int workers)
{
	int64_t begin_ms = clock_steady_ms();
	struct count c = count();

	while (reading ? c.reading < reading : c.workers > workers) {
		if (clock_steady_ms() - begin_ms > PATIENCE_MS) {
			fprintf(stderr, "pool: %d workers, %d read\n", c.workers, c.reading);
			exit(1);
		}
		usleep(1000);
		c = count();
	}
	return clock_steady_ms() - begin_ms;
}

static long
pss_kib(pid_t pid)
{
	char path[64], line[256];
	long kib = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f) && sscanf(line, "Pss: %ld", &kib) != 1)
		;
	if (f)
		fclose(f);
	return kib;
}

static void
print_memory(const char *when)
{
	struct scoreboard_cell cell;
	long kib = pss_kib(master);
	int workers = 0;

	for (size_t at = 0; at < scoreboard_high(); at++) {
		if (scoreboard_read(at, &cell)) {
			kib += pss_kib(cell.pid);
			workers++;
		}
	}
	printf("pool: PSS %s: %ld KiB for the master and %d workers\n", when, kib, workers);
}

/* --- growing and shrinking ------------------------------------------------------------ */

static void
hold(int *fds, int from, int to)
{
	for (int i = from; i < to; i++)
		fds[i] = enter();
}

static void
let_go(const int *fds, int n)
{
	for (int i = 0; i < n; i++)
		close(fds[i]);
}

/* Is it within the bounds? */
static bool
grow_and_shrink(int base, int most)
{
	int64_t next_ms, all_ms, back_ms;
	int fds[HOLD];

	sleep(2);			/* the master has gone to sleep */
	hold(fds, 0, base + 1);
	next_ms = await(base + 1, 0);
	hold(fds, base + 1, HOLD);
	all_ms = await(HOLD, 0);
	while (count().workers < most)
		usleep(1000);
	print_memory("at its largest");
	let_go(fds, HOLD);
	back_ms = await(0, base);
	printf("pool: one more than at base is served after %lld ms, all %d are %lld ms after that; "
	    "back at base after %.1f s\n", (long long)next_ms, HOLD, (long long)all_ms,
	    (double)back_ms / 1e3);
	print_memory("at base again");
	return next_ms <= GROW_LIMIT_MS && back_ms <= SHRINK_LIMIT_MS;
}

/* --- kills ----------------------------------------------------------------------------- */

/* GET /rest/settings in FastCGI records: begin, parameters, their end, no body. */
static const unsigned char question[] =
	"\1\1\0\1\0\10\0\0" "\0\1\0\0\0\0\0\0"
	"\1\4\0\1\0\107\0\0" "\16\3REQUEST_METHODGET" "\13\16SCRIPT_NAME/rest/settings"
	"\5\2HTTPSon" "\13\3REMOTE_ADDR::1"
	"\1\4\0\1\0\0\0\0" "\1\5\0\1\0\0\0\0";

static void *
ask(void *arg)
{
	char answer[8192];
	ssize_t got;
	size_t len;
	int fd;

	(void)arg;
	while (atomic_load(&asking)) {
		fd = enter();
		len = 0;
		if (send(fd, question, sizeof question - 1, MSG_NOSIGNAL) > 0) {
			while (len < sizeof answer - 1 &&
			    (got = read(fd, answer + len, sizeof answer - 1 - len)) > 0)
				len += (size_t)got;
		}
		close(fd);
		answer[len] = '\0';
		atomic_fetch_add(len > 8 && strstr(answer + 8, "Status: ") ? &answered : &lost, 1);
		usleep(500);
	}
	return NULL;
}

/* Kills one worker, or all; returns how many.  0: there was none at the moment. */
static int
kill_workers(bool all)
{
	struct scoreboard_cell cell;
	size_t start = scoreboard_high() ? (size_t)rand() % scoreboard_high() : 0;
	int killed = 0;

	for (size_t i = 0; i < scoreboard_high() && (all || !killed); i++) {
		if (scoreboard_read((start + i) % scoreboard_high(), &cell))
			killed += kill(cell.pid, SIGKILL) == 0;
	}
	return killed;
}

/* Connections that say nothing come and go, so that the pool never rests. */
static bool
kill_while_changing(int kills, int base)
{
	int fds[HOLD], killed = 0, held = 0, n;
	pthread_t client;

	atomic_store(&asking, 1);
	pthread_create(&client, NULL, ask, NULL);
	for (int i = 0; i < kills; i++) {
		let_go(fds, held);
		held = i % 2 ? 0 : 4 + rand() % 20;
		hold(fds, 0, held);
		usleep((useconds_t)(rand() % 60000));
		while (!(n = kill_workers(i % 20 == 19)))
			usleep(1000);
		killed += n;
	}
	let_go(fds, held);
	atomic_store(&asking, 0);
	pthread_join(client, NULL);
	printf("pool: kill -9 %d times, of %d workers in total: %d requests answered, %d lost; "
	    "back at base after %.1f s\n", kills, killed, atomic_load(&answered),
	    atomic_load(&lost), (double)await(0, base) / 1e3);
	return atomic_load(&answered) > kills && atomic_load(&lost) <= killed;
}

int
main(void)
{
	const char *path = getenv("E2E_SOCKET"), *dir = getenv("E2E_DIR");
	const char *pid = getenv("E2E_PID"), *kills = getenv("KILLS");
	struct scoreboard_pool pool;
	char run_dir[4096];

	if (descriptors_fill() || !path || !dir || !pid || strlen(path) >= sizeof place.sun_path)
		return 99;
	strcpy(place.sun_path, path);
	master = (pid_t)atoi(pid);
	snprintf(run_dir, sizeof run_dir, "%s/run", dir);
	if (scoreboard_find(run_dir) || !scoreboard_pool(&pool) || pool.max < HOLD)
		return 99;
	if (kills)
		return !kill_while_changing(atoi(kills), (int)pool.base);
	print_memory("at base");
	return !grow_and_shrink((int)pool.base, (int)pool.max);
}
