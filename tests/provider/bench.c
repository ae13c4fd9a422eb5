// SPDX-License-Identifier: ISC
/* tests/provider/bench.c - doorward's domain in this process, at a time of our choice. */
#include "bench.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sodium.h>

#include "auth/user.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "key.h"

#define PASSWORD "password-1"

struct bench bench;

static struct arena mem;

struct arena *
test_mem(void)
{
	return &mem;
}

static void
write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file || fputs(text, file) < 0 || fclose(file))
		give_up(path);
}

/* Everything is switched on, nothing is linked or registered. */
static const char *
configuration(const char *lines)
{
	const char *base = provider_base();

	return arena_printf(&mem,
	    "data_dir = \"%1$s\"\nrun_dir = \"%1$s\"\nkey_file = \"%1$s/master.key\"\n"
	    "log_target = \"%1$s/log\"\nworkers = 4\nallow_plain_http = yes\n"
	    "argon2_memory_kib = 8192\nargon2_iterations = 1\nstore_max_mib = 16\nthrottle = no\n"
	    "provider_ca_file = \"%2$s\"\nprovider_timeout_ms = %3$d\n"
	    "google_client_ids = {\"client-1\", \"client-2\"}\n"
	    "google_jwks_url = \"%4$s/google/certs\"\n"
	    "apple_client_ids = {\"org.example.app\"}\napple_jwks_url = \"%4$s/apple/keys\"\n"
	    "facebook_app_id = \"4711\"\nfacebook_app_secret_file = \"%1$s/secret\"\n"
	    "facebook_graph_url = \"%4$s/graph\"\nfacebook_jwks_url = \"%4$s/facebook/keys\"\n"
	    "%5$s\n",
	    bench.dir, provider_file("ca.pem"), PATIENCE_MS, base, lines);
}

static void
configure(const char *lines)
{
	const char *path = arena_printf(&mem, "%s/doorward.conf", bench.dir);
	const char *secret = arena_printf(&mem, "%s/secret", bench.dir);
	const char *wrong;
	struct text errors;

	write_text(path, configuration(lines));
	write_text(secret, "s3cr|t of&the app\n");
	if (chmod(secret, 0600) != 0)
		give_up(secret);
	text_init(&errors, &mem);
	if (conf_load(&bench.conf, path, &errors) == 0)
		return;
	if (text_done(&errors, &wrong, NULL) == 0)
		fputs(wrong, stderr);
	give_up(path);
}

const char *
bench_conf_errors(const char *lines)
{
	const char *path = arena_printf(&mem, "%s/other.conf", bench.dir), *out = "";
	GUARD(conf_drop) struct conf *conf = NULL;
	struct text errors;

	write_text(path, lines);
	text_init(&errors, &mem);
	if (conf_load(&conf, path, &errors) != 0 && text_done(&errors, &out, NULL))
		give_up(path);
	return out;
}

static void
provider_reset(void)
{
	provider_certificate("good");
	provider_keys("/google/certs", "200", "Cache-Control: public, max-age=3600",
	    "k1 k2 e1");
	provider_keys("/apple/keys", "200", "Content-Type: application/json", "a1");
	provider_keys("/facebook/keys", "200", "Cache-Control: max-age=3600", "f1");
	provider_keys("/sso/certs", "200", "Cache-Control: no-cache", "s1");
	provider_says("/graph/debug_token", "404\n\n");
}

void
bench_start(const char *lines)
{
	bench.dir = arena_strdup(&mem, test_directory());
	configure(lines);
	provider_reset();
	if (log_open(bench.conf->log_target, LOG_LEVEL_DEBUG))
		give_up(bench.conf->log_target);
	bench.now_ms = clock_now_ms();
	if (auth_init(bench.conf, bench.now_ms) || service_open(&bench.service, bench.conf))
		give_up("doorward");
}

void
bench_open(void)
{
	bench_start("");
}

void
bench_end(void)
{
	service_close(&bench.service);
	conf_drop(&bench.conf);
	log_open("stderr", LOG_LEVEL_INFO);
	arena_wipe(&mem);
}

void
bench_restart(void)
{
	service_close(&bench.service);
	if (service_open(&bench.service, bench.conf))
		give_up("doorward");
}

void
bench_patience(int64_t ms)
{
	bench.conf->provider_timeout_ms = ms;
	bench_restart();
}

void
bench_later_s(int64_t seconds)
{
	bench.now_ms += seconds * 1000;
}

void
bench_user(const char *email, const char *field, const char *value)
{
	struct user user = user_new(bench.now_ms);
	const char *why = "";

	if (user_take_field(&user, "email", email, &why) ||
	    (field && user_take_field(&user, field, value, &why)) ||
	    user_add(bench.service->auth, &user, PASSWORD, strlen(PASSWORD), &why))
		give_up(email);
}

struct user
bench_find(const char *email)
{
	struct user user = { .email = "" };

	user_by_email(bench.service->auth, email, &user);
	return user;
}

static void
put_param(struct request *req, const char *name, const char *value)
{
	if (name && value && request_param(req, name, strlen(name), value))
		give_up(name);
}

static void
make_request(struct request *req, const struct ask *ask)
{
	if (service_request(bench.service, &mem, req))
		give_up("request");
	put_param(req, "REQUEST_METHOD", ask->form ? "POST" : "GET");
	put_param(req, "SCRIPT_NAME", ask->form ? "/rest/token" : "/rest/auth");
	put_param(req, "QUERY_STRING", ask->query);
	put_param(req, "REMOTE_ADDR", "127.0.0.1");
	for (size_t i = 0; i < ASK_HEADERS; i++)
		put_param(req, ask->headers[i][0], ask->headers[i][1]);
	if (!ask->form)
		return;
	put_param(req, "CONTENT_TYPE", "application/x-www-form-urlencoded");
	req->body = ask->form;
	req->body_len = strlen(ask->form);
}

static const char *
email_in(const struct reply *reply)
{
	static const char name[] = "\"email\":\"";
	const char *at = reply->status == 200 ? strstr(reply->body, name) : NULL;

	if (!at)
		return NULL;
	at += strlen(name);
	return arena_strndup(&mem, at, strcspn(at, "\""));
}

static const char *
header_in(const struct reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->header_count; i++) {
		if (strcmp(reply->headers[i].name, name) == 0)
			return reply->headers[i].value;
	}
	return NULL;
}

struct answer
bench_ask(const struct ask *ask)
{
	int64_t began_ms = clock_steady_ms();
	struct reply reply = { 0 };
	struct request req;

	make_request(&req, ask);
	serve(bench.service, &req, bench.now_ms, &reply);
	return (struct answer){ reply.status, email_in(&reply), header_in(&reply, "Retry-After"),
	    clock_steady_ms() - began_ms };
}

struct answer
bench_ask_header(const char *name, const char *value)
{
	return bench_ask(&(struct ask){ .headers = { { name, value } } });
}

/* What a worker tells of its answer; strings are its own. */
struct told {
	size_t number;
	int status;
	int64_t took_ms;
};

/* A process of its own, as a worker is, that asks once start is closed. */
static pid_t
spawn(size_t number, const struct ask *ask, const int start[2], int told_fd)
{
	struct told told = { .number = number };
	struct answer answer;
	pid_t pid = fork();
	char go;

	if (pid != 0)
		return pid;
	close(start[1]);
	if (service_open(&bench.service, bench.conf) || read(start[0], &go, 1) < 0)
		_exit(1);
	answer = bench_ask(ask);
	told.status = answer.status;
	told.took_ms = answer.took_ms;
	_exit(write(told_fd, &told, sizeof told) < 0);
}

void
bench_ask_at_once(const struct ask *asks, size_t count, struct answer *answers)
{
	pid_t *pids = arena_alloc(&mem, count * sizeof *pids);
	int start[2], done[2];
	struct told told;

	service_close(&bench.service);	/* nothing that is open may go through fork */
	if (pipe(start) != 0 || pipe(done) != 0)
		give_up("pipe");
	for (size_t i = 0; i < count; i++)
		pids[i] = spawn(i, &asks[i], start, done[1]);
	close(start[0]);
	close(start[1]);
	close(done[1]);
	memset(answers, 0, count * sizeof *answers);
	while (read(done[0], &told, sizeof told) == sizeof told) {
		answers[told.number].status = told.status;
		answers[told.number].took_ms = told.took_ms;
	}
	close(done[0]);
	for (size_t i = 0; i < count; i++)
		waitpid(pids[i], NULL, 0);
	bench_restart();
}

void
bench_ask_and_die(const struct ask *ask, const char *path)
{
	int start[2] = { open("/dev/null", O_RDONLY | O_CLOEXEC), -1 };
	pid_t pid;

	service_close(&bench.service);
	pid = spawn(0, ask, start, -1);
	while (provider_calls(path) == 0 && waitpid(pid, NULL, WNOHANG) == 0)
		usleep(1000);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(start[0]);
	bench_restart();
}

const char *
basic(const char *email, const char *password)
{
	const char *pair = arena_printf(&mem, "%s:%s", email, password);
	size_t size = sodium_base64_encoded_len(strlen(pair), sodium_base64_VARIANT_ORIGINAL);
	char *out = arena_alloc(&mem, size);

	sodium_bin2base64(out, size, (const unsigned char *)pair, strlen(pair),
	    sodium_base64_VARIANT_ORIGINAL);
	return arena_printf(&mem, "Basic %s", out);
}

int
bench_logged(const char *text)
{
	char line[4096];
	int count = 0;
	FILE *log;

	log = fopen(bench.conf->log_target, "r");
	while (log && fgets(line, sizeof line, log))
		count += strstr(line, text) != NULL;
	if (log)
		fclose(log);
	return count;
}
