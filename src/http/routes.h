// SPDX-License-Identifier: ISC
/*
 * http/routes.h - what can be asked: a row for each method and path.
 */
#ifndef HTTP_ROUTES_H
#define HTTP_ROUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "http/dialect.h"

struct call;

enum method { METHOD_GET, METHOD_POST, METHOD_PATCH, METHOD_DELETE, METHOD_OPTIONS, METHODS };

enum input_place { INPUT_BODY, INPUT_QUERY };
/* INPUT_LOOSE: what is wrong counts as absent, and the handler decides. */
enum input_need { INPUT_OPTIONAL, INPUT_REQUIRED, INPUT_LOOSE };
enum input_type { INPUT_TEXT, INPUT_INTEGER, INPUT_BOOL };

/* What a route reads besides credentials.  "params.NAME" in errors. */
struct input_field {
	const char *name;
	enum input_place place;
	enum input_type type;
	enum input_need need;
	int64_t min, max;		/* of the number, or of the characters */
	size_t max_option;		/* offset in struct conf of a number for max; or 0 */
	const char *summary;
};

#define INPUT_FIELDS_MAX 4
#define CAPTURES_MAX 2

enum route_flag {
	ROUTE_CREATES = 1,		/* not for who came by a bearer token */
	ROUTE_OPEN = 2,			/* for everybody, credentials are not looked at */
	ROUTE_GUARDS = 4,		/* path, query and body are of a request to somebody else */
};

struct route {
	enum method method;
	const char *path;		/* each "{}" captures one segment */
	int (*locate)(struct call *);	/* finds the object named by the capture; or NULL */
	int (*handle)(struct call *);
	const char *event;
	unsigned flags;
	const struct input_field *fields;	/* up to one without a name; or NULL */
	const char *summary;
	enum dialect dialect;
};

extern const struct route routes[];
extern const size_t routes_count;

/* What the authorizer role asks, whatever the path. */
extern const struct route route_authorizer;

/* GET for HEAD.  METHODS for a word we do not know. */
enum method method_parse(const char *text);

/* The dialect in which a path is answered that has no row for the method. */
enum dialect dialect_of(const char *path);

/*
 * The row of path and method; captures get the segments, "" without one.
 * V_NO_ROUTE: no such path.  V_NO_METHOD: the path has no such method.  With
 * V_NO_METHOD and 0, *allow is the value of an Allow header.
 * METHOD_OPTIONS finds any row of the path.
 */
int route_find(struct arena *mem, const char *path, enum method method,
    const struct route **out, const char *captures[CAPTURES_MAX], const char **allow);

#endif
