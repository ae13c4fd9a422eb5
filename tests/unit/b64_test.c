// SPDX-License-Identifier: ISC
#include "base/b64.h"

#include <string.h>

#include "unit.h"

static void
padded(void)
{
	static const struct { const char *row, *in, *out; } good[] = {
		{ "nothing", "", "" }, { "two pads", "YQ==", "a" }, { "one pad", "YWI=", "ab" },
		{ "no pad", "YWJj", "abc" }, { "62 and 63", "+/+/", "\xfb\xff\xbf" },
	};
	static const struct { const char *row, *in; } bad[] = {
		{ "no padding", "YQ" }, { "half a padding", "YQ=" },
		{ "too much padding", "YQ===" },
		{ "padding inside", "YQ==YQ==" }, { "padding alone", "====" }, { "one sign", "Y" },
		{ "five signs", "YWJjZ" }, { "stray bits, two pads", "YR==" },
		{ "stray bits, one pad", "YWJ=" }, { "blank after", "YWJj " },
		{ "blank before", " YWJj" }, { "line end", "YWJj\n" }, { "URL alphabet", "-_-_" },
		{ "comma", "YW,j" }, { "UTF-8", "YW\xc3\xa9" }, { "too long", "YWJjZGVmZ2hp" },
	};
	char out[8];
	size_t len;

	for (size_t i = 0; i < NELEM(good); i++) {
		EXPECT_VERDICT(good[i].row, b64_decode(B64_PADDED, good[i].in, strlen(good[i].in),
		    out, sizeof out, &len), 0);
		EXPECT_INT(good[i].row, (int64_t)len, (int64_t)strlen(good[i].out));
		EXPECT_BYTES(good[i].row, out, good[i].out, strlen(good[i].out));
	}
	for (size_t i = 0; i < NELEM(bad); i++)
		EXPECT_VERDICT(bad[i].row, b64_decode(B64_PADDED, bad[i].in, strlen(bad[i].in), out,
		    sizeof out, &len), V_MALFORMED);
	EXPECT_VERDICT("NUL after", b64_decode(B64_PADDED, "YWJj", 5, out, sizeof out, &len),
	    V_MALFORMED);
	EXPECT_VERDICT("just fits", b64_decode(B64_PADDED, "YWJj", 4, out, 3, &len), 0);
	EXPECT_VERDICT("one too small", b64_decode(B64_PADDED, "YWJj", 4, out, 2, &len),
	    V_MALFORMED);
	EXPECT_VERDICT("only len bytes", b64_decode(B64_PADDED, "YWJj!!", 4, out, 3, &len), 0);
}

static void
unpadded(void)
{
	static const struct { const char *row, *in; int want; } rows[] = {
		{ "one byte", "YQ", 0 }, { "two bytes", "YWI", 0 }, { "three", "YWJj", 0 },
		{ "62 and 63", "+/+/", 0 }, { "padded", "YQ==", V_MALFORMED },
		{ "stray bits", "YR", V_MALFORMED }, { "URL alphabet", "-_-_", V_MALFORMED },
		{ "UTF-8", "YW\xc3\xa9", V_MALFORMED },
	};
	char out[8];
	size_t len;

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i].row, b64_decode(B64_UNPADDED, rows[i].in,
		    strlen(rows[i].in), out, sizeof out, &len), rows[i].want);
}

static void
url(void)
{
	static const struct { const char *row, *in; int want; } rows[] = {
		{ "one byte", "YQ", 0 }, { "two bytes", "YWI", 0 }, { "three", "YWJj", 0 },
		{ "62 and 63", "-_-_", 0 }, { "padded", "YQ==", V_MALFORMED },
		{ "one pad", "YWI=", V_MALFORMED }, { "plain alphabet", "+/+/", V_MALFORMED },
		{ "one sign", "Y", V_MALFORMED }, { "stray bits", "YR", V_MALFORMED },
		{ "dot", "YW.j", V_MALFORMED }, { "blank", "YW j", V_MALFORMED },
	};
	char out[8];
	size_t len;

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i].row, b64_decode(B64_URL, rows[i].in, strlen(rows[i].in), out,
		    sizeof out, &len), rows[i].want);
}

/* libsodium 1.0.18 takes all of these for the digit 63. */
static void
high_bytes(void)
{
	char in[] = "AAA?", out[8];
	size_t len;

	for (int byte = 0x80; byte <= 0xff; byte++) {
		in[3] = (char)byte;
		EXPECT_VERDICT("padded", b64_decode(B64_PADDED, in, 4, out, sizeof out, &len),
		    V_MALFORMED);
		EXPECT_VERDICT("url", b64_decode(B64_URL, in, 4, out, sizeof out, &len),
		    V_MALFORMED);
	}
}

static CU_TestInfo tests[] = {
	{ "padded", padded },
	{ "unpadded", unpadded },
	{ "url", url },
	{ "high bytes", high_bytes },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/b64", tests);
