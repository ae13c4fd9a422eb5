// SPDX-License-Identifier: ISC
/*
 * tests/fuzz/scan_fuzz.c - bytes as a file that is searched for bearer tokens, whole and in
 * pieces of the size that the first byte says.
 */
#include <string.h>

#include "auth/token_scan.h"
#include "base/text.h"
#include "fuzz.h"

struct sum {
	size_t count;
	uint64_t of_bytes;
};

static int
note(const struct token_scan *scan, const char *secret, void *arg)
{
	struct sum *sum = arg;
	const size_t len = strlen(secret);

	HOLDS(len >= TOKEN_LEN && len < TOKEN_SIZE);
	HOLDS(strspn(secret + len - TOKEN_LEN, TEXT_ALNUM) == TOKEN_LEN);
	HOLDS(len == TOKEN_LEN || secret[len - TOKEN_LEN - 1] == '_');
	sum->count++;
	for (size_t i = 0; i < len; i++)
		sum->of_bytes = sum->of_bytes * 31 + (uint8_t)secret[i];
	sum->of_bytes = sum->of_bytes * 31 + scan->line;
	return 0;
}

static struct sum
search(const char *bytes, size_t len, size_t piece)
{
	static struct token_heads heads;
	static struct token_scan scan;
	struct sum sum = { 0 };

	token_heads_add(&heads, "OVt9");
	token_heads_add(&heads, "7VLy");
	token_scan_begin(&scan, &heads, note, &sum);
	for (size_t at = 0; at < len; at += piece)
		HOLDS(token_scan_add(&scan, bytes + at, piece < len - at ? piece : len - at) == 0);
	HOLDS(token_scan_end(&scan) == 0);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *file = (const char *)bytes + 1;
	struct sum whole, pieces;

	if (len < 2)
		return 0;
	whole = search(file, len - 1, len - 1);
	pieces = search(file, len - 1, (size_t)bytes[0] + 1);
	HOLDS(whole.count == pieces.count && whole.of_bytes == pieces.of_bytes);
	return 0;
}
