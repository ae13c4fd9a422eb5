// SPDX-License-Identifier: ISC
/*
 * http/stray_limit.h - members of a body that may be meant as the limits of a token.
 *
 * Unknown members are ignored, but one that limits a token, such as "scopes" for "scope",
 * would leave it unlimited, and nobody would notice.
 */
#ifndef HTTP_STRAY_LIMIT_H
#define HTTP_STRAY_LIMIT_H

struct call;
struct json;

/*
 * Adds an error for each such member of the body that is no field of the route, to
 * c->in.errors.  body: NULL for a form.
 */
void stray_limits(struct call *c, const struct json *body);

#endif
