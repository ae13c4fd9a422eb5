// SPDX-License-Identifier: ISC
/* base/endpoint.c - an address with a port. */
#include "base/endpoint.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/verdict.h"

#define PORT_MAX 65535
#define V4_LOOPBACK 127

static int
port_parse(const char *text, in_port_t *out)
{
	int64_t port;

	if (text_integer(text, strlen(text), &port) || port < 1 || port > PORT_MAX)
		return V_MALFORMED;
	*out = htons((uint16_t)port);
	return 0;
}

/* The len bytes at host, without brackets. */
static int
host_parse(const char *host, size_t len, bool bracketed, struct endpoint *out)
{
	char address[INET6_ADDRSTRLEN];

	if (len >= sizeof address)
		return V_MALFORMED;
	memcpy(address, host, len);
	address[len] = '\0';
	if (bracketed) {
		out->name.v6.sin6_family = AF_INET6;
		out->len = sizeof out->name.v6;
		return inet_pton(AF_INET6, address, &out->name.v6.sin6_addr) == 1 ? 0 : V_MALFORMED;
	}
	out->name.v4.sin_family = AF_INET;
	out->len = sizeof out->name.v4;
	return inet_pton(AF_INET, address, &out->name.v4.sin_addr) == 1 ? 0 : V_MALFORMED;
}

int
endpoint_parse(const char *text, struct endpoint *out)
{
	const char *colon = strrchr(text, ':');
	bool bracketed = *text == '[';
	struct endpoint found = { .len = 0 };
	size_t len;
	int r;

	if (!colon)
		return V_MALFORMED;
	len = (size_t)(colon - text);
	if (bracketed) {
		if (len < 2 || text[len - 1] != ']')
			return V_MALFORMED;
		text++;
		len -= 2;
	}
	r = host_parse(text, len, bracketed, &found);
	if (!r)
		r = port_parse(colon + 1, bracketed ? &found.name.v6.sin6_port :
		    &found.name.v4.sin_port);
	if (!r)
		*out = found;
	return r;
}

const char *
endpoint_text(char *out, const struct endpoint *endpoint)
{
	char address[INET6_ADDRSTRLEN] = "?";

	if (endpoint->name.any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &endpoint->name.v6.sin6_addr, address, sizeof address);
		snprintf(out, ENDPOINT_TEXT_SIZE, "[%s]:%u", address,
		    (unsigned)ntohs(endpoint->name.v6.sin6_port));
	} else {
		inet_ntop(AF_INET, &endpoint->name.v4.sin_addr, address, sizeof address);
		snprintf(out, ENDPOINT_TEXT_SIZE, "%s:%u", address,
		    (unsigned)ntohs(endpoint->name.v4.sin_port));
	}
	return out;
}

bool
endpoint_is_loopback(const struct endpoint *endpoint)
{
	switch (endpoint->name.any.sa_family) {
	case AF_INET:
		return ntohl(endpoint->name.v4.sin_addr.s_addr) >> 24 == V4_LOOPBACK;
	case AF_INET6:
		return IN6_IS_ADDR_LOOPBACK(&endpoint->name.v6.sin6_addr);
	default:
		return false;
	}
}
