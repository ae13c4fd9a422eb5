// SPDX-License-Identifier: ISC
/*
 * tests/bench/flood.c - how long JWTs and right logins take while others flood
 * the service with wrong ones, or wait for a provider that is silent.  Run by
 * tests/e2e/stack.sh; speaks FastCGI to the workers themselves.
 *
 * JWTs are sent at 300 a second, however slow the answers are (open loop); the time of
 * each is from when it should have been sent.  The flood is 50 connections, each
 * with a login of another name from another address, and at once with the next; or,
 * with stack.sh --provider, 40 with a token of Facebook, and the next after a second.
 * Meanwhile one client logs in with a right password again and again.  FLOOD_SECONDS
 * says how long a round takes, FLOOD_ROUNDS how many there are.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "base/descriptors.h"
#include "base/guard.h"

#define RATE		300
#define SECONDS_MAX	60
#define ROUNDS_MAX	99
#define CLIENTS		32		/* clients with JWTs: enough for 100 ms each */
#define FLOODERS_MAX	50

#define BEGIN		1
#define PARAMS		4
#define STDIN		5

struct message {
	unsigned char bytes[4096];
	size_t len, params_at;
};

struct answer {
	char text[16384];
	int status;
};

static struct sockaddr_un place = { .sun_family = AF_UNIX };
static const char *jwt;
static int rounds = 5;			/* calm and flooded in turn; the median is the result */
static int seconds = 4, calls;		/* of one round */
static double times[RATE * SECONDS_MAX];	/* seconds */
static atomic_int next_call, flooding, counts[600];
static double began;
static double slowest_login;
static atomic_int good_logins, bad_logins;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
sleep_until(double when)
{
	struct timespec t = { .tv_sec = (time_t)when };

	t.tv_nsec = (long)((when - (double)t.tv_sec) * 1e9);
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

/* A record header (FastCGI 1.0, 3.3), its length still to come. */
static void
begin_record(struct message *m, unsigned char type, size_t len)
{
	const unsigned char head[8] = { 1, type, 0, 1, (unsigned char)(len >> 8),
	    (unsigned char)len };

	memcpy(m->bytes + m->len, head, sizeof head);
	m->len += sizeof head;
}

static void
put_param(struct message *m, const char *name, const char *value)
{
	size_t name_len = strlen(name), len = strlen(value);
	unsigned char lengths[5] = { (unsigned char)name_len, (unsigned char)(0x80 | len >> 24),
	    (unsigned char)(len >> 16), (unsigned char)(len >> 8), (unsigned char)len };

	memcpy(m->bytes + m->len, lengths, sizeof lengths);
	m->len += sizeof lengths;
	memcpy(m->bytes + m->len, name, name_len);
	memcpy(m->bytes + m->len + name_len, value, len);
	m->len += name_len + len;
}

static void
make_message(struct message *m, const char *source, const char *header, const char *value)
{
	static const unsigned char begin[8] = { 0, 1 };	/* a responder, closing after it */
	size_t len;

	m->len = 0;
	begin_record(m, BEGIN, sizeof begin);
	memcpy(m->bytes + m->len, begin, sizeof begin);
	m->len += sizeof begin;
	m->params_at = m->len;
	begin_record(m, PARAMS, 0);
	put_param(m, "REQUEST_METHOD", "GET");
	put_param(m, "SCRIPT_NAME", "/rest/auth");
	put_param(m, "HTTPS", "on");
	put_param(m, "REMOTE_ADDR", source);
	put_param(m, header, value);
	len = m->len - m->params_at - 8;
	m->bytes[m->params_at + 4] = (unsigned char)(len >> 8);
	m->bytes[m->params_at + 5] = (unsigned char)len;
	begin_record(m, PARAMS, 0);
	begin_record(m, STDIN, 0);
}

/* Asks, and reads all of the answer; status 0: none came. */
static void
ask(const struct message *m, struct answer *answer)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const char *status;
	size_t len = 0;
	ssize_t got = -1;

	answer->status = 0;
	if (connect(fd, (struct sockaddr *)&place, sizeof place) == 0 &&
	    send(fd, m->bytes, m->len, MSG_NOSIGNAL) == (ssize_t)m->len) {
		while ((got = read(fd, answer->text + len, sizeof answer->text - 1 - len)) > 0)
			len += (size_t)got;
	}
	close(fd);
	answer->text[len] = '\0';
	if (got == 0 && len > 8 && (status = strstr(answer->text + 8, "Status: ")))
		answer->status = atoi(status + strlen("Status: "));
}

/* --- the flood ---------------------------------------------------------------- */

static const char *
basic(char *out, size_t size, const char *pair)
{
	strcpy(out, "Basic ");
	sodium_bin2base64(out + 6, size - 6, (const unsigned char *)pair, strlen(pair),
	    sodium_base64_VARIANT_ORIGINAL);
	return out;
}

static void
wrong_login(struct message *m, const char *source, uint32_t number)
{
	char pair[128], header[256];

	snprintf(pair, sizeof pair, "user%u@example.com:wrong-%u", number, number);
	make_message(m, source, "HTTP_AUTHORIZATION", basic(header, sizeof header, pair));
}

static void
facebook_token(struct message *m, const char *source, uint32_t number)
{
	char token[32];

	snprintf(token, sizeof token, "EAAB%u", number);
	make_message(m, source, "HTTP_X_AUTH_FACEBOOK_TOKEN", token);
}

/*
 * Each call to a provider is a TLS handshake on both sides, here on the same cores, so
 * no ratio is a bound there.  A call that finds no free worker takes longer than this.
 */
static const struct kind {
	void (*make)(struct message *m, const char *source, uint32_t number);
	int clients;
	useconds_t pause_us;
	double ratio_max, ms_max;	/* of the p99, with and without the flood */
} logins = { wrong_login, FLOODERS_MAX, 0, 2.0, 1e9 },
    tokens = { facebook_token, 40, 1000000, 1e9, 20.0 }, *kind = &logins;

static void *
flood(void *arg)
{
	struct answer answer;
	struct message m;
	char source[64];

	(void)arg;
	while (atomic_load(&flooding)) {
		uint32_t a = randombytes_random(), b = randombytes_random();

		snprintf(source, sizeof source, "2001:db8:%x:%x::1", a >> 16, a & 0xffff);
		kind->make(&m, source, b);
		ask(&m, &answer);
		if (answer.status >= 0 && answer.status < 600)
			atomic_fetch_add(&counts[answer.status], 1);
		usleep(kind->pause_us);
	}
	return NULL;
}

/* The provider accepts connections and says nothing more. */
static int
silence_provider(const char *dir)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof path, "%s/debug_token", dir);
	file = fopen(path, "we");
	if (!file)
		return 99;
	fputs("200 silent\n\n", file);
	return fclose(file) ? 99 : 0;
}

/* A user whose password is right, from an address of its own. */
static void *
be_honest(void *arg)
{
	char header[256];
	struct answer answer;
	struct message m;

	make_message(&m, "192.0.2.2", "HTTP_AUTHORIZATION", basic(header, sizeof header, arg));
	while (atomic_load(&flooding)) {
		double took = now();

		ask(&m, &answer);
		took = now() - took;
		atomic_fetch_add(answer.status == 200 ? &good_logins : &bad_logins, 1);
		if (took > slowest_login)
			slowest_login = took;
	}
	return NULL;
}

/* Takes the next JWT to be sent, at its time. */
static void *
send_jwts(void *arg)
{
	struct answer answer;
	struct message m;
	int i;

	(void)arg;
	make_message(&m, "192.0.2.1", "HTTP_X_AUTH_TOKEN", jwt);
	while ((i = atomic_fetch_add(&next_call, 1)) < calls) {
		double due = began + (double)i / RATE;

		sleep_until(due);
		ask(&m, &answer);
		times[i] = now() - due;
		if (answer.status != 200) {
			fprintf(stderr, "flood: a JWT got %d\n", answer.status);
			exit(1);
		}
	}
	return NULL;
}

static int
compare(const void *a, const void *b)
{
	double one = *(const double *)a, other = *(const double *)b;

	return (one > other) - (one < other);
}

/* The 99th of 100 times, in ms. */
static double
measure(const char *name)
{
	pthread_t threads[CLIENTS];

	atomic_store(&next_call, 0);
	began = now() + 0.1;
	for (size_t i = 0; i < CLIENTS; i++)
		pthread_create(&threads[i], NULL, send_jwts, NULL);
	for (size_t i = 0; i < CLIENTS; i++)
		pthread_join(threads[i], NULL);
	qsort(times, (size_t)calls, sizeof *times, compare);
	printf("flood: %-8s JWT p50=%.2f ms p99=%.2f ms max=%.2f ms\n", name,
	    times[calls / 2] * 1e3, times[calls * 99 / 100] * 1e3, times[calls - 1] * 1e3);
	return times[calls * 99 / 100] * 1e3;
}

static double
measure_flooded(const char *name, char *user)
{
	pthread_t threads[FLOODERS_MAX], honest;
	double p99;

	memset(counts, 0, sizeof counts);
	atomic_store(&flooding, 1);
	for (int i = 0; i < kind->clients; i++)
		pthread_create(&threads[i], NULL, flood, NULL);
	pthread_create(&honest, NULL, be_honest, user);
	p99 = measure(name);
	atomic_store(&flooding, 0);
	for (int i = 0; i < kind->clients; i++)
		pthread_join(threads[i], NULL);
	pthread_join(honest, NULL);
	printf("flood: logins in %d s: %d refused (401), %d put off (503), %d throttled (429), "
	    "%d others\n", seconds, counts[401], counts[503], counts[429], counts[500] + counts[0]);
	return p99;
}

static const char *
log_in(const char *pair)
{
	static struct answer answer;
	char header[256], *at;
	struct message m;

	make_message(&m, "192.0.2.1", "HTTP_AUTHORIZATION", basic(header, sizeof header, pair));
	ask(&m, &answer);
	at = strstr(answer.text + 8, "\"token\":\"");
	if (answer.status != 200 || !at)
		return NULL;
	at += strlen("\"token\":\"");
	at[strcspn(at, "\"")] = '\0';
	return at;
}

static void
set_from(const char *name, int *number, int most)
{
	const char *text = getenv(name);

	if (text)
		*number = atoi(text);
	if (*number < 1 || *number > most)
		exit(99);
}

static double
median(double *of)
{
	qsort(of, (size_t)rounds, sizeof *of, compare);
	return of[rounds / 2];
}

static int
run(char *user)
{
	double calm[ROUNDS_MAX], flooded[ROUNDS_MAX], calm_ms, flooded_ms;

	measure("warm-up");
	for (int i = 0; i < rounds; i++) {
		calm[i] = measure("calm");
		flooded[i] = measure_flooded("flooded", user);
	}
	calm_ms = median(calm);
	flooded_ms = median(flooded);
	printf("flood: p99 is %.2f times that without a flood, at most %.3g are allowed, and "
	    "%.3g ms\n", flooded_ms / calm_ms, kind->ratio_max, kind->ms_max);
	printf("flood: right logins meanwhile: %d answered 200, %d not, the slowest in %.0f ms\n",
	    good_logins, bad_logins, slowest_login * 1e3);
	return flooded_ms > kind->ratio_max * calm_ms || flooded_ms > kind->ms_max || bad_logins;
}

int
main(void)
{
	char *path = getenv("E2E_SOCKET"), *user = getenv("E2E_USER");
	const char *provider = getenv("E2E_PROVIDER");

	if (descriptors_fill())
		return 99;
	if (!path || !user || strlen(path) >= sizeof place.sun_path || sodium_init() < 0)
		return 99;
	set_from("FLOOD_SECONDS", &seconds, SECONDS_MAX);
	set_from("FLOOD_ROUNDS", &rounds, ROUNDS_MAX);
	calls = RATE * seconds;
	strcpy(place.sun_path, path);
	jwt = log_in(user);
	if (!jwt)
		return 99;
	if (provider && access(provider, F_OK) == 0) {
		kind = &tokens;
		if (silence_provider(provider))
			return 99;
	}
	return run(user);
}
