// SPDX-License-Identifier: ISC
#include "base/clock.h"

#include "unit.h"

static void
both_ways(void)
{
	static const struct { const char *iso; int64_t ms; } rows[] = {
		{ "1970-01-01T00:00:00.000Z", 0 },
		{ "2020-10-26T08:44:15.621Z", 1603701855621 },
		{ "1969-12-31T23:59:59.999Z", -1 },
		{ "2000-02-29T00:00:00.000Z", 951782400000 },
		{ "0001-01-01T00:00:00.000Z", -62135596800000 },
		/* a year is always four digits */
		{ "0999-12-31T23:59:59.999Z", -30610224000001 },
		{ "9999-12-31T23:59:59.999Z", 253402300799999 },
	};
	char out[CLOCK_ISO_SIZE];
	int64_t ms;

	for (size_t i = 0; i < NELEM(rows); i++) {
		clock_iso(out, rows[i].ms);
		EXPECT_STRING(rows[i].iso, out, rows[i].iso);
		EXPECT_VERDICT(rows[i].iso, clock_parse_iso(rows[i].iso, &ms), 0);
		EXPECT_INT(rows[i].iso, ms, rows[i].ms);
	}
	EXPECT_VERDICT("a day", clock_parse_iso("2020-10-26", &ms), 0);
	EXPECT_INT("a day", ms, 1603670400000);
	EXPECT_VERDICT("no milliseconds", clock_parse_iso("2020-10-26T08:44:15Z", &ms), 0);
	EXPECT_INT("no milliseconds", ms, 1603701855000);
}

static void
refused(void)
{
	static const char *const rows[] = {
		"", "2020", "2020-10", "2020-10-2", "2020-1-26", "20-10-26", "2020/10/26",
		    "20201026",
		"2020-10-26 ", " 2020-10-26", "2020-10-26T", "2020-10-26T08:44",
		    "2020-10-26T08:44:15",
		"2020-10-26 08:44:15Z", "2020-10-26t08:44:15z", "2020-10-26T08:44:15+00:00",
		"2020-10-26T08:44:15.6Z", "2020-10-26T08:44:15.6211Z", "2020-10-26T08:44:15.621ZZ",
		"2020-10-26T08:44:15,621Z", "-020-10-26", "+020-10-26", "12020-10-26",
		"2020-00-26", "2020-13-26", "2020-10-00", "2020-10-32", "2020-04-31", "2019-02-29",
		"1900-02-29", "2020-10-26T24:00:00Z", "2020-10-26T08:60:00Z",
		    "2016-12-31T23:59:60Z",
		"2020-10-26T08:44:61Z", "0000-01-01", "0000-12-31T23:59:59.999Z",
	};
	int64_t ms = 5;

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i], clock_parse_iso(rows[i], &ms), V_MALFORMED);
	EXPECT_INT("left alone", ms, 5);
}

static void
reading(void)
{
	int64_t first = clock_steady_ms();

	EXPECT_TRUE("after 2020", clock_now_ms() > 1577836800000);
	EXPECT_TRUE("never back", clock_steady_ms() >= first);
}

static CU_TestInfo tests[] = {
	{ "both ways", both_ways },
	{ "refused", refused },
	{ "reading", reading },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/clock", tests);
