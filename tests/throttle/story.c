// SPDX-License-Identifier: ISC
/* tests/throttle/story.c - requests one after the other, and what each sees of the others. */
#include "story.h"

void
story_tell(struct box *box, const struct step *steps, size_t count)
{
	struct reply reply;
	int64_t before;

	for (const struct step *step = steps; step < steps + count; step++) {
		before = box_hashes(box);
		reply = box_ask(box, &step->ask);
		EXPECT_INT(step->row, reply.status, step->status);
		EXPECT_INT(step->row, ask_retry_s(&reply), step->retry_s);
		EXPECT_INT(step->row, box_hashes(box) - before, step->hashes);
	}
}
