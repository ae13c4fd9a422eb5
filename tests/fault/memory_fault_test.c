// SPDX-License-Identifier: ISC
/* The arena of a request ends, a little later each time. */
#include <string.h>

#include "fault.h"

#define ROOM_STEP 16		/* what the arena rounds to */
#define ROOM_MAX ((size_t)256 * 1024)
#define ROOM_FINE ((size_t)8 * 1024)	/* up to here each step is tried */

/* Asks a row with so much room; true if the answer is that of a row with enough. */
static bool
ask_in(const struct fault_row *row, size_t room)
{
	struct reply reply;
	struct box my;
	bool enough;

	fault_open(&my);
	my.room = room;
	reply = box_ask(&my, &row->ask);
	enough = reply.status == row->status;
	if (enough)
		fault_expect_good(row, &reply);
	else
		fault_expect_refusal(row, &reply, reply.status == 503 ? 503 : 500);
	box_close(&my);
	return enough;
}

static void
every_room(void)
{
	size_t room, least = ROOM_MAX;

	for (size_t i = 0; i < fault_rows_count; i++) {
		/* a password takes a while, and no more of the arena than a token */
		if (fault_rows[i].ask.authorization &&
		    strncmp(fault_rows[i].ask.authorization, "Basic", 5) == 0)
			continue;
		room = ROOM_STEP;
		while (room < ROOM_MAX && !ask_in(&fault_rows[i], room))
			room += room < ROOM_FINE ? ROOM_STEP : room / 64;
		EXPECT_TRUE(fault_rows[i].row, room < ROOM_MAX);
		least = room < least ? room : least;
	}
	EXPECT_TRUE("something takes room", least > ROOM_STEP);
}

static void
passwords(void)
{
	for (size_t i = 0; i < fault_rows_count; i++) {
		if (!fault_rows[i].ask.authorization ||
		    strncmp(fault_rows[i].ask.authorization, "Basic", 5) != 0)
			continue;
		for (size_t room = ROOM_STEP; room < ROOM_MAX; room *= 2)
			ask_in(&fault_rows[i], room);
		EXPECT_TRUE(fault_rows[i].row, ask_in(&fault_rows[i], ROOM_MAX));
	}
}

static CU_TestInfo tests[] = {
	{ "every room", every_room },
	{ "passwords", passwords },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("memory fails", tests);
