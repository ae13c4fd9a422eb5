// SPDX-License-Identifier: ISC
/* base/words.h - a set of words as one text: a blank stands between two, and nowhere else. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct word {
	const char *at;			/* in the text; no NUL follows */
	size_t len;
};

/* The first word of *rest, which then begins after it.  False at the end. */
bool words_next(const char **rest, struct word *word);

bool words_have(const char *words, const struct word *word);

/* Is every word of part in whole? */
bool words_within(const char *part, const char *whole);

#endif
