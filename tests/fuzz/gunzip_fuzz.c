// SPDX-License-Identifier: ISC
/*
 * tests/fuzz/gunzip_fuzz.c - bytes as a file that gzip(1) may have compressed, whole and
 * in pieces of the size that the first byte says.
 */
#include <errno.h>

#include "base/guard.h"
#include "ctl/gunzip.h"
#include "fuzz.h"

struct sum {
	size_t len;
	uint32_t of_bytes;
};

static int
add(const char *bytes, size_t len, void *arg)
{
	struct sum *sum = arg;

	for (size_t i = 0; i < len; i++)
		sum->of_bytes = sum->of_bytes * 31 + (uint8_t)bytes[i];
	sum->len += len;
	return 0;
}

static int
plain(const char *bytes, size_t len, size_t piece, struct sum *sum)
{
	GUARD(gunzip_close) struct gunzip g = { .is_open = false };
	int r = 0;

	gunzip_begin(&g, add, sum);
	for (size_t at = 0; !r && at < len; at += piece)
		r = gunzip_add(&g, bytes + at, piece < len - at ? piece : len - at);
	return r ? r : gunzip_end(&g);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct sum whole = { 0 }, pieces = { 0 };
	const char *file = (const char *)bytes + 1;
	int r;

	if (len < 2)
		return 0;
	r = plain(file, len - 1, len - 1, &whole);
	HOLDS(r == 0 || r == -EBADMSG || r == -ENOTSUP);
	HOLDS(plain(file, len - 1, (size_t)bytes[0] + 1, &pieces) == r);
	if (!r)
		HOLDS(whole.len == pieces.len && whole.of_bytes == pieces.of_bytes);
	return 0;
}
