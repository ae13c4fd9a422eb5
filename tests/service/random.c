// SPDX-License-Identifier: ISC
/* tests/service/random.c - a source of bytes for libsodium. */
#include "random.h"

#include <string.h>

#include <sodium.h>

static uint64_t draws;

/* The corpus of fuzz/backup_fuzz.c was made with these bytes. */
static void
draw(void *out, size_t len)
{
	static const uint8_t key[crypto_stream_KEYBYTES] = "of a test";
	uint8_t nonce[crypto_stream_NONCEBYTES] = { 0 };

	draws++;
	memcpy(nonce, &draws, sizeof draws);
	crypto_stream(out, len, nonce, key);
}

static uint32_t
draw_number(void)
{
	uint32_t number;

	draw(&number, sizeof number);
	return number;
}

static const char *
draw_name(void)
{
	return "of a test";
}

void
random_repeat(uint64_t drawn)
{
	static struct randombytes_implementation repeated = { .implementation_name = draw_name,
	    .random = draw_number, .buf = draw };

	draws = drawn;
	randombytes_set_implementation(&repeated);
}

void
random_restore(void)
{
	randombytes_set_implementation(&randombytes_sysrandom_implementation);
}
