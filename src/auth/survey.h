// SPDX-License-Identifier: ISC
/* auth/survey.h - how the store and the keys are, for programs that watch the service. */
#ifndef AUTH_SURVEY_H
#define AUTH_SURVEY_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/care.h"

struct survey {
	/* is_up: the store was read just now.  Else counts and state are all 0. */
	bool is_up;
	struct store_counts counts;
	struct store_state state;

	/* as this process has them; newest_ms: 0 for none */
	struct { uint64_t count; int64_t newest_ms; } keys[KEY_PURPOSES];
};

/*
 * A fault of the store is logged, and no result: the survey says what it can.  Records of
 * a store that several machines share take long to count: that is done once a minute.
 */
void survey_take(struct auth *auth, int64_t now_ms, struct survey *survey);

#endif
