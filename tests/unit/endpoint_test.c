// SPDX-License-Identifier: ISC
#include "base/endpoint.h"

#include "base/guard.h"
#include "base/verdict.h"
#include "unit.h"

static void
endpoints(void)
{
	static const struct { const char *text; bool loopback; } t[] = {
		{ "127.0.0.1:9000",        true },
		{ "127.255.255.254:1",     true },
		{ "[::1]:65535",           true },
		{ "0.0.0.0:9000",          false },
		{ "126.255.255.255:9000",  false },
		{ "128.0.0.1:9000",        false },
		{ "192.0.2.1:9000",        false },
		{ "[::]:9000",             false },
		{ "[::2]:9000",            false },
		{ "[::ffff:127.0.0.1]:80", false },
		{ "[2001:db8::1]:9000",    false },
	};
	char shown[ENDPOINT_TEXT_SIZE];
	struct endpoint e;

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].text, endpoint_parse(t[i].text, &e), 0);
		EXPECT_INT(t[i].text, endpoint_is_loopback(&e), t[i].loopback);
		EXPECT_STRING(t[i].text, endpoint_text(shown, &e), t[i].text);
	}
}

static void
no_endpoints(void)
{
	static const char *const t[] = { "", ":", "9000", ":9000", "*:9000", "localhost:9000",
	    "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:-1",
	    "127.0.0.1: 9000", "127.0.0.1:9000 ", "127.0.0.1:9000x", "127.1:9000", "127.0.0.1.:1",
	    "::1:9000", "[::1]", "[::1]9000", "[::1:9000", "[]:9000", "[", "[127.0.0.1]:9000",
	    "[::1%lo]:9000", "0x7f.0.0.1:9000", "2130706433:9000", "/run/doorward.sock",
	    "[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb]:1" };
	struct endpoint e = { .len = 7 };

	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_VERDICT(t[i], endpoint_parse(t[i], &e), V_MALFORMED);
	EXPECT_INT("output untouched", e.len, 7);
}

static CU_TestInfo tests[] = {
	{ "endpoints", endpoints },
	{ "no endpoints", no_endpoints },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/endpoint", tests);
