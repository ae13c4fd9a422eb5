// SPDX-License-Identifier: ISC
#include "base/log_line.h"

#include <string.h>

#include "base/guard.h"
#include "base/json.h"
#include "base/text.h"
#include "base/verdict.h"
#include "unit.h"

static const struct log_head head = { "2026-11-22T04:50:17Z", "www", 123, LOG_LEVEL_ERROR };

static const char *
made(enum log_format format, const struct log_head *top, const char *what,
    struct log_fields fields)
{
	static char line[LOG_LINE_SIZE + 1];
	size_t len = log_line_make(format, top, what, fields, line);

	EXPECT_TRUE("fits", len <= LOG_LINE_SIZE);
	line[len] = '\0';
	return line;
}

static void
forms(void)
{
	static const struct log_field fields[] = {
		{ "word", LOG_WORD, "ok", 0 },
		{ "none", LOG_WORD, NULL, 0 },
		{ "from", LOG_FOREIGN, "a b\n\"\\%\xc3\xa9\xff", 0 },
		{ "absent", LOG_FOREIGN, "", 0 },
		{ "number", LOG_NUMBER, NULL, INT64_MIN },
		{ "last", LOG_TAIL, NULL, 0 },
	};
	const struct log_fields all = { fields, NELEM(fields) }, none = { NULL, 0 };

	EXPECT_STRING("text", made(LOG_FORMAT_TEXT, &head, "call", all),
	    "2026-11-22T04:50:17Z www doorward[123]: call word=ok none=- "
	    "from=a%20b%0A%22%5C%25%C3%A9%FF absent=- number=-9223372036854775808 last=\n");
	EXPECT_STRING("JSON", made(LOG_FORMAT_JSON, &head, "call", all),
	    "{\"time\":\"2026-11-22T04:50:17Z\",\"host\":\"www\",\"pid\":123,\"level\":\"error\","
	    "\"message\":\"call\",\"word\":\"ok\",\"none\":null,"
	    "\"from\":\"a b\\u000a\\\"\\\\%\xc3\xa9\xef\xbf\xbd\",\"absent\":null,"
	    "\"number\":-9223372036854775808,\"last\":null}\n");
	EXPECT_STRING("without a head", made(LOG_FORMAT_TEXT, NULL, "a\tb", none), "a?b\n");
	EXPECT_STRING("control characters of both kinds",
	    strstr(made(LOG_FORMAT_JSON, &head, "\x1b\x7f\xc2\x9b", none), "message"),
	    "message\":\"\\u001b\\u007f\\u009b\"}\n");
}

/* Is it one JSON object of a line? */
static bool
is_json(const char *line)
{
	GUARD(json_drop) struct json *root = NULL;
	size_t len = strlen(line);

	return len > 0 && strchr(line, '\n') == line + len - 1 &&
	    json_parse_unambiguous(line, len, &root) == 0;
}

/* Whatever is in it and however long it is. */
static void
always_json(void)
{
	static const char *const parts[] = { "x", "\"", "\\", "\x01", "\xff", "\xc3", "\xe2\x82",
	    "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xed\xa0\x80", "\xc0\x80" };
	char what[4000], from[1200];

	for (size_t i = 0; i < NELEM(parts); i++) {
		const struct log_field field[] = {
			{ "first", LOG_FOREIGN, from, 0 },
			{ "second", LOG_FOREIGN, from, 0 },
			{ "last", LOG_NUMBER, NULL, 1 },
		};
		const struct log_fields fields = { field, NELEM(field) };

		for (size_t n = 1; n < 300; n++) {
			what[0] = from[0] = '\0';
			for (size_t k = 0; k < n; k++) {
				strcat(from, parts[i]);
				strcat(what, parts[i]);
				strcat(what, k % 3 ? "" : parts[(i + k) % NELEM(parts)]);
			}
			if (!is_json(made(LOG_FORMAT_JSON, &head, what, fields)))
				EXPECT_INT(parts[i], (int64_t)n, 0);
		}
	}
}

/* A field that does not fit is left out with all that follow, not cut. */
static void
too_much(void)
{
	char from[3000];
	const struct log_field field[] = {
		{ "first", LOG_WORD, "a", 0 },
		{ "second", LOG_FOREIGN, from, 0 },
		{ "third", LOG_WORD, "b", 0 },
	};
	const struct log_fields fields = { field, NELEM(field) };

	memset(from, ' ', sizeof from - 1);
	from[sizeof from - 1] = '\0';
	EXPECT_STRING("text", made(LOG_FORMAT_TEXT, NULL, "call", fields), "call first=a\n");
	memset(from, '\x01', sizeof from - 1);
	EXPECT_STRING("JSON", strstr(made(LOG_FORMAT_JSON, &head, "call", fields), "\"first\""),
	    "\"first\":\"a\"}\n");
}

static CU_TestInfo tests[] = {
	{ "forms", forms },
	{ "always JSON", always_json },
	{ "too much", too_much },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/log_line", tests);
