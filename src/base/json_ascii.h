// SPDX-License-Identifier: ISC
/*
 * base/json_ascii.h - JSON text in which no byte is above 0x7f.
 *
 * json-c 0.18 in strict mode mistakes such bytes in strings for control
 * characters.  They can occur only in strings, where \uXXXX means the same.
 */
#ifndef BASE_JSON_ASCII_H
#define BASE_JSON_ASCII_H

#include <stddef.h>

/* A character of two or four bytes becomes three times as many. */
#define JSON_ASCII_GROWTH 3

/* Of valid UTF-8, into out with room for JSON_ASCII_GROWTH times len; the new length. */
size_t json_ascii(const char *bytes, size_t len, char *out);

#endif
