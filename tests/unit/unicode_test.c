// SPDX-License-Identifier: ISC
#include "base/unicode.h"

#include <string.h>

#include "unit.h"

/* Characters by name, of which one looks like another. */
#define E_ACUTE "\xc3\xa9"
#define ACUTE "\xcc\x81"
#define NBSP "\xc2\xa0"
#define IDEOGRAPHIC_SPACE "\xe3\x80\x80"
#define EM_SPACE "\xe2\x80\x83"
#define EM_QUAD "\xe2\x80\x81"
#define OGHAM_SPACE "\xe1\x9a\x80"
#define ZERO_WIDTH_SPACE "\xe2\x80\x8b"
#define LINE_SEPARATOR "\xe2\x80\xa8"
#define RLO "\xe2\x80\xae"
#define NEL "\xc2\x85"

static void
nfc(void)
{
	static const struct { const char *row, *in, *want; } t[] = {
		{ "nothing", "", "" },
		{ "ASCII", "pa:ss w\x7frd", "pa:ss w\x7frd" },
		{ "composed", E_ACUTE, E_ACUTE },
		{ "decomposed", "e" ACUTE, E_ACUTE },
		{ "Angstrom", "\xe2\x84\xab", "\xc3\x85" },
		{ "Hangul", "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c" },
		{ "two marks in the other order", "a\xcc\x81\xcc\xa3", "\xe1\xba\xa1\xcc\x81" },
		{ "one that is taken apart", "\xe0\xa5\x98", "\xe0\xa4\x95\xe0\xa4\xbc" },
		{ "one that grows threefold", "\xf0\x9d\x85\xa0",
		    "\xf0\x9d\x85\x98\xf0\x9d\x85\xa5\xf0\x9d\x85\xae" },
		{ "compatibility is kept", "\xef\xac\x81", "\xef\xac\x81" },
		{ "no-break space is kept", NBSP, NBSP },
		{ "emoji", "\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4\xef\xb8\x8f" },
		{ "unassigned", "\xf3\xa0\x88\x80", "\xf3\xa0\x88\x80" },
	};
	char out[64];
	size_t len;

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].row, unicode_nfc(t[i].in, strlen(t[i].in), out, sizeof out,
		    &len), 0);
		EXPECT_STRING(t[i].row, out, t[i].want);
		EXPECT_INT(t[i].row, (int64_t)len, (int64_t)strlen(t[i].want));
		EXPECT_TRUE(t[i].row, len <= UNICODE_NFC_GROWTH * strlen(t[i].in));
	}
}

static void
no_nfc(void)
{
	static const struct { const char *row, *in; } t[] = {
		{ "cut", "\xc3" }, { "Latin-1", "\xe9" }, { "surrogate", "\xed\xa0\x80" },
		{ "overlong", "\xc0\xaf" }, { "beyond Unicode", "\xf4\x90\x80\x80" },
	};
	char out[8] = "before";

	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_VERDICT(t[i].row, unicode_nfc(t[i].in, strlen(t[i].in), out, sizeof out,
		    NULL), V_INVALID);
	EXPECT_VERDICT("too long", unicode_nfc("12345678", 8, out, sizeof out, NULL), V_INVALID);
	EXPECT_VERDICT("too long once composed", unicode_nfc(E_ACUTE E_ACUTE E_ACUTE E_ACUTE, 8,
	    out, sizeof out, NULL), V_INVALID);
	EXPECT_STRING("left alone", out, "before");
	EXPECT_VERDICT("fits", unicode_nfc("e" ACUTE "e" ACUTE "e" ACUTE, 9, out, 7, NULL), 0);
	EXPECT_VERDICT("with a NUL", unicode_nfc("a\0b", 3, out, sizeof out, NULL), 0);
	EXPECT_BYTES("with a NUL", out, "a\0b", 4);
}

static void
opaque(void)
{
	static const struct { const char *row, *in, *want; } t[] = {
		{ "nothing", "", "" },
		{ "ASCII", "a b\tc", "a b\tc" },
		{ "no-break space", "a" NBSP "b", "a b" },
		{ "ideographic", IDEOGRAPHIC_SPACE, " " },
		{ "em", "a" EM_SPACE EM_SPACE "b" EM_SPACE, "a  b " },
		{ "one with a canonical twin", EM_QUAD, " " },
		{ "Ogham", OGHAM_SPACE "x", " x" },
		{ "zero width: no blank", "a" ZERO_WIDTH_SPACE "b", "a" ZERO_WIDTH_SPACE "b" },
		{ "decomposed beside a blank", "e" ACUTE NBSP "e" ACUTE, E_ACUTE " " E_ACUTE },
		{ "a mark on a blank", NBSP ACUTE, " " ACUTE },
	};
	char out[64];
	size_t len;

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].row, unicode_opaque(t[i].in, strlen(t[i].in), out, sizeof out,
		    &len), 0);
		EXPECT_STRING(t[i].row, out, t[i].want);
		EXPECT_INT(t[i].row, (int64_t)len, (int64_t)strlen(t[i].want));
	}
	EXPECT_VERDICT("not UTF-8", unicode_opaque("\xe9", 1, out, sizeof out, &len), V_INVALID);
}

static void
characters(void)
{
	static const struct { const char *row, *in; bool control, hidden; } t[] = {
		{ "nothing", "", false, false },
		{ "letters", "aZ" E_ACUTE "\xe4\xbe\x8b", false, false },
		{ "marks", "'\"@:" ACUTE, false, false },
		{ "NUL would end it: tab", "a\tb", true, true },
		{ "delete", "\x7f", true, true },
		{ "next line", "a" NEL, true, true },
		{ "blank", "a b", false, true },
		{ "no-break space", "a" NBSP, false, true },
		{ "ideographic space", IDEOGRAPHIC_SPACE, false, true },
		{ "line separator", "a" LINE_SEPARATOR "b", false, true },
		{ "right to left", "a" RLO "b", false, true },
		{ "Hebrew itself", "\xd7\x90", false, false },
	};

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_INT(t[i].row, unicode_has_control(t[i].in, strlen(t[i].in)), t[i].control);
		EXPECT_INT(t[i].row, unicode_has_hidden(t[i].in, strlen(t[i].in)), t[i].hidden);
	}
	EXPECT_TRUE("NUL", unicode_has_control("a\0b", 3));
}

#define L63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void
domains(void)
{
	static const struct { const char *row, *in, *want; } t[] = {
		{ "ASCII", "Example.COM", "example.com" },
		{ "ASCII that is no host", "a_b.[1]", "a_b.[1]" },
		{ "nothing", "", "" },
		{ "letters of its own", "b\xc3\xbc" "cher.example", "xn--bcher-kva.example" },
		{ "capitals", "B\xc3\x9c" "CHER.Example", "xn--bcher-kva.example" },
		{ "decomposed", "bu\xcc\x88" "cher.example", "xn--bcher-kva.example" },
		{ "as DNS has it", "XN--BCHER-KVA.example", "xn--bcher-kva.example" },
		{ "sharp s stays", "fa\xc3\x9f.example", "xn--fa-hia.example" },
		{ "Japanese", "\xe4\xbe\x8b\xe3\x81\x88.\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88",
		    "xn--r8jz45g.xn--zckzah" },
		{ "an ideographic full stop", "b\xc3\xbc" "cher\xe3\x80\x82" "example",
		    "xn--bcher-kva.example" },
		{ "wide letters", "\xef\xbd\x82\xc3\xbc" "cher.example", "xn--bcher-kva.example" },
	};
	static const struct { const char *row, *in; } bad[] = {
		{ "not UTF-8", "b\xfc" "cher.example" },
		{ "a blank", "b\xc3\xbc cher.example" },
		{ "a colon", "b\xc3\xbc:cher.example" },
		{ "a wide colon", "b\xc3\xbc\xef\xbc\x9a" "cher.example" },
		{ "a wide @", "b\xc3\xbc\xef\xbc\xa0" "cher.example" },
		{ "an empty label", "b\xc3\xbc..example" },
		{ "a hyphen at the end", "b\xc3\xbc-.example" },
		{ "right to left", "b\xc3\xbc" RLO ".example" },
		{ "a symbol", "\xe2\x98\x83" E_ACUTE "\xe2\x80\x8b.example" },
		{ "a long label", "\xc3\xbc" L63 ".example" },
	};
	char out[256];

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].row, unicode_domain(t[i].in, out, sizeof out), 0);
		EXPECT_STRING(t[i].row, out, t[i].want);
	}
	strcpy(out, "before");
	for (size_t i = 0; i < NELEM(bad); i++)
		EXPECT_VERDICT(bad[i].row, unicode_domain(bad[i].in, out, sizeof out), V_INVALID);
	EXPECT_VERDICT("too long", unicode_domain("b\xc3\xbc" "cher.example", out, 21), V_INVALID);
	EXPECT_STRING("left alone", out, "before");
	EXPECT_VERDICT("fits", unicode_domain("b\xc3\xbc" "cher.example", out, 22), 0);
	EXPECT_VERDICT("shown", unicode_domain_shown("xn--bcher-kva.example", out, sizeof out), 0);
	EXPECT_STRING("shown", out, "b\xc3\xbc" "cher.example");
	EXPECT_VERDICT("shown as it is", unicode_domain_shown("example.com", out, sizeof out), 0);
	EXPECT_STRING("shown as it is", out, "example.com");
}

static void
labels(void)
{
	static const struct { const char *row, *in; bool good; const char *shown; } t[] = {
		{ "nothing", "", false, "" },
		{ "a word", "laptop", true, "laptop" },
		{ "with a blank", " my laptop ", true, " my laptop " },
		{ "blank", " ", false, " " },
		{ "other blanks", NBSP IDEOGRAPHIC_SPACE EM_SPACE, false,
		    NBSP IDEOGRAPHIC_SPACE EM_SPACE },
		{ "no width", ZERO_WIDTH_SPACE, false, ZERO_WIDTH_SPACE },
		{ "Hangul filler", "\xe3\x85\xa4", false, "\xe3\x85\xa4" },
		{ "Braille blank", "\xe2\xa0\x80", false, "\xe2\xa0\x80" },
		{ "beyond ASCII", "L" E_ACUTE "on \xd7\xa9\xd7\x9c \xf0\x9f\x98\x80", true,
		    "L" E_ACUTE "on \xd7\xa9\xd7\x9c \xf0\x9f\x98\x80" },
		{ "joined emoji", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", true,
		    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb" },
		{ "escape", "a\x1b[31mb", false, "a\\u001b[31mb" },
		{ "line end", "a\nb", false, "a\\u000ab" },
		{ "DEL", "a\x7f", false, "a\\u007f" },
		{ "C1", "a" NEL, false, "a\\u0085" },
		{ "line separator", "a" LINE_SEPARATOR "b", false, "a\\u2028b" },
		{ "override", "a" RLO "b", false, "a\\u202eb" },
		{ "isolate", "\xe2\x81\xa7" "b", false, "\\u2067b" },
		{ "mark", "a\xe2\x80\x8f", false, "a\\u200f" },
		{ "Arabic letter mark", "a\xd8\x9c", false, "a\\u061c" },
	};
	GUARD(arena_free) struct arena mem;
	const char *shown;
	struct text out;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_INT(t[i].row, unicode_is_label(t[i].in, strlen(t[i].in)), t[i].good);
		text_init(&out, &mem);
		unicode_put_shown(&out, t[i].in);
		EXPECT_VERDICT(t[i].row, text_done(&out, &shown, NULL), 0);
		EXPECT_STRING(t[i].row, shown, t[i].shown);
	}
	text_init(&out, &mem);
	unicode_put_shown(&out, "\xff" "a\xc3");
	EXPECT_VERDICT("no UTF-8", text_done(&out, &shown, NULL), 0);
	EXPECT_STRING("no UTF-8", shown, "\\xffa\\xc3");
}

static CU_TestInfo tests[] = {
	{ "NFC", nfc },
	{ "no NFC", no_nfc },
	{ "opaque strings", opaque },
	{ "characters", characters },
	{ "domains", domains },
	{ "labels", labels },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/unicode", tests);
