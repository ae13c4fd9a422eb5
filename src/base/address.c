// SPDX-License-Identifier: ISC
/* base/address.c - IP addresses and networks, of either family. */
#include "base/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/verdict.h"
#include "base/words.h"

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

const char *
network_text(char *out, const struct network *net)
{
	const bool is_v4 = address_is_v4(&net->base);
	size_t len;

	address_text(out, &net->base);
	len = strlen(out);
	if (net->bits < BITS_MAX)
		snprintf(out + len, NETWORK_TEXT_SIZE - len, "/%u",
		    net->bits - (is_v4 ? V4_PREFIX_BITS : 0));
	return out;
}

bool
network_is_exact(const struct network *net)
{
	struct address masked = net->base;

	address_mask(&masked, net->bits);
	return memcmp(&masked, &net->base, sizeof masked) == 0;
}

/* What is no network, as no set has, gives one that has nothing. */
static bool
network_of(const struct word *word, struct network *net)
{
	char text[NETWORK_TEXT_SIZE];

	if (word->len >= sizeof text)
		return false;
	memcpy(text, word->at, word->len);
	text[word->len] = '\0';
	return network_parse(text, net) == 0;
}

static bool
is_part(const struct network *part, const struct network *whole)
{
	return part->bits >= whole->bits && network_has(whole, &part->base) &&
	    address_is_v4(&part->base) == address_is_v4(&whole->base);
}

static bool
is_within(const struct network *part, const char *networks)
{
	struct network net;
	struct word word;

	while (words_next(&networks, &word)) {
		if (network_of(&word, &net) && is_part(part, &net))
			return true;
	}
	return false;
}

bool
networks_have(const char *networks, const struct address *address)
{
	return is_within(&(struct network){ *address, BITS_MAX }, networks);
}

bool
networks_within(const char *part, const char *whole)
{
	struct network net;
	struct word word;

	while (words_next(&part, &word)) {
		if (!network_of(&word, &net) || !is_within(&net, whole))
			return false;
	}
	return true;
}
