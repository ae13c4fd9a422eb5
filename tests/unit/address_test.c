// SPDX-License-Identifier: ISC
#include "base/address.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

#define V4(a, b, c, d) { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d }

static void
addresses(void)
{
	static const struct { const char *in; uint8_t bytes[16]; } t[] = {
		{ "192.0.2.1",           V4(192, 0, 2, 1) },
		{ "0.0.0.0",             V4(0, 0, 0, 0) },
		{ "255.255.255.255",     V4(255, 255, 255, 255) },
		{ "::ffff:192.0.2.1",    V4(192, 0, 2, 1) },
		{ "::FFFF:c000:0201",    V4(192, 0, 2, 1) },
		{ "::",                  { 0 } },
		{ "::1",                 { [15] = 1 } },
		{ "2001:db8::1",         { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } },
		{ "2001:DB8:0:0:0:0:0:1", { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } },
		{ "fe80::1",             { 0xfe, 0x80, [15] = 1 } },
		{ "fe80::1%eth0",        { 0xfe, 0x80, [15] = 1 } },
		{ "fe80::1%2",           { 0xfe, 0x80, [15] = 1 } },
		{ "febf::1%x",           { 0xfe, 0xbf, [15] = 1 } },
	};
	struct address address;

	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i].in, address_parse(t[i].in, &address), 0);
		EXPECT_BYTES(t[i].in, address.bytes, t[i].bytes, sizeof t[i].bytes);
	}
}

static void
no_addresses(void)
{
	static const char *const t[] = {
		"", " ", "localhost", "192.0.2", "192.0.2.", "192.0.2.256", "192.0.2.1.1",
		"192.0.2.01", "192.0.2.1 ", " 192.0.2.1", "192.0.2.-1", "0x7f.0.0.1", "2130706433",
		"192.0.2.1/32", "192.0.2.1:80", "192.0.2.1,192.0.2.2", ":", ":::", "::1::", "1:2",
		"2001:db8::g", "2001:db8::12345", "[::1]", "::1%lo", "::1/128", "::ffff:192.0.2",
		"1:2:3:4:5:6:7:8:9", "unix:", "\xc3\xa9",
		"fe80::1%", "%eth0", "2001:db8::1%eth0", "fec0::1%eth0", "192.0.2.1%eth0",
		    "fe80::g%eth0",
	};
	struct address address, before;

	memset(&address, 0x5a, sizeof address);
	before = address;
	for (size_t i = 0; i < NELEM(t); i++) {
		EXPECT_VERDICT(t[i], address_parse(t[i], &address), V_MALFORMED);
		EXPECT_BYTES(t[i], &address, &before, sizeof before);
	}
}

static void
networks(void)
{
	static const struct { const char *net, *address; bool has; } t[] = {
		{ "192.0.2.1",        "192.0.2.1",        true },
		{ "192.0.2.1",        "192.0.2.2",        false },
		{ "192.0.2.1/32",     "192.0.2.1",        true },
		{ "192.0.2.1/32",     "192.0.2.0",        false },
		{ "192.0.2.0/24",     "192.0.2.0",        true },
		{ "192.0.2.0/24",     "192.0.2.255",      true },
		{ "192.0.2.0/24",     "192.0.3.0",        false },
		{ "192.0.2.0/24",     "192.0.1.255",      false },
		{ "192.0.2.77/24",    "192.0.2.1",        true },
		{ "192.0.2.0/25",     "192.0.2.127",      true },
		{ "192.0.2.0/25",     "192.0.2.128",      false },
		{ "192.0.2.128/31",   "192.0.2.129",      true },
		{ "192.0.2.128/31",   "192.0.2.130",      false },
		{ "10.0.0.0/8",       "10.255.255.255",   true },
		{ "10.0.0.0/8",       "11.0.0.0",         false },
		{ "172.16.0.0/12",    "172.31.255.255",   true },
		{ "172.16.0.0/12",    "172.32.0.0",       false },
		{ "128.0.0.0/1",      "255.0.0.1",        true },
		{ "128.0.0.0/1",      "127.0.0.1",        false },
		{ "0.0.0.0/0",        "203.0.113.9",      true },
		{ "0.0.0.0/0",        "::1",              false },
		{ "0.0.0.0/0",        "2001:db8::1",      false },
		{ "127.0.0.1",        "::ffff:127.0.0.1", true },
		{ "::ffff:127.0.0.1", "127.0.0.1",        true },
		{ "::ffff:127.0.0.0/104", "127.9.9.9",    true },
		{ "::ffff:127.0.0.0/104", "128.0.0.1",    false },
		{ "::1",              "::1",              true },
		{ "::1",              "::2",              false },
		{ "::1",              "0.0.0.1",          false },
		{ "2001:db8::/32",    "2001:db8:ffff::1", true },
		{ "2001:db8::/32",    "2001:db9::1",      false },
		{ "2001:db8::/33",    "2001:db8:7fff::",  true },
		{ "2001:db8::/33",    "2001:db8:8000::",  false },
		{ "2001:db8::/127",   "2001:db8::1",      true },
		{ "2001:db8::/127",   "2001:db8::2",      false },
		{ "2001:db8::2/128",  "2001:db8::2",      true },
		{ "::/0",             "2001:db8::1",      true },
		{ "::/0",             "192.0.2.1",        true },
	};
	struct address address;
	struct network net;
	char row[96];

	for (size_t i = 0; i < NELEM(t); i++) {
		snprintf(row, sizeof row, "%s in %s", t[i].address, t[i].net);
		EXPECT_VERDICT(row, network_parse(t[i].net, &net), 0);
		EXPECT_VERDICT(row, address_parse(t[i].address, &address), 0);
		EXPECT_INT(row, network_has(&net, &address), t[i].has);
	}
}

static void
no_networks(void)
{
	static const char *const t[] = {
		"", "/", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+8",
		"192.0.2.0/08", "192.0.2.0/8x", "192.0.2.0/ 8", "192.0.2.0 /8", "192.0.2.0/8/8",
		"192.0.2.0/255.255.255.0", "192.0.2/24", "192.0.2.0/99999999999999999999",
		"192.0.2.0/4294967296", "2001:db8::/129", "2001:db8::/-1", "2001:db8::/",
		"2001:db8::/x", "localhost", "localhost/8", "*", "192.0.2.*", "all",
		"2001:0db8:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001/64",
	};
	struct network net;

	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_VERDICT(t[i], network_parse(t[i], &net), V_MALFORMED);
}

static CU_TestInfo tests[] = {
	{ "addresses", addresses },
	{ "no addresses", no_addresses },
	{ "networks", networks },
	{ "no networks", no_networks },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/address", tests);
