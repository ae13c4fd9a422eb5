// SPDX-License-Identifier: ISC
/*
 * store/lmdb/codec.h - a record as bytes on disk, and back.
 *
 * version (1), tag of the kind (1), number of fields (1), then each field as
 * length (2, little endian) and bytes: numbers and times as 8 bytes little
 * endian, text without its NUL; last a checksum (8) over the key of the
 * record and all bytes before.  A record with fewer fields than the
 * program knows is an older one: the missing fields are zero.
 */
#ifndef STORE_LMDB_CODEC_H
#define STORE_LMDB_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "store/record.h"

/* The largest record is a user with every field full. */
#define CODEC_SIZE_MAX 8192

/* Writes the record into out, of CODEC_SIZE_MAX bytes; returns how many. */
size_t codec_encode(const struct record_kind *kind, const void *record,
    const void *key, size_t key_len, uint8_t *out);

/*
 * Reads all of bytes into *record, of kind->size bytes.  V_MALFORMED: the bytes
 * are not a record of this kind that was written under this key.  The caller,
 * who knows the name of the key, reports that as a fault.
 */
int codec_decode(const struct record_kind *kind, const void *bytes, size_t len,
    const void *key, size_t key_len, void *record);

#endif
