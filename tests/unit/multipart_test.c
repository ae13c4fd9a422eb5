// SPDX-License-Identifier: ISC
#include "base/multipart.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "unit.h"

#define TYPE "multipart/form-data"
#define SEVENTY "1234567890123456789012345678901234567890123456789012345678901234567890"

static const struct { const char *row, *in, *want; } types[] = {
	{ "bare",               TYPE "; boundary=abc", "abc" },
	{ "without blanks",     TYPE ";boundary=abc", "abc" },
	{ "tabs and blanks",    TYPE " \t;\t boundary=abc \t", "abc" },
	{ "quoted",             TYPE "; boundary=\"abc\"", "abc" },
	{ "any case",           "Multipart/Form-Data; BOUNDARY=aBc", "aBc" },
	{ "browser",            TYPE "; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
	    "----WebKitFormBoundary7MA4YWxkTrZu0gW" },
	{ "one character",      TYPE "; boundary=a", "a" },
	{ "all punctuation",    TYPE "; boundary=\"'()+_,-./:=? x\"", "'()+_,-./:=? x" },
	{ "bare punctuation",   TYPE "; boundary='()+_,-./:=?", "'()+_,-./:=?" },
	{ "70 characters",      TYPE "; boundary=" SEVENTY, SEVENTY },
	{ "others around",      TYPE "; charset=utf-8; boundary=a; x=\"; boundary=b\"",
	    "a" },
	{ "begins with blank",  TYPE "; boundary=\" a\"", " a" },
	/* refused */
	{ "none",               TYPE, NULL },
	{ "semicolon alone",    TYPE ";", NULL },
	{ "semicolon after",   TYPE "; boundary=a;", NULL },
	{ "two semicolons",     TYPE ";; boundary=a", NULL },
	{ "other parameter",    TYPE "; charset=utf-8", NULL },
	{ "similar name",       TYPE "; boundaryx=a", NULL },
	{ "extended name",      TYPE "; boundary*=utf-8''a", NULL },
	{ "twice",              TYPE "; boundary=a; boundary=a", NULL },
	{ "twice, other case",  TYPE "; boundary=a; Boundary=b", NULL },
	{ "empty",              TYPE "; boundary=", NULL },
	{ "empty, more after", TYPE "; boundary=; x=y", NULL },
	{ "empty quotes",       TYPE "; boundary=\"\"", NULL },
	{ "71 characters",      TYPE "; boundary=" SEVENTY "1", NULL },
	{ "71, quoted",         TYPE "; boundary=\"" SEVENTY "1\"", NULL },
	{ "ends with blank",    TYPE "; boundary=\"a \"", NULL },
	{ "blank alone",        TYPE "; boundary=\" \"", NULL },
	{ "blank inside, bare", TYPE "; boundary=a b", NULL },
	{ "no end of quotes",   TYPE "; boundary=\"abc", NULL },
	{ "quote alone",        TYPE "; boundary=\"", NULL },
	{ "more after quotes", TYPE "; boundary=\"a\"b", NULL },
	{ "quote inside",       TYPE "; boundary=a\"b\"", NULL },
	{ "backslash",          TYPE "; boundary=\"a\\b\"", NULL },
	{ "escaped quote",      TYPE "; boundary=\"a\\\"b\"", NULL },
	{ "backslash, bare",    TYPE "; boundary=a\\b", NULL },
	{ "star",               TYPE "; boundary=a*b", NULL },
	{ "at sign, quoted",    TYPE "; boundary=\"a@b\"", NULL },
	{ "tab, quoted",        TYPE "; boundary=\"a\tb\"", NULL },
	{ "line break",         TYPE "; boundary=\"a\r\nb\"", NULL },
	{ "line break after",  TYPE "; boundary=a\r\n", NULL },
	{ "not ASCII",          TYPE "; boundary=\xc3\xa9", NULL },
	{ "not ASCII, quoted",  TYPE "; boundary=\"\xc3\xa9\"", NULL },
	{ "blank before =",     TYPE "; boundary =a", NULL },
	{ "blank after =",     TYPE "; boundary= a", NULL },
	{ "no name",            TYPE "; =a", NULL },
	{ "no =",               TYPE "; boundary", NULL },
	{ "comma for ;",        TYPE ", boundary=a", NULL },
	{ "two types in one",   TYPE "; boundary=a, " TYPE "; boundary=b", NULL },
	{ "bad one before",     TYPE "; x; boundary=a", NULL },
	{ "bad one after",     TYPE "; boundary=a; x", NULL },
	{ "open quote after",  TYPE "; boundary=a; x=\"y", NULL },
};

static void
boundaries(void)
{

	for (size_t i = 0; i < NELEM(types); i++) {
		char out[BOUNDARY_SIZE] = "";
		int r = multipart_boundary(types[i].in, out);

		EXPECT_VERDICT(types[i].row, r, types[i].want ? 0 : V_MALFORMED);
		if (types[i].want && !r)
			EXPECT_STRING(types[i].row, out, types[i].want);
	}
}

/* "name=value|": the pairs as text. */
static const char *
shown(struct arena *mem, const struct pairs *pairs)
{
	const char *out;
	struct text t;

	text_init(&t, mem);
	for (size_t i = 0; i < pairs->count; i++) {
		text_printf(&t, "%s=", pairs->at[i].name);
		text_put(&t, pairs->at[i].value, pairs->at[i].value_len);
		text_puts(&t, "|");
	}
	return text_done(&t, &out, NULL) ? NULL : out;
}

#define LINE "--b\r\n"
#define END "--b--"
#define NAMED(name) "Content-Disposition: form-data; name=\"" name "\"\r\n"
#define PART(name, value) LINE NAMED(name) "\r\n" value "\r\n"

static const struct { const char *row, *in, *want; } bodies[] = {
	{ "nothing",                "", "" },
	{ "no parts",               END "\r\n", "" },
	{ "one",                    PART("jwt", "a.b.c") END "\r\n", "jwt=a.b.c|" },
	{ "no line break at the end", PART("jwt", "a") END, "jwt=a|" },
	{ "several",                PART("a", "1") PART("b", "2") PART("c", "3") END,
	    "a=1|b=2|c=3|" },
	{ "the same twice",         PART("a", "1") PART("a", "2") END, "a=1|a=2|" },
	{ "empty value",            PART("a", "") PART("b", "") END, "a=|b=|" },
	{ "line breaks in a value", PART("a", "\r\nx\ny\rz\r\n") END,
	    "a=\r\nx\ny\rz\r\n|" },
	{ "nearly a delimiter",     PART("a", "--\r\n-b\r\n--\r\n--B\r\n--a") END,
	    "a=--\r\n-b\r\n--\r\n--B\r\n--a|" },
	{ "boundary in a line",     PART("a", "x--b\r\n --b") END, "a=x--b\r\n --b|" },
	{ "empty lines in a value", PART("a", "\r\n\r\n\r\n") END, "a=\r\n\r\n\r\n|" },
	{ "not decoded",            PART("a", "1+1%3D2&b=3") END, "a=1+1%3D2&b=3|" },
	{ "UTF-8",                  PART("\xc3\xa9", "\xe2\x82\xac") END,
	    "\xc3\xa9=\xe2\x82\xac|" },
	{ "odd name",               PART("a;b=c%22", "1") END, "a;b=c%22=1|" },
	{ "bare name",              LINE
	    "Content-Disposition: form-data; name=a\r\n\r\n1\r\n" END,
	    "a=1|" },
	{ "any case, no blanks",    LINE
	    "CONTENT-DISPOSITION:Form-Data;NAME=a\r\n\r\n1\r\n" END, "a=1|" },
	{ "blanks",                 LINE
	    "Content-Disposition:  form-data  ;  name=a  \r\n\r\n"
	    "1\r\n" END, "a=1|" },
	{ "type of a part",         LINE NAMED("a")
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "\r\n1\r\n" END, "a=1|" },
	{ "other headers",          LINE "X: y\r\n" NAMED("a")
	    "Content-Length: 7\r\n\r\n1\r\n" END,
	    "a=1|" },
	{ "empty header",           LINE NAMED("a") "X:\r\n\r\n1\r\n" END, "a=1|" },
	{ "encoded as it is",       LINE NAMED("a")
	    "Content-Transfer-Encoding: 8bit\r\n\r\n"
	    "1\r\n" END, "a=1|" },
	{ "preamble",               "hello\r\nworld\r\n" PART("a", "1") END, "a=1|" },
	{ "empty preamble",         "\r\n" PART("a", "1") END, "a=1|" },
	{ "epilogue",               PART("a", "1") END "\r\nbye", "a=1|" },
	{ "part after the end",    PART("a", "1") END "\r\n" NAMED("b") "\r\n2", "a=1|" },
	{ "padding",                "--b \t\r\n" NAMED("a") "\r\n1\r\n--b-- \t", "a=1|" },
	{ "padding, epilogue",      PART("a", "1") "--b-- \r\n", "a=1|" },
};

static void
accepted(void)
{
	struct pairs pairs;

	for (size_t i = 0; i < NELEM(bodies); i++) {
		GUARD(arena_free) struct arena mem;
		int r;

		arena_init(&mem, 0);
		r = multipart_parse(&mem, bodies[i].in, strlen(bodies[i].in), "b", &pairs);
		EXPECT_VERDICT(bodies[i].row, r, 0);
		if (!r)
			EXPECT_STRING(bodies[i].row, shown(&mem, &pairs), bodies[i].want);
	}
}

#define DISPOSED(value) LINE "Content-Disposition: " value "\r\n\r\n1\r\n" END
#define WITH(headers) LINE NAMED("a") headers "\r\n1\r\n" END
#define GOOD PART("good", "1")

static const struct { const char *row, *in; size_t len; } refusals[] = {
	/* frame */
	{ "no delimiter",           "name=a&ttl=60", 0 },
	{ "line break alone",       "\r\n", 0 },
	{ "boundary alone",         "--b", 0 },
	{ "one dash of the end",    "--b-", 0 },
	{ "other boundary",         "--c\r\n" NAMED("a") "\r\n1\r\n--c--", 0 },
	{ "other case",             "--B\r\n" NAMED("a") "\r\n1\r\n--B--", 0 },
	{ "dashes forgotten",       "b\r\n" NAMED("a") "\r\n1\r\nb--", 0 },
	{ "no end",                 GOOD, 0 },
	{ "no end, line break cut", LINE NAMED("a") "\r\n1", 0 },
	{ "end cut",                GOOD "--b", 0 },
	{ "end cut by one",         GOOD "--b-", 0 },
	{ "end of another",         GOOD "--c--", 0 },
	{ "end not on a line",      LINE NAMED("a") "\r\n1--b--", 0 },
	{ "more after the end",    GOOD END "x", 0 },
	{ "LF after the end",      GOOD END "\n", 0 },
	{ "CR after the end",      GOOD END "\r", 0 },
	{ "part after the end",    GOOD END "\r\n" PART("a", "1") END, 0 },
	{ "end twice",              GOOD END "\r\n" END, 0 },
	{ "LF part after the end", GOOD END "\r\n\n--b\n", 0 },
	{ "more after a delimiter", "--bx\r\n" NAMED("a") "\r\n1\r\n" END, 0 },
	{ "longer boundary inside", PART("a", "1\r\n--bx\r\n2") END, 0 },
	{ "end of it inside",       PART("a", "1\r\n--b-\r\n2") END, 0 },
	{ "empty part",             LINE LINE NAMED("a") "\r\n1\r\n" END, 0 },
	{ "empty part at the end",  GOOD LINE END, 0 },
	{ "empty lines for a part", GOOD LINE "\r\n\r\n" END, 0 },
	/* line breaks */
	{ "LF everywhere",          "--b\nContent-Disposition: form-data; name=\"a\"\n\n1\n--b--\n",
	    0 },
	{ "LF after a delimiter",  "--b\n" NAMED("a") "\r\n1\r\n" END, 0 },
	{ "CR after a delimiter",  "--b\r" NAMED("a") "\r\n1\r\n" END, 0 },
	{ "LF before a delimiter",  LINE NAMED("a") "\r\n1\n--b\r\n" NAMED("c") "\r\n2\r\n" END,
	    0 },
	{ "LF before the end",      LINE NAMED("a") "\r\n1\n" END, 0 },
	{ "LF in a preamble",       "hello\n" PART("a", "1") END, 0 },
	{ "LF after a header",     LINE "X: y\n" NAMED("a") "\r\n1\r\n" END, 0 },
	{ "LF for the empty line",  LINE NAMED("a") "\n1\r\n" END, 0 },
	{ "CR in a header",         WITH("X: a\rb\r\n"), 0 },
	{ "no empty line",          LINE NAMED("a") END, 0 },
	{ "no line for a value",    LINE NAMED("a") "\r\n" END, 0 },
	{ "no empty line, value",   LINE NAMED("a") "1\r\n" END, 0 },
	/* headers */
	{ "no headers",             LINE "\r\n1\r\n" END, 0 },
	{ "no disposition",         LINE "Content-Type: text/plain\r\n\r\n1\r\n" END, 0 },
	{ "no disposition, second", GOOD LINE "\r\n1\r\n" END, 0 },
	{ "disposition twice",      WITH(NAMED("a")), 0 },
	{ "twice, other case",      WITH("content-disposition: form-data; name=\"c\"\r\n"), 0 },
	{ "no colon",               WITH("X\r\n"), 0 },
	{ "no name of a header",    WITH(": x\r\n"), 0 },
	{ "blank before the colon", WITH("X : y\r\n"), 0 },
	{ "folded",                 LINE
	    "Content-Disposition: form-data;\r\n name=\"a\"\r\n\r\n1\r\n" END,
	    0 },
	{ "begins with a blank",    LINE " " NAMED("a") "\r\n1\r\n" END, 0 },
	{ "tab in a disposition",   DISPOSED("form-data;\tname=\"a\""), 0 },
	{ "tab in a header",        WITH("X: a\tb\r\n"), 0 },
	{ "delete in a header",     WITH("X: \x7f\r\n"), 0 },
	{ "encoded in base64",      WITH("Content-Transfer-Encoding: base64\r\n"), 0 },
	{ "quoted-printable",       WITH("Content-Transfer-Encoding: quoted-printable\r\n"), 0 },
	{ "encoded, second header", WITH("Content-Transfer-Encoding: 8bit\r\n"
	    "Content-Transfer-Encoding: base64\r\n"), 0 },
	{ "no encoding",            WITH("Content-Transfer-Encoding:\r\n"), 0 },
	/* dispositions */
	{ "no parameter",           DISPOSED("form-data"), 0 },
	{ "empty disposition",      DISPOSED(""), 0 },
	{ "no name",                DISPOSED("form-data; x=a"), 0 },
	{ "empty name",             DISPOSED("form-data; name=\"\""), 0 },
	{ "empty bare name",        DISPOSED("form-data; name="), 0 },
	{ "name without =",         DISPOSED("form-data; name"), 0 },
	{ "name twice",             DISPOSED("form-data; name=\"a\"; name=\"a\""), 0 },
	{ "semicolon after",       DISPOSED("form-data; name=\"a\";"), 0 },
	{ "more after",            DISPOSED("form-data; name=\"a\"x"), 0 },
	{ "no semicolon",           DISPOSED("form-data name=\"a\""), 0 },
	{ "other parameter",        DISPOSED("form-data; name=\"a\"; x=y"), 0 },
	{ "attachment",             DISPOSED("attachment; name=\"a\""), 0 },
	{ "nearly form-data",       DISPOSED("form-datax; name=\"a\""), 0 },
	{ "no type",                DISPOSED("name=\"a\""), 0 },
	{ "name in another header", LINE
	    "Content-Disposition: form-data\r\nX: ; name=\"a\"\r\n\r\n1\r\n"
	    END, 0 },
	{ "extended name",          DISPOSED("form-data; name*=utf-8''a"), 0 },
	{ "no end of quotes",       DISPOSED("form-data; name=\"a"), 0 },
	{ "quote alone",            DISPOSED("form-data; name=\""), 0 },
	{ "quote inside, bare",     DISPOSED("form-data; name=a\"b"), 0 },
	{ "escaped quote",          DISPOSED("form-data; name=\"a\\\"b\""), 0 },
	{ "backslash",              DISPOSED("form-data; name=\"a\\b\""), 0 },
	{ "blank in a bare name",   DISPOSED("form-data; name=a b"), 0 },
	{ "line break in a name",   DISPOSED("form-data; name=\"a\r\nb\""), 0 },
	/* files */
	{ "file",                   DISPOSED("form-data; name=\"a\"; filename=\"a.txt\""), 0 },
	{ "file without a name",    DISPOSED("form-data; filename=\"a.txt\""), 0 },
	{ "file name first",        DISPOSED("form-data; filename=\"a.txt\"; name=\"a\""), 0 },
	{ "file name empty",        DISPOSED("form-data; name=\"a\"; filename=\"\""), 0 },
	{ "file name extended",     DISPOSED("form-data; name=\"a\"; filename*=utf-8''a"), 0 },
	{ "file after a field",    GOOD DISPOSED("form-data; name=\"a\"; filename=\"a\""), 0 },
	/* bytes */
	{ "NUL in a value",         PART("a", "1\0002") END, sizeof PART("a", "1\0002") END - 1 },
	{ "NUL in a name",          PART("a\000b", "1") END, sizeof PART("a\000b", "1") END - 1 },
	{ "NUL in a preamble",      "\000\r\n" GOOD END, sizeof "\000\r\n" GOOD END - 1 },
	{ "NUL after the end",     GOOD END "\000", sizeof GOOD END },
	{ "NUL in the epilogue",    GOOD END "\r\n\000", sizeof GOOD END "\r\n" },
	{ "not UTF-8",              PART("a", "\xff") END, 0 },
	{ "overlong UTF-8",         PART("a", "\xc0\xaf") END, 0 },
	{ "surrogate",              PART("a", "\xed\xa0\x80") END, 0 },
	{ "UTF-8 cut",              PART("a", "\xe2\x82") END, 0 },
	{ "Latin-1 in a name",      PART("\xe9", "1") END, 0 },
	{ "not UTF-8 in a header",  WITH("X: \xe9\r\n"), 0 },
	{ "UTF-16",                 PART("a", "\xff\xfe" "1\000") END,
	    sizeof PART("a", "\xff\xfe" "1\000") END - 1 },
};

static void
refused(void)
{
	GUARD(arena_free) struct arena mem;
	struct pairs pairs = { .count = 77 };
	size_t len;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(refusals); i++) {
		len = refusals[i].len ? refusals[i].len : strlen(refusals[i].in);
		EXPECT_VERDICT(refusals[i].row, multipart_parse(&mem, refusals[i].in, len, "b",
		    &pairs), V_MALFORMED);
		EXPECT_INT(refusals[i].row, (int64_t)pairs.count, 77);
	}
}

/* Every shorter piece of a good body is refused, and never read past its end. */
static void
cut(void)
{
	static const char whole[] = "pre\r\n" GOOD PART("jwt", "a.b.c") END;
	GUARD(arena_free) struct arena mem;
	struct pairs pairs;

	arena_init(&mem, 0);
	for (size_t len = 1; len < sizeof whole - 1; len++) {
		char *piece = arena_alloc(&mem, len);

		memcpy(piece, whole, len);
		EXPECT_VERDICT(whole + len, multipart_parse(&mem, piece, len, "b", &pairs),
		    V_MALFORMED);
		arena_wipe(&mem);
	}
	EXPECT_VERDICT("whole", multipart_parse(&mem, whole, sizeof whole - 1, "b", &pairs), 0);
}

static int
parse_many(struct arena *mem, const char *before, size_t parts, struct pairs *pairs)
{
	const char *bytes;
	struct text t;
	size_t len;

	text_init(&t, mem);
	text_puts(&t, before);
	for (size_t i = 0; i < parts; i++)
		text_printf(&t, PART("n%zu", "%zu"), i, i);
	text_puts(&t, END);
	EXPECT_VERDICT("body", text_done(&t, &bytes, &len), 0);
	return multipart_parse(mem, bytes, len, "b", pairs);
}

static void
many(void)
{
	GUARD(arena_free) struct arena mem;
	struct pairs pairs;

	arena_init(&mem, 0);
	EXPECT_INT("most", parse_many(&mem, "", FORM_PAIRS_MAX, &pairs), 0);
	EXPECT_INT("most", (int64_t)pairs.count, FORM_PAIRS_MAX);
	EXPECT_STRING("first", pairs_find(&pairs, "n0")->value, "0");
	EXPECT_STRING("last", pairs_find(&pairs, "n999")->value, "999");
	EXPECT_INT("after a preamble", parse_many(&mem, "x\r\n", FORM_PAIRS_MAX, &pairs), 0);
	EXPECT_VERDICT("one more", parse_many(&mem, "", FORM_PAIRS_MAX + 1, &pairs), V_MALFORMED);
	EXPECT_VERDICT("far more", parse_many(&mem, "", 10 * FORM_PAIRS_MAX, &pairs), V_MALFORMED);
}

static void
long_lines(void)
{
	static const struct { const char *row; int blanks; int want; } t[] = {
		{ "998 bytes", 998 - (int)strlen("Content-Disposition:form-data;name=a"), 0 },
		{ "999 bytes", 999 - (int)strlen("Content-Disposition:form-data;name=a"),
		    V_MALFORMED },
		{ "far more",  60000, V_MALFORMED },
	};
	GUARD(arena_free) struct arena mem;
	struct pairs pairs;
	const char *bytes;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(t); i++) {
		bytes = arena_printf(&mem, LINE
		    "Content-Disposition:%*sform-data;name=a\r\n\r\n1\r\n" END,
		    t[i].blanks, "");
		EXPECT_VERDICT(t[i].row, multipart_parse(&mem, bytes, strlen(bytes), "b", &pairs),
		    t[i].want);
	}
}

static void
long_boundary(void)
{
	static const char body[] = "--" SEVENTY "\r\n" NAMED("a") "\r\n1\r\n--" SEVENTY "--";
	GUARD(arena_free) struct arena mem;
	struct pairs pairs;

	arena_init(&mem, 0);
	EXPECT_VERDICT("whole", multipart_parse(&mem, body, sizeof body - 1, SEVENTY, &pairs), 0);
	EXPECT_STRING("whole", shown(&mem, &pairs), "a=1|");
	EXPECT_VERDICT("one less", multipart_parse(&mem, body, sizeof body - 1, &SEVENTY[1],
	    &pairs), V_MALFORMED);
}

static void
no_memory(void)
{
	static const char body[] = PART("a", "1") END;
	GUARD(arena_free) struct arena mem;
	struct pairs pairs = { .count = 77 };

	for (size_t limit = 1; limit < 2 * sizeof(struct pair); limit += 8) {
		arena_init(&mem, limit);
		EXPECT_VERDICT("limit", multipart_parse(&mem, body, sizeof body - 1, "b", &pairs),
		    -ENOMEM);
		EXPECT_INT("limit", (int64_t)pairs.count, 77);
		arena_free(&mem);
	}
}

static CU_TestInfo tests[] = {
	{ "boundaries", boundaries },
	{ "accepted", accepted },
	{ "refused", refused },
	{ "cut", cut },
	{ "many", many },
	{ "long lines", long_lines },
	{ "long boundary", long_boundary },
	{ "no memory", no_memory },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/multipart", tests);
