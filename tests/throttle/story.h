// SPDX-License-Identifier: ISC
/* tests/throttle/story.h - requests one after the other, and what each sees of the others. */
#ifndef THROTTLE_STORY_H
#define THROTTLE_STORY_H

#include "service/ask.h"
#include "test.h"

/* Of struct ask: address, login name and time. */
#define HOME	.source = "192.0.2.1"
#define OFFICE	.source = "192.0.2.2"
#define EVIL	.source = "198.51.100.7"
#define BASIC(mail, secret) .email = mail, .password = secret
#define AT(seconds) .later_ms = (seconds) * SECOND

struct step {
	const char *row;
	struct ask ask;
	int status;
	int64_t retry_s;
	int hashes;			/* that it costs */
};

void story_tell(struct box *box, const struct step *steps, size_t count);
#define TELL(box, steps) story_tell(box, steps, NELEM(steps))

#endif
