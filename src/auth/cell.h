// SPDX-License-Identifier: ISC
/*
 * auth/cell.h - the words of cells in memory that several processes write without locks.
 *
 * One of them, the stamp, has a time and a checksum of the others.  Of two processes that
 * write at once, or one that is killed, words of either can remain: then the checksum is
 * wrong, and the cell has nothing.
 */
#ifndef AUTH_CELL_H
#define AUTH_CELL_H

#include <stddef.h>
#include <stdint.h>

/* Of a stamp, the checksum, below the milliseconds. */
#define CELL_CHECK_BITS 22

static inline uint64_t
cell_mix(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * 0x9e3779b97f4a7c15;
	return sum ^ sum >> 29;
}

/* The stamp of a cell with those words; an empty cell has 0. */
static inline uint64_t
cell_stamp(const uint64_t *words, size_t count, uint64_t ms)
{
	uint64_t sum = cell_mix(1, ms);

	for (size_t i = 0; i < count; i++)
		sum = cell_mix(sum, words[i]);
	return ms << CELL_CHECK_BITS | (sum & (((uint64_t)1 << CELL_CHECK_BITS) - 1));
}

static inline uint64_t
cell_ms(uint64_t stamp)
{
	return stamp >> CELL_CHECK_BITS;
}

/* An IP address; zeros for a text that is none, and "" for zeros. */
void cell_put_ip(uint64_t words[2], const char *text);
void cell_ip_text(char *out, const uint64_t words[2]);	/* ADDRESS_TEXT_SIZE */

#endif
