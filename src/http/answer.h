// SPDX-License-Identifier: ISC
/*
 * http/answer.h - what answers look like: tables of members, by which JSON is printed
 * (http/answer.c) and described (http/openapi_schema.c).
 */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/*
 * What a member is, and what is at its place in a record.  "" and NULL of the last three kinds
 * are null.
 */
enum answer_type {
	ANSWER_FIXED,		/* nothing: the value is the row's json */
	ANSWER_BOOL,		/* bool */
	ANSWER_INTEGER,		/* int64_t */
	ANSWER_TIME,		/* int64_t, Unix milliseconds; 0 is null where the row says so */
	ANSWER_UUID,		/* struct uuid */
	ANSWER_TEXT,		/* char[] */
	ANSWER_STRING,		/* const char * */
	ANSWER_DECIMAL,		/* char[], a number as text */
	ANSWER_JSON,		/* const char *, finished JSON; the row's json is its schema */
	ANSWER_WORDS,		/* char[], words of base/words.h: an array */
	ANSWER_OBJECT,		/* a pointer to the first record of the row's shape */
	ANSWER_LIST,		/* nothing: the caller prints such objects one by one */
};

struct answer_shape;

/* A member.  It may be null, or be left out. */
struct answer_field {
	const char *name;
	enum answer_type type;
	size_t record, offset;		/* where it is in which of the records */
	const char *summary;		/* for the description; or NULL */
	bool is_nullable;		/* "", 0 and NULL are null */
	unsigned part;			/* there only if this part is asked for; 0: always */
	const struct answer_shape *shape;	/* ANSWER_OBJECT, ANSWER_LIST */
	const char *json;		/* ANSWER_FIXED, ANSWER_JSON */
};

/* An object.  Two shapes may share fields, and differ in the parts that are there. */
struct answer_shape {
	const char *name;		/* as the description calls it */
	const struct answer_field *fields;	/* up to one without a name */
	unsigned has, may;		/* sums of parts: always there, and sometimes */
};

/* What a route is answered with. */
struct answer {
	const struct answer_shape *shape;	/* NULL: an object without members */
	bool is_list;			/* an array of such objects */
	const char *media_types[2];	/* of what is not JSON, by what is accepted; else NULL */
};

extern const struct answer answer_nothing;

#define ANSWER_RECORDS_MAX 3

/* Prints an object of the records, with the parts that the shape has, and more. */
void answer_put(struct text *out, const struct answer_shape *shape,
    const void *const records[ANSWER_RECORDS_MAX], unsigned more);

/* The same of one record. */
void answer_put_one(struct text *out, const struct answer_shape *shape, const void *record,
    unsigned more);

#endif
