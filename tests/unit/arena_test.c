// SPDX-License-Identifier: ISC
#include "base/arena.h"

#include <string.h>

#include "unit.h"

static void
pieces(void)
{
	GUARD(arena_free) struct arena mem;
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 32 * 1024 - 1, 32 * 1024, 100000, 3 };
	unsigned char *piece;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(sizes); i++) {
		piece = arena_alloc(&mem, sizes[i]);
		EXPECT_TRUE("aligned", piece && (uintptr_t)piece % _Alignof(max_align_t) == 0);
		for (size_t k = 0; k < sizes[i]; k++) {
			if (piece[k])
				EXPECT_INT("zeroed", piece[k], 0);
		}
		memset(piece, 0xff, sizes[i]);
	}
	arena_wipe(&mem);
	piece = arena_alloc(&mem, 30 * 1024);
	for (size_t k = 0; k < 30 * 1024; k++) {
		if (piece[k])
			EXPECT_INT("zeroed after a wipe", piece[k], 0);
	}
}

static void
refusals(void)
{
	GUARD(arena_free) struct arena mem;

	arena_init(&mem, 64);
	EXPECT_TRUE("within the limit", arena_alloc(&mem, 48) != NULL);
	EXPECT_TRUE("all were there", !mem.ran_out);
	EXPECT_TRUE("past the limit", arena_alloc(&mem, 17) == NULL);
	EXPECT_TRUE("to the limit", arena_alloc(&mem, 16) != NULL);
	EXPECT_TRUE("absurd", arena_alloc(&mem, SIZE_MAX - 8) == NULL);
	EXPECT_TRUE("text past the limit", arena_strdup(&mem, "x") == NULL);
	EXPECT_TRUE("printed past the limit", arena_printf(&mem, "%d", 1) == NULL);
	EXPECT_TRUE("that is kept in mind", mem.ran_out);
	arena_wipe(&mem);
	EXPECT_TRUE("until a wipe", !mem.ran_out);
	EXPECT_STRING("after a wipe", arena_printf(&mem, "%d-%s", 1, "a"), "1-a");
	EXPECT_STRING("a part", arena_strndup(&mem, "abcdef", 3), "abc");
}

static CU_TestInfo tests[] = {
	{ "pieces", pieces },
	{ "refusals", refusals },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("base/arena", tests);
