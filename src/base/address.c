// SPDX-License-Identifier: ISC
/* base/address.c - IP addresses and networks, of either family. */
#include "base/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"
#include "base/verdict.h"

#define V4_PREFIX_LEN	12
#define V4_PREFIX_BITS	96
#define BITS_MAX	128
#define SITE_LEN	8

static const uint8_t v4_prefix[V4_PREFIX_LEN] = { [10] = 0xff, [11] = 0xff };

int
address_parse(const char *text, struct address *out)
{
	struct address found = { { 0 } };

	if (inet_pton(AF_INET6, text, found.bytes) != 1) {
		memcpy(found.bytes, v4_prefix, sizeof v4_prefix);
		if (inet_pton(AF_INET, text, found.bytes + V4_PREFIX_LEN) != 1)
			return V_MALFORMED;
	}
	*out = found;
	return 0;
}

static bool
is_v4(const struct address *address)
{
	return memcmp(address->bytes, v4_prefix, sizeof v4_prefix) == 0;
}

const char *
address_text(char *out, const struct address *address)
{
	const uint8_t *bytes = address->bytes;

	if (is_v4(address))
		inet_ntop(AF_INET, bytes + V4_PREFIX_LEN, out, ADDRESS_TEXT_SIZE);
	else
		inet_ntop(AF_INET6, bytes, out, ADDRESS_TEXT_SIZE);
	return out;
}

void
address_to_site(struct address *address)
{
	if (!is_v4(address))
		memset(address->bytes + SITE_LEN, 0, sizeof address->bytes - SITE_LEN);
}

int
network_parse(const char *text, struct network *out)
{
	const char *slash = strchr(text, '/');
	unsigned offset = strchr(text, ':') ? 0 : V4_PREFIX_BITS;
	char base[INET6_ADDRSTRLEN] = "";
	int64_t bits = BITS_MAX - offset;
	size_t len = slash ? (size_t)(slash - text) : strlen(text);

	if (len >= sizeof base)
		return V_MALFORMED;
	memcpy(base, text, len);
	if (slash && (text_integer(slash + 1, strlen(slash + 1), &bits) || bits < 0 ||
	    bits > BITS_MAX - offset))
		return V_MALFORMED;
	if (address_parse(base, &out->base))
		return V_MALFORMED;
	out->bits = (unsigned)bits + offset;
	return 0;
}

bool
network_has(const struct network *net, const struct address *address)
{
	unsigned whole = net->bits / 8, rest = net->bits % 8;
	uint8_t mask = (uint8_t)(0xff00 >> rest);

	if (memcmp(net->base.bytes, address->bytes, whole) != 0)
		return false;
	return !rest || ((net->base.bytes[whole] ^ address->bytes[whole]) & mask) == 0;
}
