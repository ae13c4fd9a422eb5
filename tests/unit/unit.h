// SPDX-License-Identifier: ISC
/* tests/unit/unit.h - files and tokens for unit tests. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include "base/arena.h"
#include "test.h"

/* A file of a directory of its own with that text; its path is in mem. */
const char *unit_write(struct arena *mem, const void *bytes, size_t len);

/* All of a file in mem, or "" if it cannot be read. */
const char *unit_read(struct arena *mem, const char *path);

#endif
