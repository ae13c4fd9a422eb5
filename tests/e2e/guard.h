// SPDX-License-Identifier: ISC
/*
 * tests/e2e/guard.h - a site of files and PHP, and an HTTP server, that the web server
 * lets doorward guard by the recipes of deploy/.
 */
#ifndef TESTS_E2E_GUARD_H
#define TESTS_E2E_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "e2e.h"

#define PAGE "/private/page.txt"
#define WHO "/private/who.php"
#define ADMIN_PAGE "/private/admin/page.txt"
#define SERVICE "/service/who"
#define ADMIN_SERVICE "/service/admin/who"
#define ADMIN "Authorization: Basic $admin"

/* What every page of the site has in it, and nothing else. */
bool guard_is_content(const struct http_answer *answer);

/* Asks.  The answer has HSTS, and no header that is meant for the web server. */
struct http_answer guard_ask(const struct row *row);

/* Nothing of the page comes out, and the status says why.  Rows without a path are for all. */
void guard_refuse(const struct row *rows, size_t count);
#define REFUSE(rows) guard_refuse(rows, NELEM(rows))

#endif
