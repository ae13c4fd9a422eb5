// SPDX-License-Identifier: ISC
/* tests/print_routes.c - "METHOD PATH" of each row of routes[], for check-routes.sh. */
#include <stdio.h>

#include "base/descriptors.h"
#include "base/guard.h"
#include "http/routes.h"

int
main(void)
{
	static const char *const names[] = { "GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS" };
	size_t k;

	if (descriptors_fill())
		return 99;
	for (size_t i = 0; i < routes_count; i++) {
		for (k = 0; k < NELEM(names) && method_parse(names[k]) != routes[i].method; k++)
			;
		printf("%s %s\n", routes[i].method == METHOD_ANY ? "ANY" :
		    k < NELEM(names) ? names[k] : "?", routes[i].path);
	}
	return 0;
}
