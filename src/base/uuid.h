// SPDX-License-Identifier: ISC
/* base/uuid.h - UUIDs, random or ordered by time, and their lower-case text, RFC 9562. */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UUID_LEN	16
#define UUID_TEXT_SIZE	37

struct uuid {
	uint8_t bytes[UUID_LEN];
};

/* All random (version 4): for what a client must not guess. */
struct uuid uuid_new(void);

/*
 * 48 bits of time, then 74 random ones (version 7): for records, whose places in an index
 * then follow the time they are made at, so that many made at once share its pages.
 */
struct uuid uuid_new_at(int64_t now_ms);

/* 36 characters of either case.  V_MALFORMED for anything else. */
int uuid_parse(const char *text, size_t len, struct uuid *out);

/* Into out, of UUID_TEXT_SIZE bytes, and returns it. */
char *uuid_text(char *out, const struct uuid *id);

bool uuid_equal(const struct uuid *a, const struct uuid *b);

/* All zero: the way a record says "none". */
bool uuid_is_none(const struct uuid *id);

#endif
