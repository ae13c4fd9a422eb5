// SPDX-License-Identifier: ISC
/* auth/common_password.c - common passwords. */
#include "auth/common_password.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/password.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"

static void
bytes_drop(char **bytes)
{
	free(*bytes);
}

/* Is the password a whole line of lines, which begin with the end of one? */
static bool
is_line(const char *lines, const char *password, size_t len)
{
	struct password_form form;
	char line[sizeof form.bytes + 2] = "\n";
	bool found;

	if (!len || password_form_make(&form, password, len) ||
	    text_has_control(form.bytes, form.len))
		return false;
	memcpy(line + 1, form.bytes, form.len);
	line[1 + form.len] = '\0';
	text_lower(line);
	line[1 + form.len] = '\n';
	line[2 + form.len] = '\0';
	found = strstr(lines, line) != NULL;
	secret_wipe(line, sizeof line);
	secret_wipe(&form, sizeof form);
	return found;
}

bool
common_password_is(const char *password, size_t len)
{
	return is_line(common_passwords, password, len);
}

/* All of the file, with a line end before and after, and as every end of a line. */
static int
read_lines(int fd, char **lines)
{
	size_t size, len = 1;
	struct stat file;
	ssize_t n = 1;

	if (fstat(fd, &file) != 0 || lseek(fd, 0, SEEK_SET) != 0)
		return -errno;
	if (!S_ISREG(file.st_mode))
		return -EINVAL;
	if ((size_t)file.st_size > COMMON_FILE_MAX)
		return -EFBIG;
	size = (size_t)file.st_size + 1;
	*lines = malloc(size + 2);
	if (!*lines)
		return -ENOMEM;
	while (len < size && (n = read(fd, *lines + len, size - len)) > 0)
		len += (size_t)n;
	if (n < 0)
		return -errno;
	(*lines)[0] = (*lines)[len] = '\n';
	(*lines)[len + 1] = '\0';
	for (size_t i = 1; i < len; i++) {
		if ((*lines)[i] == '\r' || !(*lines)[i])
			(*lines)[i] = '\n';
	}
	return 0;
}

int
common_passwords_open(const char *path, int *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return log_fault(-errno, "%s", path);
	*out = fd;
	return 0;
}

int
common_password_find(const char *path, const char *password, size_t len)
{
	GUARD(fd_close) int fd = -1;
	int r;

	r = common_passwords_open(path, &fd);
	return r ? r : common_password_find_in(fd, path, password, len);
}

int
common_password_find_in(int fd, const char *path, const char *password, size_t len)
{
	GUARD(bytes_drop) char *lines = NULL;
	int r;

	r = read_lines(fd, &lines);
	if (r)
		return log_fault(r, "%s", path);
	return is_line(lines, password, len) ? V_EXISTS : 0;
}
