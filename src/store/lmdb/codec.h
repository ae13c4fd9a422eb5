// SPDX-License-Identifier: ISC
/*
 * store/lmdb/codec.h - a record as bytes on disk, and back.
 *
 * version (1), tag of the kind (1), number of fields (1), then each field as
 * length and bytes: numbers and times little endian without zeros at the end,
 * text without its NUL, true as 1; last a checksum (8) over the key of the record
 * and all bytes before.  Fields that are zero have no bytes, and those at the end
 * of a record are left out, as are fields that the program did not yet know.
 *
 * A length is one byte; 254 is followed by the length in two bytes, little
 * endian; 255 says that the field has the bytes of the record's key.  In version 1,
 * which is read but no longer written, each length has two bytes.
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
