// SPDX-License-Identifier: ISC
/* tests/provider/provider_process.c - the provider as a process of its own, and its files. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "host.h"
#include "key.h"

static struct {
	pid_t pid;
	char program[4096], dir[128], base[64], port[16];
} provider;

static void
program_find(void)
{
	ssize_t len = readlink("/proc/self/exe", provider.program, sizeof provider.program - 16);

	provider.program[len > 0 ? len : 0] = '\0';
	strcpy(strrchr(provider.program, '/') + 1, "provider");
}

/* Starts it, and waits for the line with its address. */
static void
spawn(void)
{
	FILE *out;
	int ends[2];

	if (pipe(ends) != 0)
		give_up("pipe");
	provider.pid = fork();
	if (provider.pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execl(provider.program, "provider", "serve", provider.dir,
		    *provider.port ? provider.port : NULL, (char *)NULL);
		_exit(99);
	}
	close(ends[1]);
	out = fdopen(ends[0], "r");
	if (!out || !fgets(provider.base, sizeof provider.base, out))
		give_up(provider.program);
	fclose(out);
	provider.base[strcspn(provider.base, "\n")] = '\0';
	snprintf(provider.port, sizeof provider.port, "%s", strrchr(provider.base, ':') + 1);
}

int
provider_start(void)
{
	program_find();
	snprintf(provider.dir, sizeof provider.dir, "%s", test_directory());
	spawn();
	return 0;
}

int
provider_stop(void)
{
	provider_pause();
	return 0;
}

void
provider_pause(void)
{
	if (provider.pid <= 0)
		return;
	kill(provider.pid, SIGKILL);
	waitpid(provider.pid, NULL, 0);
	provider.pid = 0;
}

void
provider_resume(void)
{
	spawn();
}

const char *
provider_base(void)
{
	return provider.base;
}

const char *
provider_file(const char *name)
{
	return arena_printf(test_mem(), "%s/%s", provider.dir, name);
}

/* As server.c names it: /google/certs is google.certs. */
static char *
path_file(const char *path, const char *ending)
{
	char *file = arena_printf(test_mem(), "%s/%s%s", provider.dir, path + 1, ending);
	char *at = file + strlen(provider.dir) + 1;

	for (at = strchr(at, '/'); at; at = strchr(at, '/'))
		*at = '.';
	return file;
}

/* In one piece: the server may be reading. */
static void
write_file(const char *path, const char *text)
{
	const char *fresh = arena_printf(test_mem(), "%s.new", path);
	FILE *file = fopen(fresh, "w");

	if (!file || fputs(text, file) < 0 || fclose(file) || rename(fresh, path))
		give_up(path);
}

void
provider_says(const char *path, const char *answer)
{
	write_file(path_file(path, ""), answer);
	unlink(path_file(path, ".log"));
}

static void
put_key(struct text *t, const char *name, size_t len)
{
	const char *kid = arena_strndup(test_mem(), name, len);
	GUARD(key_drop) EVP_PKEY *key = key_get(provider_file(kid));

	text_puts(t, key_jwk(test_mem(), key, kid));
}

void
provider_keys(const char *path, const char *first, const char *header, const char *keys)
{
	const char *out, *between = "";
	struct text t;
	size_t len;

	text_init(&t, test_mem());
	text_printf(&t, "%s\n%s\n\n{\"keys\":[", first, header);
	for (; *keys; keys += len + (keys[len] == ' ')) {
		len = strcspn(keys, " ");
		text_puts(&t, between);
		put_key(&t, keys, len);
		between = ",";
	}
	text_puts(&t, "]}");
	if (text_done(&t, &out, NULL))
		give_up("keys");
	provider_says(path, out);
}

int
provider_calls(const char *path)
{
	FILE *file = fopen(path_file(path, ".log"), "r");
	int lines = 0, c;

	while (file && (c = getc(file)) != EOF)
		lines += c == '\n';
	if (file)
		fclose(file);
	return lines;
}

const char *
provider_asked(const char *path)
{
	FILE *file = fopen(path_file(path, ".log"), "r");
	static char line[16384];

	line[0] = '\0';
	while (file && fgets(line, sizeof line, file))
		;
	if (file)
		fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

void
provider_certificate(const char *name)
{
	write_file(provider_file("certificate"), name);
}
