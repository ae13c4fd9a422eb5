// SPDX-License-Identifier: ISC
/*
 * tests/e2e/e2e.h - rows of requests and of what must come back.
 *
 * Rows are run in their order, so a table reads as a story: <secret:t1> in one
 * row is $t1 in the next.  Known from the start:
 *	$alice $bob                      base64 of their email:password
 *	$alice_email $alice_password     and the same of bob
 *	$https $http $name               base addresses; localhost:port
 */
#ifndef E2E_E2E_H
#define E2E_E2E_H

#include <sys/types.h>

#include "http.h"
#include "shape.h"
#include "test.h"
#include "web.h"

struct row {
	const char *row, *method, *path;
	const char *headers[HTTP_HEADERS_MAX];
	int status;			/* or an enum way */
	const char *shape;		/* of the body; NULL: as the status has it */
	const char *type;		/* its Content-Type; NULL: that of JSON */
	const char *want[4];		/* headers: "Name: shape", "!Name" for its absence */
	const char *json, *form;	/* bodies with their Content-Type; json with ' for " */
	const char *parts;		/* as form, but sent as multipart/form-data */
	const char *raw;		/* body as it is, and no Content-Type */
	size_t raw_len;			/* where raw has a NUL */
	bool plain, http2;		/* over HTTP, over HTTP/2 */
	bool kept;			/* the answer may be, by caches */
	bool foreign;			/* answered by the web server: only the status is compared */
	const char *target;		/* in the request line, in place of the path */
	const char *from;		/* ours, in 127.0.0.0/8; NULL: 127.0.0.1 */
};

#define ALICE "Authorization: Basic $alice"
#define BOB "Authorization: Basic $bob"
#define JSON "Content-Type: application/json"
#define FORM "Content-Type: application/x-www-form-urlencoded"
#define PARTS "Content-Type: multipart/form-data; boundary=e2e"

#define OK(payload) "{'success':true,'payload':" payload "}"
#define FAIL(status, message) \
	"{'success':false,'status':" #status ",'message':'" message "'}"
#define BAD_FIELDS(fields) \
	"{'success':false,'status':400,'message':'ValidateError','fields':{" fields "}}"
#define FIELD(name, message) "'params." name "':{'message':'" message "'}"
#define FIELD_VALUE(name, message, value) \
	"'params." name "':{'message':'" message "','value':" value "}"

#define NEW_TOKEN(name, ttl, n) OK("{'name':'" name "','ttl':" #ttl ",'token':'<secret:t" #n ">'," \
	"'expired_on':'<time>','uuid':'<uuid:u" #n ">','created_on':'<time>','modified_on':'<time>'}")
#define LISTED(name, ttl, n) "{'created_on':'<time>','modified_on':'<time>','uuid':'$u" #n "'," \
	"'token':'<masked>','name':'" name "','ttl':" #ttl ",'expired_on':'<time>'}"

#define DELETED(token, name, n) OK("{'created_on':'<time>','modified_on':'<time>','token':'" \
	token "','name':'" name "','expired_on':'<time>','uuid':'$u" #n "'}")

void run_rows(const struct row *rows, size_t count);
#define RUN(rows) run_rows(rows, NELEM(rows))

/* One row by itself; the answer is in the arena of the running test. */
struct http_answer run_row(const struct row *row);

/* Waits until doorward answers again after its workers died; false after 3 s. */
bool web_answers_again(void);

/* Rows whose form is sent urlencoded first, and then in parts. */
void run_forms(const struct row *rows, size_t count);
#define RUN_FORMS(rows) run_forms(rows, NELEM(rows))

/* Logs in by a header, and remembers the JWT as that word. */
void log_in(const char *name, const char *header);

/* Creates a token of 1 h, authenticated by a header: words name and name_uuid. */
void make_token(const char *name, const char *header);

/* A line that must not appear in any log. */
void keep_out_of_logs(const char *secret);

/* base64 of text. */
const char *encode64(const char *text);

/*
 * doorwardctl with these arguments ($words are replaced), and input on stdin:
 * its exit status.  What it printed becomes the word "printed".
 */
int ctl(const char *input, const char *const *arguments);
#define CTL(input, ...) ctl(input, (const char *const[]){ __VA_ARGS__, NULL })

/* Creates a user with that password; the word name becomes its base64. */
void make_user(const char *name, const char *email, const char *password);

/* Are these bytes anywhere in the database? */
bool in_data_file(const void *bytes, size_t len);

/* Sets the clock of doorward forward, or back. */
void clock_shift(int64_t seconds);

/* The processes that answer requests, at most max of them. */
size_t workers(pid_t *pids, size_t max);

/* Has the process ended, so that all of its connections are closed? */
bool has_ended(pid_t pid);

/* An integer claim of a JWT, -1 if it has none; and whether it has the claim at all. */
int64_t jwt_claim(const char *jwt, const char *name);
const char *jwt_part(const char *jwt, int part);

extern CU_TestInfo transport_tests[], body_tests[], guard_tests[], guard_life_tests[],
    proxy_tests[], credential_tests[], auth_tests[], refusal_tests[],
    field_tests[], token_tests[], oauth_tests[], life_tests[], self_tests[], admin_tests[], log_tests[], form_tests[],
    ha1b_tests[], option_tests[], provider_tests[], throttle_tests[], foreign_tests[];

#endif
