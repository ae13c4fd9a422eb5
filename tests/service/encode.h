// SPDX-License-Identifier: ISC
/* tests/service/encode.h - base64 and what contains it, as clients send it. */
#ifndef SERVICE_ENCODE_H
#define SERVICE_ENCODE_H

#include <stddef.h>

#include "base/arena.h"

/* RFC 4648, 4, with padding; and 5, without. */
const char *encode_base64(struct arena *mem, const void *bytes, size_t len);
const char *encode_base64url(struct arena *mem, const void *bytes, size_t len);

/* The value of an Authorization header (RFC 7617). */
const char *encode_basic(struct arena *mem, const char *name, const char *password);

/* header and payload, encoded, and signed by HMAC-SHA-256 under key (RFC 7515, 7.1). */
const char *encode_hs256(struct arena *mem, const char *header, const char *payload,
    const void *key, size_t key_len);

#endif
