// SPDX-License-Identifier: ISC
/* auth/cell.c - addresses as words of cells. */
#include "auth/cell.h"

#include <string.h>

#include "base/address.h"

void
cell_put_ip(uint64_t words[2], const char *text)
{
	struct address address = { { 0 } };

	(void)address_parse(text, &address);
	memcpy(words, address.bytes, sizeof address.bytes);
}

void
cell_ip_text(char *out, const uint64_t words[2])
{
	struct address address;

	memcpy(address.bytes, words, sizeof address.bytes);
	*out = '\0';
	if (words[0] || words[1])
		address_text(out, &address);
}
