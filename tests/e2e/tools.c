// SPDX-License-Identifier: ISC
/* tests/e2e/tools.c - doorwardctl, the clock, and a look inside JWTs. */
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/b64.h"
#include "base/json.h"
#include "e2e.h"
#include "service/encode.h"

extern char **environ;

void
keep_out_of_logs(const char *secret)
{
	FILE *list = fopen(arena_printf(test_mem(), "%s/secrets", getenv("E2E_DIR")), "a");

	if (!list)
		return;
	fprintf(list, "%s\n", secret);
	fclose(list);
}

const char *
encode64(const char *text)
{
	return encode_base64(test_mem(), text, strlen(text));
}

/* A file of the stack with these bytes, open for reading. */
static int
open_input(const char *bytes)
{
	char path[] = "/tmp/doorward-e2e-input-XXXXXX";
	int fd = mkstemp(path);

	unlink(path);
	if (write(fd, bytes, strlen(bytes)) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		exit(99);
	return fd;
}

static void
remember_output(int fd)
{
	char bytes[16384];
	ssize_t len;

	len = pread(fd, bytes, sizeof bytes - 1, 0);
	bytes[len > 0 ? len : 0] = '\0';
	word_set("printed", bytes);
}

int
ctl(const char *input, const char *const *arguments)
{
	const char *path = getenv("E2E_CTL");
	const char *argv[24] = { path };
	posix_spawn_file_actions_t files;
	int in = open_input(input), out = open_input(""), status = -1;
	pid_t pid;

	for (size_t i = 0; arguments[i]; i++)
		argv[i + 1] = words_in(test_mem(), arguments[i]);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, 0);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	posix_spawn_file_actions_adddup2(&files, out, 2);
	if (posix_spawn(&pid, path, &files, NULL, (char *const *)(uintptr_t)argv, environ) == 0)
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&files);
	remember_output(out);
	close(in);
	close(out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
make_user(const char *name, const char *email, const char *password)
{
	EXPECT_INT(email, CTL(password, "user", "add", email, "--password-stdin"), 0);
	word_set(name, encode64(arena_printf(test_mem(), "%s:%s", email, password)));
	keep_out_of_logs(password);
	keep_out_of_logs(word(name));
}

bool
in_data_file(const void *bytes, size_t len)
{
	const char *path = getenv("E2E_DATA_FILE");
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st = { .st_size = 0 };
	bool found = true;
	void *file;

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size) {
		file = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		found = memmem(file, (size_t)st.st_size, bytes, len) != NULL;
		munmap(file, (size_t)st.st_size);
	}
	EXPECT_TRUE(path, st.st_size > 0);
	close(fd);
	return found;
}

void
clock_shift(int64_t seconds)
{
	static int64_t shift;
	int fd = open(getenv("E2E_CLOCK"), O_WRONLY | O_CLOEXEC);

	shift += seconds;
	EXPECT_INT("clock", pwrite(fd, &shift, sizeof shift, 0), sizeof shift);
	close(fd);
}

const char *
jwt_part(const char *jwt, int part)
{
	char *out = arena_alloc(test_mem(), strlen(jwt) + 1);
	size_t len, out_len;

	for (; part && jwt; part--)
		jwt = strchr(jwt, '.') + 1;
	len = strcspn(jwt, ".");
	if (b64_decode(B64_URL, jwt, len, out, len, &out_len) != 0)
		return "not base64";
	out[out_len] = '\0';
	return out;
}

int64_t
jwt_claim(const char *jwt, const char *name)
{
	GUARD(json_drop) struct json *claims = NULL;
	const char *text = jwt_part(jwt, 1);
	const struct json *value;
	int64_t number;

	if (json_parse(text, strlen(text), &claims) != 0 || !json_member(claims, name, &value))
		return -1;
	return json_integer(value, &number) == 0 ? number : 0;
}

/*
 * The process of a directory of /proc, if it was started as our doorward and is not
 * its master; or 0.  Its executable cannot be seen by all: it is not dumpable.
 */
static pid_t
worker_of(const char *directory)
{
	const char *program = getenv("E2E_PROGRAM"), *master = getenv("E2E_PID");
	char command[4096];
	ssize_t len;
	int fd;

	if (strcmp(directory, master) == 0)
		return 0;
	fd = open(arena_printf(test_mem(), "/proc/%s/cmdline", directory), O_RDONLY | O_CLOEXEC);
	len = read(fd, command, sizeof command - 1);
	close(fd);
	command[len < 0 ? 0 : len] = '\0';
	return strcmp(command, program) == 0 ? (pid_t)strtol(directory, NULL, 10) : 0;
}

size_t
workers(pid_t *pids, size_t max)
{
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	size_t count = 0;

	while (processes && count < max && (entry = readdir(processes))) {
		pids[count] = worker_of(entry->d_name);
		count += pids[count] > 0;
	}
	if (processes)
		closedir(processes);
	return count;
}

/* A process that is killed gives up its memory, and its command line with it, before its files. */
bool
has_ended(pid_t pid)
{
	char state = 'X';
	FILE *in;

	in = fopen(arena_printf(test_mem(), "/proc/%d/stat", (int)pid), "r");
	if (!in)
		return true;
	if (fscanf(in, "%*d %*[^)]) %c", &state) != 1)
		state = 'X';
	fclose(in);
	return state == 'Z' || state == 'X';
}
