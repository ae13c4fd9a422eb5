// SPDX-License-Identifier: ISC
/*
 * auth/common_password.h - common passwords, which attackers try first, and a
 * host's own list of others.
 */
#ifndef AUTH_COMMON_PASSWORD_H
#define AUTH_COMMON_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

/* A list has one on each line, in lower case; the largest size of a file. */
#define COMMON_FILE_MAX ((size_t)16 * 1024 * 1024)

/* Is it on the list of etc/common-passwords, regardless of ASCII case? */
bool common_password_is(const char *password, size_t len);

/*
 * Is it on the list in the file?  V_EXISTS: yes.  -errno, logged: the file
 * cannot be read, or is larger than COMMON_FILE_MAX (-EFBIG).
 */
int common_password_find(const char *path, const char *password, size_t len);

/* The same in two parts, for a process that can open no files later. */
int common_passwords_open(const char *path, int *fd);
int common_password_find_in(int fd, const char *path, const char *password, size_t len);

/* The list of etc/common-passwords: a line end before, between and after the words. */
extern const char common_passwords[];

#endif
