// SPDX-License-Identifier: ISC
/* base/fault_text.c - what an administrator reads of an error. */
#include "base/fault_text.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/guard.h"

static const struct {
	int error;
	const char *text;
} ours[] = {
	{ EBADMSG,      "the database is damaged" },
	{ EPROTO,       "the database is none that this program can use" },
	{ ESTALE,       "the database is of an older version" },
	{ EUCLEAN,      "the database fell back to a former state" },
	{ ENOKEY,       "a key is missing" },
	{ EKEYREJECTED, "this is not the key file of the database" },
};

static const char *
text_of(int error)
{
	for (size_t i = 0; i < NELEM(ours); i++) {
		if (ours[i].error == error)
			return ours[i].text;
	}
	return NULL;
}

const char *
fault_text(int error)
{
	const char *text = text_of(error);

	return text ? text : strerror(error);
}

bool
fault_is_ours(int error)
{
	return text_of(error);
}
