// SPDX-License-Identifier: ISC
/*
 * http/origin.h - what browsers say about the page that causes a request: its
 * Origin (Fetch, 3.2) and Sec-Fetch-Site (Fetch Metadata, 2.4).  Programs send
 * neither.
 */
#ifndef HTTP_ORIGIN_H
#define HTTP_ORIGIN_H

#include <stdbool.h>

struct call;

/* Is its Origin one of cors_origins, as a whole? */
bool origin_is_listed(const struct call *c);

/*
 * V_FOREIGN_SITE: a page of another site caused the request, and either it
 * writes, or the browser may have added the credential by itself or found it in
 * the page's URL.  Before credentials are looked at (API 1.4).
 */
int origin_check(struct call *c);

#endif
