// SPDX-License-Identifier: ISC
/* base/endpoint.h - an address with a port. */
#ifndef BASE_ENDPOINT_H
#define BASE_ENDPOINT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

struct endpoint {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} name;
	socklen_t len;
};

/* "127.0.0.1:9000", "[::1]:9000": numbers only, a port from 1 to 65535.  V_MALFORMED. */
int endpoint_parse(const char *text, struct endpoint *out);

#define ENDPOINT_TEXT_SIZE 64

/* The same form into out, of ENDPOINT_TEXT_SIZE bytes; returns out. */
const char *endpoint_text(char *out, const struct endpoint *endpoint);

/* Is it a loopback address?  127.0.0.0/8 and ::1 (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). */
bool endpoint_is_loopback(const struct endpoint *endpoint);

#endif
