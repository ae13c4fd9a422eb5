// SPDX-License-Identifier: ISC
/* tests/unit/unit.h - files and tokens for unit tests. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include "base/arena.h"
#include "test.h"

/* A file of a directory of its own with that text; its path is in mem. */
const char *unit_write(struct arena *mem, const void *bytes, size_t len);

/* header and payload, encoded, and signed by HMAC-SHA-256 under key (RFC 7515, 7.1). */
const char *unit_jwt(struct arena *mem, const char *header, const char *payload,
    const void *key, size_t key_len);

/* All of a file in mem, or "" if it cannot be read. */
const char *unit_read(struct arena *mem, const char *path);

#endif
