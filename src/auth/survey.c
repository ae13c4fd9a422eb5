// SPDX-License-Identifier: ISC
/* auth/survey.c - how the store and the keys are, for programs that watch the service. */
#include "auth/survey.h"

#include "auth/where.h"
#include "base/clock.h"

#define COUNT_EVERY_MS 60000

static void
look_at_keys(const struct keyring *ring, struct survey *survey)
{
	for (size_t i = 0; i < ring->count; i++) {
		const struct ring_key *key = &ring->keys[i];

		survey->keys[key->purpose].count++;
		if (key == keyring_newest(ring, key->purpose))
			survey->keys[key->purpose].newest_ms = key->created_ms;
	}
}

static int
count(struct auth *auth, int64_t now_ms, struct survey *survey)
{
	const int64_t steady_ms = clock_steady_ms();
	struct surveyed *last = &auth->surveyed;
	int r;

	if (where_is_shared(auth->conf) && last->at_ms &&
	    steady_ms - last->at_ms < COUNT_EVERY_MS) {
		survey->counts = last->counts;
		survey->state.expired = last->expired;
		return 0;
	}
	r = store_counts(auth->store, &survey->counts);
	if (!r)
		r = care_state(auth, now_ms, &survey->state);
	if (!r)
		*last = (struct surveyed){ steady_ms, survey->state.expired, survey->counts };
	return r;
}

void
survey_take(struct auth *auth, int64_t now_ms, struct survey *survey)
{
	*survey = (struct survey){ .is_up = auth_try(auth) == 0 };
	if (survey->is_up && count(auth, now_ms, survey)) {
		survey->is_up = false;
		survey->counts = (struct store_counts){ 0 };
		survey->state = (struct store_state){ 0 };
	}
	look_at_keys(&auth->keys, survey);
}
