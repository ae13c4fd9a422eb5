// SPDX-License-Identifier: ISC
#include "base/uuid.h"

#include <string.h>

#include "unit.h"

static void
both_ways(void)
{
	static const char text[] = "00ff1234-5678-4abc-9def-0123456789ab";
	char out[UUID_TEXT_SIZE] = "", capitals[] = "00FF1234-5678-4ABC-9DEF-0123456789AB";
	struct uuid id, same;

	EXPECT_VERDICT("parse", uuid_parse(text, strlen(text), &id), 0);
	EXPECT_INT("first byte", id.bytes[0], 0);
	EXPECT_INT("second byte", id.bytes[1], 255);
	EXPECT_INT("last byte", id.bytes[15], 0xab);
	EXPECT_STRING("back", uuid_text(out, &id), text);
	EXPECT_VERDICT("capitals", uuid_parse(capitals, strlen(capitals), &same), 0);
	EXPECT_TRUE("capitals", uuid_equal(&id, &same));
	same.bytes[15] ^= 1;
	EXPECT_TRUE("another", !uuid_equal(&id, &same));
	EXPECT_TRUE("not none", !uuid_is_none(&id));
	memset(&id, 0, sizeof id);
	EXPECT_TRUE("none", uuid_is_none(&id));
}

static void
random_ones(void)
{
	struct uuid one = uuid_new(), two = uuid_new();

	EXPECT_TRUE("another each time", !uuid_equal(&one, &two));
	EXPECT_INT("version", one.bytes[6] >> 4, 4);
	EXPECT_INT("variant", one.bytes[8] >> 6, 2);
}

static void
timed_ones(void)
{
	static const struct { const char *row; int64_t ms; const char *begins; } t[] = {
		{ "the RFC's",  0x017f22e279b0, "017f22e2-79b0-7" },	/* RFC 9562, A.6 */
		{ "epoch",      0,              "00000000-0000-7" },
		{ "past 2038",  4294967296000,  "03e80000-0000-7" },
		{ "the last",   0xffffffffffff, "ffffffff-ffff-7" },
	};
	char text[UUID_TEXT_SIZE];
	struct uuid one, two;

	for (size_t i = 0; i < NELEM(t); i++) {
		one = uuid_new_at(t[i].ms);
		two = uuid_new_at(t[i].ms);
		uuid_text(text, &one);
		text[strlen(t[i].begins)] = '\0';
		EXPECT_STRING(t[i].row, text, t[i].begins);
		EXPECT_INT(t[i].row, one.bytes[8] >> 6, 2);
		EXPECT_TRUE(t[i].row, !uuid_equal(&one, &two));
		two = uuid_new_at(t[i].ms - 1);
		EXPECT_TRUE(t[i].row, t[i].ms == 0 || memcmp(&two, &one, sizeof one) < 0);
	}
}

static void
refused(void)
{
	static const char *const rows[] = {
		"", "00ff1234", "00ff1234-5678-4abc-9def-0123456789a",
		    "00ff1234-5678-4abc-9def-0123456789abc",
		"00ff123456784abc9def0123456789ab", "00ff1234_5678-4abc-9def-0123456789ab",
		"00ff1234-5678-4abc-9def_0123456789ab", "00ff12345-678-4abc-9def-0123456789ab",
		"g0ff1234-5678-4abc-9def-0123456789ab", "00ff1234-5678-4abc-9def-0123456789ag",
		"{0ff1234-5678-4abc-9def-0123456789a}", " 0ff1234-5678-4abc-9def-0123456789ab",
		"00ff1234-5678-4abc-9def-0123456789a\n", "00ff1234-5678-4abc-9def-0x23456789ab",
		"------------------------------------", "+0ff1234-5678-4abc-9def-0123456789ab",
	};
	struct uuid id;

	for (size_t i = 0; i < NELEM(rows); i++)
		EXPECT_VERDICT(rows[i], uuid_parse(rows[i], strlen(rows[i]), &id), V_MALFORMED);
}

static CU_TestInfo tests[] = {
	{ "both ways", both_ways },
	{ "random ones", random_ones },
	{ "timed ones", timed_ones },
	{ "refused", refused },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/uuid", tests);
