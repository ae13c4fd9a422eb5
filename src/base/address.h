// SPDX-License-Identifier: ISC
/* base/address.h - IP addresses and networks, of either family. */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

struct address {
	uint8_t bytes[16];		/* IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2) */
};

struct network {
	struct address base;
	unsigned bits;			/* 0 to 128 */
};

/*
 * "192.0.2.1", "2001:db8::1", "fe80::1%eth0".  The zone of a link-local address
 * (RFC 4007, 11) is no part of it: a host is the same one on each link.  V_MALFORMED.
 */
int address_parse(const char *text, struct address *out);

#define ADDRESS_TEXT_SIZE 46

/* "192.0.2.1", "2001:db8::1" into out, of ADDRESS_TEXT_SIZE bytes; returns out. */
const char *address_text(char *out, const struct address *address);

bool address_is_v4(const struct address *address);

/* fe80::/10 (RFC 4291, 2.5.6): of the neighbours on a link. */
bool address_is_link_local(const struct address *address);

/* Keeps the first bits, 0 to 128, and clears the others. */
void address_mask(struct address *address, unsigned bits);

/* "192.0.2.0/24", "2001:db8::/32", or one address; without a zone.  V_MALFORMED. */
int network_parse(const char *text, struct network *out);

bool network_has(const struct network *net, const struct address *address);

#define NETWORK_TEXT_SIZE (ADDRESS_TEXT_SIZE + 4)

/* "192.0.2.0/24", and an address for a network of one; into out, of NETWORK_TEXT_SIZE bytes. */
const char *network_text(char *out, const struct network *net);

/* Are all bits behind its prefix 0? */
bool network_is_exact(const struct network *net);

/*
 * Sets of networks, as words of base/words.h.  Those of IPv6, even "::/0", have no
 * address of IPv4.  within: each network of part is part of one of whole.
 */
bool networks_have(const char *networks, const struct address *address);
bool networks_within(const char *part, const char *whole);

#endif
