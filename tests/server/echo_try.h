// SPDX-License-Identifier: ISC
/* tests/server/echo_try.h - what a compromised worker might try. */
#ifndef TESTS_ECHO_TRY_H
#define TESTS_ECHO_TRY_H

/* The errno of the attempt that a path names, 0 if it succeeded; -1: there is none. */
int echo_try(const char *path);

#endif
