// SPDX-License-Identifier: ISC
#include "auth/token_scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "unit.h"

#define PLAIN "OVt9di1JqNEmrp2KbLPQ7yHuHb9EZ4yaw4pMS6pyWjuUeT7P"
#define CHECKED "7VLyaDSQ8W48abcdefghijABCDEFGHIJ012345678914f1n0"

struct seen {
	const char *want;
	size_t count;
	uint64_t line;
};

static int
note(const struct token_scan *scan, const char *secret, void *arg)
{
	struct seen *seen = arg;

	if (strcmp(secret, seen->want) == 0 && !seen->count++)
		seen->line = scan->line;
	return 0;
}

/* Where want is found in text, given in pieces of that length; 0: nowhere. */
static uint64_t
line_of(const char *want, const char *text, size_t len, size_t piece)
{
	struct token_heads *heads = calloc(1, sizeof *heads);
	struct token_scan *scan = calloc(1, sizeof *scan);
	struct seen seen = { .want = want };
	int r = 0;

	token_heads_add(heads, "OVt9");
	token_heads_add(heads, "7VLy");
	token_scan_begin(scan, heads, note, &seen);
	for (size_t at = 0, n; !r && at < len; at += n) {
		n = len - at < piece ? len - at : piece;
		r = token_scan_add(scan, text + at, n);
	}
	if (!r)
		r = token_scan_end(scan);
	EXPECT_INT("scan", r, 0);
	free(heads);
	free(scan);
	return seen.line;
}

static const struct { const char *row, *text, *want; uint64_t line; } rows[] = {
	{ "alone", PLAIN, PLAIN, 1 },
	{ "third line", "a\n\nb " PLAIN "\n", PLAIN, 3 },
	{ "query", "GET /?bearer=" PLAIN "&x=1", PLAIN, 1 },
	{ "escaped in a query", "bearer%3D" PLAIN "%26", PLAIN, 1 },
	{ "between letters", "abcdefghij" PLAIN "xyz", PLAIN, 1 },
	{ "after a word", "MY_" PLAIN, PLAIN, 1 },
	{ "another head", "a" "PVt9di1JqNEmrp2KbLPQ7yHuHb9EZ4yaw4pMS6pyWjuUeT7P",
	    "PVt9di1JqNEmrp2KbLPQ7yHuHb9EZ4yaw4pMS6pyWjuUeT7P", 0 },
	{ "one short", "OVt9di1JqNEmrp2KbLPQ7yHuHb9EZ4yaw4pMS6pyWjuUeT7 ", PLAIN, 0 },
	{ "broken", "OVt9di1JqNEmrp2KbLPQ7yHu\nHb9EZ4yaw4pMS6pyWjuUeT7P", PLAIN, 0 },
	{ "prefix", "dwt_" CHECKED, "dwt_" CHECKED, 1 },
	{ "prefix after a word", "token=dwt_" CHECKED, "dwt_" CHECKED, 1 },
	{ "prefix after small letters", "%3ddwt_" CHECKED, "dwt_" CHECKED, 1 },
	{ "longest prefix", "xa123456789bcdef_" CHECKED, "a123456789bcdef_" CHECKED, 1 },
	{ "no prefix", "%_" CHECKED, CHECKED, 1 },
	{ "letters after it", "dwt_" CHECKED "and", "dwt_" CHECKED, 1 },
	{ "no checksum", "dwt_" PLAIN, "dwt_" PLAIN, 0 },
	{ "Basic", "Basic Ym9iQGV4YW1wbGUuY29tOk9WdDlkaTFKcU5FbXJwMktiTFBRN3lIdUhiOUVaNHlhdzRw"
	    "TVM2cHlXanVVZVQ3UA==\n", PLAIN, 1 },
	{ "Basic without padding", "Basic Ym9iQGV4YW1wbGUuY29tOk9WdDlkaTFKcU5FbXJwMktiTFBRN3lI"
	    "dUhiOUVaNHlhdzRwTVM2cHlXanVVZVQ3UA", PLAIN, 1 },
	{ "Basic, escaped", "Basic%20OmR3dF83Vkx5YURTUThXNDhhYmNkZWZnaGlqQUJDREVGR0hJSjAxMjM0"
	    "NTY3ODkxNGYxbjA=", "dwt_" CHECKED, 1 },
};

static void
found(void)
{
	for (size_t i = 0; i < NELEM(rows); i++) {
		for (size_t piece = 1; piece < 2 * TOKEN_SIZE; piece++)
			EXPECT_INT(rows[i].row, (int64_t)line_of(rows[i].want, rows[i].text,
			    strlen(rows[i].text), piece), (int64_t)rows[i].line);
	}
}

/* The same as programs of Windows write it, after text of another kind too. */
static void
in_utf16(void)
{
	static const struct { const char *row, *mark; size_t mark_len, low; } t[] = {
		{ "little endian", "\xff\xfe", 2, 0 },
		{ "big endian", "\xfe\xff", 2, 1 },
		{ "little endian, no mark", "", 0, 0 },
		{ "big endian, no mark", "", 0, 1 },
		{ "in other text", "a b\0c \0", 7, 0 },
	};
	char wide[1024];
	size_t len;

	for (size_t i = 0; i < NELEM(rows) * NELEM(t); i++) {
		const size_t row = i / NELEM(t), kind = i % NELEM(t);
		const char *text = rows[row].text;

		memset(wide, 0, sizeof wide);
		memcpy(wide, t[kind].mark, t[kind].mark_len);
		len = t[kind].mark_len + 2 * strlen(text);
		for (size_t k = 0; k < strlen(text); k++)
			wide[t[kind].mark_len + 2 * k + t[kind].low] = text[k];
		for (size_t piece = 1; piece < len + 1; piece += 1 + piece / 8)
			EXPECT_INT(t[kind].row, (int64_t)line_of(rows[row].want, wide, len, piece),
			    (int64_t)rows[row].line);
	}
}

/* At every place around the end of the buffer, and between bytes of any kind. */
static void
placed(void)
{
	const size_t size = 65536 + TOKEN_SCAN_BASE64_MAX + 200;
	char *bytes = malloc(size);

	for (size_t at = 65536 - 70; at < 65536 + 70; at++) {
		for (size_t i = 0; i < size; i++)
			bytes[i] = (char)(i * 7 % 41 ? i * 251 : '\n');
		bytes[at - 1] = '\0';
		memcpy(bytes + at, "dwt_" CHECKED, strlen("dwt_" CHECKED));
		EXPECT_TRUE("in binary", line_of("dwt_" CHECKED, bytes, size, size) > 1000);
	}
	memset(bytes, 'A', size);
	memcpy(bytes + 65500, PLAIN, strlen(PLAIN));
	EXPECT_INT("in a long word", (int64_t)line_of(PLAIN, bytes, size, 4096), 1);
	free(bytes);
}

static CU_TestInfo tests[] = {
	{ "found", found },
	{ "in UTF-16", in_utf16 },
	{ "placed", placed },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("auth/token_scan", tests);
