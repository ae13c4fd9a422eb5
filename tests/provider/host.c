// SPDX-License-Identifier: ISC
/* tests/provider/host.c - a service in a box that accepts the provider on loopback. */
#include "host.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/field.h"
#include "auth/user.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "key.h"

struct box host;

static const char *dir;

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

	return arena_printf(test_mem(),
	    "data_dir = \"%1$s\"\nrun_dir = \"%1$s\"\nkey_file = \"%1$s/master.key\"\n"
	    "log_target = \"%1$s/log\"\nworkers = 4\n"
	    "argon2_memory_kib = 8192\nargon2_iterations = 1\nstore_max_mib = 16\nthrottle = no\n"
	    "provider_ca_file = \"%2$s\"\nprovider_timeout_ms = %3$d\n"
	    "google_client_ids = {\"client-1\", \"client-2\"}\n"
	    "google_jwks_url = \"%4$s/google/certs\"\n"
	    "apple_client_ids = {\"org.example.app\"}\napple_jwks_url = \"%4$s/apple/keys\"\n"
	    "facebook_app_id = \"4711\"\nfacebook_app_secret_file = \"%1$s/secret\"\n"
	    "facebook_graph_url = \"%4$s/graph\"\nfacebook_jwks_url = \"%4$s/facebook/keys\"\n"
	    "%5$s\n",
	    dir, provider_file("ca.pem"), PATIENCE_MS, base, lines);
}

static struct conf *
configure(const char *lines)
{
	const char *path = arena_printf(test_mem(), "%s/doorward.conf", dir);
	const char *secret = arena_printf(test_mem(), "%s/secret", dir);
	struct conf *conf = NULL;
	struct text errors;
	const char *wrong;

	write_text(path, configuration(lines));
	write_text(secret, "s3cr|t of&the app\n");
	if (chmod(secret, 0600) != 0)
		give_up(secret);
	text_init(&errors, test_mem());
	if (conf_load(&conf, path, &errors) == 0)
		return conf;
	if (text_done(&errors, &wrong, NULL) == 0)
		fputs(wrong, stderr);
	give_up(path);
	return NULL;
}

const char *
host_conf_errors(const char *lines)
{
	const char *path = arena_printf(test_mem(), "%s/other.conf", dir), *out = "";
	GUARD(conf_drop) struct conf *conf = NULL;
	struct text errors;

	write_text(path, lines);
	text_init(&errors, test_mem());
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
host_start(const char *lines)
{
	struct conf *conf;

	dir = arena_strdup(test_mem(), test_directory());
	conf = configure(lines);
	provider_reset();
	if (log_open(conf->log_target, LOG_LEVEL_DEBUG))
		give_up(conf->log_target);
	box_open_empty(&host, conf);
}

void
host_open(void)
{
	host_start("");
}

void
host_end(void)
{
	box_close(&host);
	log_open("stderr", LOG_LEVEL_INFO);
	test_wipe();
}

void
host_patience(int64_t ms)
{
	host.conf->provider_timeout_ms = ms;
	box_reopen(&host);
}

void
host_later_s(int64_t seconds)
{
	host.now_ms += seconds * 1000;
}

void
host_user(const char *email, const char *field, const char *value)
{
	struct user user = user_new(host.now_ms);
	const char *why = "";

	if (user_set_field(&user, "email", email, &why) ||
	    (field && user_set_field(&user, field, value, &why)) ||
	    user_add(host.auth, &user, PASSWORD, strlen(PASSWORD), &why))
		give_up(email);
}

struct user
host_find(const char *email)
{
	struct user user = { .email = "" };

	user_by_email(host.auth, email, &user);
	return user;
}

const char *
host_param(const char *name, const char *value)
{
	return arena_printf(test_mem(), "%s=%s", name, value);
}

struct reply
host_ask(const char *name, const char *value)
{
	return box_ask(&host, &(struct ask){ .params = { host_param(name, value) } });
}

const char *
host_email(const struct reply *reply)
{
	static const char name[] = "\"email\":\"";
	const char *at = reply->status == 200 ? strstr(reply->body, name) : NULL;

	if (!at)
		return NULL;
	at += strlen(name);
	return arena_strndup(test_mem(), at, strcspn(at, "\""));
}

struct told {
	size_t number;
	struct host_answer answer;
};

/* A process of its own, as a worker is, that asks once start is closed. */
static pid_t
spawn(size_t number, const struct ask *ask, const int start[2], int told_fd)
{
	struct told told = { .number = number };
	int64_t began_ms;
	pid_t pid = fork();
	char go;

	if (pid != 0)
		return pid;
	close(start[1]);
	box_serve(&host);
	if (read(start[0], &go, 1) < 0)
		_exit(1);
	began_ms = clock_steady_ms();
	told.answer.status = box_ask(&host, ask).status;
	told.answer.took_ms = clock_steady_ms() - began_ms;
	_exit(write(told_fd, &told, sizeof told) < 0);
}

void
host_ask_at_once(const struct ask *asks, size_t count, struct host_answer *answers)
{
	pid_t *pids = arena_alloc(test_mem(), count * sizeof *pids);
	int start[2], done[2];
	struct told told;

	service_close(&host.service);	/* nothing that is open may go through fork */
	if (pipe(start) != 0 || pipe(done) != 0)
		give_up("pipe");
	for (size_t i = 0; i < count; i++)
		pids[i] = spawn(i, &asks[i], start, done[1]);
	close(start[0]);
	close(start[1]);
	close(done[1]);
	memset(answers, 0, count * sizeof *answers);
	while (read(done[0], &told, sizeof told) == sizeof told)
		answers[told.number] = told.answer;
	close(done[0]);
	for (size_t i = 0; i < count; i++)
		waitpid(pids[i], NULL, 0);
	box_serve(&host);
}

void
host_ask_and_die(const struct ask *ask, const char *path)
{
	int start[2] = { open("/dev/null", O_RDONLY | O_CLOEXEC), -1 };
	pid_t pid;

	service_close(&host.service);
	pid = spawn(0, ask, start, -1);
	while (provider_calls(path) == 0 && waitpid(pid, NULL, WNOHANG) == 0)
		usleep(1000);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(start[0]);
	box_serve(&host);
}

int
host_logged(const char *text)
{
	char line[4096];
	int count = 0;
	FILE *log;

	log = fopen(host.conf->log_target, "r");
	while (log && fgets(line, sizeof line, log))
		count += strstr(line, text) != NULL;
	if (log)
		fclose(log);
	return count;
}
