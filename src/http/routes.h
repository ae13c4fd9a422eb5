// SPDX-License-Identifier: ISC
/*
 * http/routes.h - the requests: a row for each method and path.
 */
#ifndef HTTP_ROUTES_H
#define HTTP_ROUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/uuid.h"
#include "http/dialect.h"

struct answer;
struct call;
struct conf;
struct gate;

enum method { METHOD_GET, METHOD_POST, METHOD_PATCH, METHOD_DELETE, METHOD_OPTIONS, METHODS,
    METHOD_ANY };			/* the last in rows alone: also those that we do not know */

/*
 * INPUT_JSON: a body that must not be a form.  A route that reads a body has a field of it
 * first; others may be in the query.
 */
enum input_place { INPUT_BODY, INPUT_JSON, INPUT_QUERY };
/* INPUT_LOOSE: a wrong value is treated as absent, and the handler decides. */
enum input_need { INPUT_OPTIONAL, INPUT_REQUIRED, INPUT_LOOSE };
/* INPUT_LABEL: a text that a person sees as it is (base/unicode.h). */
/*
 * INPUT_USER, INPUT_ACCOUNT: every member of the body that is no other field of the route,
 * as a field of such a record (http/input_record.h).  INPUT_PASSWORD: a text, which is never
 * sent back, or null.
 */
/* INPUT_SCOPE, INPUT_ADDRESSES: a list, or a text of them; as auth/limit.h has them. */
/* INPUT_SECRET: a text that no error sends back. */
/* INPUT_STRAY: any member that may be meant as a limit and is not; each of them is wrong. */
enum input_type { INPUT_TEXT, INPUT_INTEGER, INPUT_BOOL, INPUT_UUID, INPUT_LABEL, INPUT_SCOPE,
    INPUT_ADDRESSES, INPUT_SECRET, INPUT_PASSWORD, INPUT_STRAY, INPUT_USER, INPUT_ACCOUNT };

/* What a route reads besides credentials.  "params.NAME" in errors. */
struct input_field {
	const char *name;
	enum input_place place;
	enum input_type type;
	enum input_need need;
	int64_t min, max;		/* of the number, or of the characters */
	size_t max_option;		/* offset in struct conf of a number for max; or 0 */
	const char *summary;		/* what it is, in a few words */
};

#define INPUT_FIELDS_MAX 6

/* What the path names, by the types in its row; other members are empty. */
struct named {
	const char *token;		/* {token}: as sent, a token or its uuid */
	struct uuid id;			/* {uuid}: nil, which nothing has, if it is not one */
	const char *domain;		/* {domain}: as stored, "*" for all; "" if it is not one */
};

/* A kind of segment of a path, or all that is left. */
struct path_type {
	const char *name;		/* with its braces */
	bool takes_all;			/* and that may be nothing */
	int (*parse)(struct arena *mem, const char *segment, size_t len, struct named *out);
	const char *summary;
	const char *format;		/* as JSON Schema calls it; or NULL */
};

/* The type that pattern begins with, at a brace. */
const struct path_type *path_type_at(const char *pattern);

/* permit, locate and handle return results of base/verdict.h. */
struct route {
	enum method method;
	const char *path;
	const struct input_field *fields;	/* up to one without a name; or NULL */
	const char *event;			/* in the log */
	int (*permit)(struct call *);		/* may this caller do this at all?  NULL: yes */
	int (*locate)(struct call *);		/* looks up what the path names; or NULL */
	int (*handle)(struct call *);
	const struct gate *gate;		/* NULL: the gate of the path's dialect */
	/*
	 * What the scope of a bearer token must have, if it has one: names; SCOPE_ANY: permit
	 * or handle decides; NULL: it may not call this at all.
	 */
	const char *scope;
	const char *summary;			/* what it does, in a few words */
	const struct answer *answer;		/* NULL: without a body */
	uint64_t refuses;			/* VERDICT_BIT of what only handle returns */
};

#define SCOPE_ANY ""

extern const struct route routes[];
extern const size_t routes_count;

/* The request of the authorizer role, whatever the path. */
extern const struct route route_authorizer;

/* GET for HEAD.  METHODS for an unknown one. */
enum method method_parse(const char *text);

/* The dialect for a path, whether or not there is a row for it. */
enum dialect dialect_of(const char *path);

/* Is it switched off?  Then its paths are not there at all. */
bool dialect_is_off(enum dialect dialect, const struct conf *conf);

/* Is the caller's account part of the answer? */
bool route_shows_account(const struct route *route);

/* Do two patterns mean the same paths?  Their types may differ. */
bool route_is_same_path(const char *a, const char *b);

/* "GET"; for one of the rows but METHOD_ANY. */
const char *method_name(enum method method);

/*
 * The row of path and method, and what the path names.  V_NO_ROUTE: no such
 * path.  V_NO_METHOD: the path does not have this method.  *pattern is the
 * pattern of the path, NULL with V_NO_ROUTE.  METHOD_OPTIONS finds any row of the path.
 */
int route_find(struct arena *mem, const char *path, enum method method, const char **pattern,
    const struct route **out, struct named *named);

/* "GET, HEAD, OPTIONS": what a pattern, or NULL for an unknown path, allows; -ENOMEM. */
int route_allow(struct arena *mem, const char *pattern, const char **allow);

#endif
