// SPDX-License-Identifier: ISC
/*
 * http/openapi.h - the description of the HTTP interface, in the form of OpenAPI 3.1.
 *
 * It is printed from the tables that answer requests: routes[] with its fields, the gates,
 * the places of credentials, the words of the dialects.  What is switched off is not in it.
 */
#ifndef HTTP_OPENAPI_H
#define HTTP_OPENAPI_H

#include "base/text.h"
#include "conf/conf.h"

/* Puts the whole of it, one JSON object; -errno. */
int openapi_put(struct text *out, const struct conf *conf);

#endif
