// SPDX-License-Identifier: ISC
/* base/uuid.h - random (version 4) UUIDs and their lower-case text, RFC 9562. */
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

struct uuid uuid_new(void);

/* 36 characters of either case.  V_MALFORMED for anything else. */
int uuid_parse(const char *text, size_t len, struct uuid *out);

/* Into out, of UUID_TEXT_SIZE bytes, and returns it. */
char *uuid_text(char *out, const struct uuid *id);

bool uuid_equal(const struct uuid *a, const struct uuid *b);

/* All zero: the way a record says "none". */
bool uuid_is_none(const struct uuid *id);

#endif
