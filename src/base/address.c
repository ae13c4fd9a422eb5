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

static const uint8_t v4_prefix[V4_PREFIX_LEN] = { [10] = 0xff, [11] = 0xff };

static int
parse(const char *text, struct address *out)
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

bool
address_is_v4(const struct address *address)
{
	return memcmp(address->bytes, v4_prefix, sizeof v4_prefix) == 0;
}

bool
address_is_link_local(const struct address *address)
{
	return address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;
}

int
address_parse(const char *text, struct address *out)
{
	const char *zone = strchr(text, '%');
	char plain[INET6_ADDRSTRLEN] = "";
	struct address found;

	if (!zone)
		return parse(text, out);
	if (!zone[1] || (size_t)(zone - text) >= sizeof plain)
		return V_MALFORMED;
	memcpy(plain, text, (size_t)(zone - text));
	if (parse(plain, &found) || !address_is_link_local(&found))
		return V_MALFORMED;
	*out = found;
	return 0;
}

const char *
address_text(char *out, const struct address *address)
{
	const uint8_t *bytes = address->bytes;

	if (address_is_v4(address))
		inet_ntop(AF_INET, bytes + V4_PREFIX_LEN, out, ADDRESS_TEXT_SIZE);
	else
		inet_ntop(AF_INET6, bytes, out, ADDRESS_TEXT_SIZE);
	return out;
}

void
address_mask(struct address *address, unsigned bits)
{
	for (unsigned i = 0; i < sizeof address->bytes; i++, bits -= bits < 8 ? bits : 8) {
		if (bits < 8)
			address->bytes[i] &= (uint8_t)(0xff00 >> bits);
	}
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
	if (parse(base, &out->base))
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
