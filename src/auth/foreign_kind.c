// SPDX-License-Identifier: ISC
/* auth/foreign_kind.c - what the kinds of foreign hashes have in common. */
#include "auth/foreign_kind.h"

bool
foreign_in_bound(const struct foreign_bound *bound, unsigned long value, bool costly)
{
	return value >= bound->least && value <= (costly ? bound->most : bound->usual);
}

unsigned long
foreign_number(const char **at, char end)
{
	unsigned long value = 0;
	const char *c = *at;

	if (*c == '0')
		return 0;
	for (; *c >= '0' && *c <= '9'; c++) {
		value = 10 * value + (unsigned long)(*c - '0');
		if (value > 0x7fffffff)
			return 0;
	}
	if (*c != end)
		return 0;
	*at = c + 1;
	return value;
}
