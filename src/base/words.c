// SPDX-License-Identifier: ISC
/* base/words.c - a set of words as one text. */
#include "base/words.h"

#include <string.h>

bool
words_next(const char **rest, struct word *word)
{
	word->at = *rest;
	word->len = strcspn(*rest, " ");
	*rest += word->len;
	*rest += **rest == ' ';
	return word->len > 0;
}

bool
words_have(const char *words, const struct word *word)
{
	struct word other;

	while (words_next(&words, &other)) {
		if (other.len == word->len && memcmp(other.at, word->at, word->len) == 0)
			return true;
	}
	return false;
}

bool
words_within(const char *part, const char *whole)
{
	struct word word;

	while (words_next(&part, &word)) {
		if (!words_have(whole, &word))
			return false;
	}
	return true;
}
