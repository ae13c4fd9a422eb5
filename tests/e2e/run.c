// SPDX-License-Identifier: ISC
/* tests/e2e/run.c - runs rows, and checks what holds for every answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "e2e.h"
#include "record.h"

/* API 1.2: the phrase is part of the contract. */
static const struct { int status; const char *reason; } reasons[] = {
	{ 200, "OK" },
	{ 204, "No Content" },
	{ 301, "Moved Permanently" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 409, "Conflict" },
	{ 411, "Length Required" },
	{ 413, "Payload Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 429, "Too Many Requests" },
	{ 501, "Not Implemented" },
	{ 503, "Service Unavailable" },
};

static const char *
reason_of(int status)
{
	for (size_t i = 0; i < NELEM(reasons); i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return "?";
}

/* Only some statuses have these headers, and then they must. */
static void
check_special(const struct row *row, const struct http_answer *answer)
{
	static const struct { const char *name; int first, second; } special[] = {
		{ "WWW-Authenticate", 401, 0 },
		{ "Allow",            405, 204 },
		{ "Retry-After",      429, 503 },
		{ "Location",         301, 308 },
	};

	for (size_t i = 0; i < NELEM(special); i++) {
		bool has = http_header(test_mem(), answer, special[i].name, 0) != NULL;
		bool may = answer->status == special[i].first ||
		    answer->status == special[i].second;

		if (!test_int(TEST_AT(row->row, special[i].name), has, may))
			printf("\n    headers:\n%s", answer->headers);
	}
}

static bool
is_redirect(const struct row *row)
{
	return row->status == 301 || row->status == 308;
}

/* Headers of doorward, not of the web server; redirects have the same ones. */
static void
check_ours(const struct row *row, const struct http_answer *answer)
{
	bool bare = row->status == 204 || is_redirect(row);
	const char *type = http_header(test_mem(), answer, "Content-Type", 0);

	if (!is_redirect(row) || !web_redirects_with_page())
		EXPECT_STRING(row->row, type, bare ? NULL :
		    row->type ? row->type : "application/json; charset=utf-8");
	EXPECT_STRING(row->row, http_header(test_mem(), answer, "Cache-Control", 0),
	    row->kept ? "public, max-age=300" : "no-store");
	EXPECT_STRING(row->row, http_header(test_mem(), answer, "Cache-Control", 1), NULL);
	if (row->plain)
		return;
	EXPECT_STRING(row->row, http_header(test_mem(), answer, "X-Content-Type-Options", 0),
	    "nosniff");
	EXPECT_STRING(row->row, http_header(test_mem(), answer, "Strict-Transport-Security", 0),
	    "max-age=31536000");
	if (row->status == 204 || strcmp(row->method, "HEAD") == 0)
		EXPECT_INT(row->row, (int64_t)answer->body_len, 0);
}

static void
check_wanted(const struct row *row, const struct http_answer *answer)
{
	for (size_t i = 0; i < NELEM(row->want) && row->want[i]; i++) {
		const char *want = row->want[i], *got;
		bool fits = false;

		if (want[0] == '!') {
			EXPECT_STRING(row->row, http_header(test_mem(), answer, want + 1, 0), NULL);
			continue;
		}
		for (int n = 0; !fits; n++) {
			got = http_header(test_mem(), answer,
			    arena_strndup(test_mem(), want, strcspn(want, ":")), n);
			if (!got)
				break;
			fits = shape_fits(test_mem(), got, strchr(want, ':') + 2);
		}
		if (!test_true(TEST_AT(row->row, want), fits))
			printf("\n    headers:\n%s", answer->headers);
	}
}

static const char *
default_shape(const struct row *row)
{
	switch (row->status) {
	case 401:
		return FAIL(401, "Wrong credentials");
	case 403:
		return FAIL(403, "Forbidden");
	case 429:
		return FAIL(429, "Too many requests");
	case 405:
		return FAIL(405, "Method not allowed");
	case 204: case 301: case 308:
		return "";
	default:
		return "<rest>";
	}
}

static void
check_body(const struct row *row, const struct http_answer *answer)
{
	const char *shape = row->shape ? row->shape : default_shape(row);

	if (strcmp(row->method, "HEAD") == 0)
		shape = "";
	else if (is_redirect(row) && web_redirects_with_page())
		shape = "<rest>";
	if (!test_true(TEST_AT(row->row, "body"), strlen(answer->body) == answer->body_len &&
	    shape_fits(test_mem(), answer->body, shape)))
		printf("\n    body:\n\t%s\n    shape:\n\t%s", answer->body,
		    words_in(test_mem(), quotes_in(test_mem(), shape)));
}

/* The Content-Type of a body goes first, so that a row can say otherwise. */
static void
fill_headers(const struct row *row, struct http_request *ask)
{
	size_t n = 0;

	for (size_t i = 0; i < HTTP_HEADERS_MAX && row->headers[i]; i++)
		ask->headers[n++] = words_in(test_mem(), row->headers[i]);
	if (row->json)
		ask->headers[n++] = JSON;
	else if (row->form || row->parts)
		ask->headers[n++] = row->form ? FORM : PARTS;
}

/* The pairs of a form, as a browser would send them for FormData. */
static const char *
in_parts(const char *form)
{
	struct text t;

	text_init(&t, test_mem());
	for (size_t len; *form; form += len + (form[len] == '&')) {
		size_t name_len = strcspn(form, "=");

		len = strcspn(form, "&");
		text_puts(&t, "--e2e\r\nContent-Disposition: form-data; name=\"");
		text_put(&t, form, name_len);
		text_puts(&t, "\"\r\n\r\n");
		text_put(&t, form + name_len + 1, len - name_len - 1);
		text_puts(&t, "\r\n");
	}
	text_puts(&t, "--e2e--\r\n");
	return t.data;
}

static void
fill_body(const struct row *row, struct http_request *ask)
{
	ask->body = row->raw;
	if (row->json)
		ask->body = words_in(test_mem(), quotes_in(test_mem(), row->json));
	else if (row->form)
		ask->body = words_in(test_mem(), row->form);
	else if (row->parts)
		ask->body = in_parts(words_in(test_mem(), row->parts));
	if (ask->body)
		ask->body_len = row->raw_len ? row->raw_len : strlen(ask->body);
}

/* The row as this stack's web server has it. */
static struct row
row_here(const struct row *row)
{
	struct row here = *row;

	here.status = web_status(row->status, &here.foreign);
	return here;
}

struct http_answer
run_row(const struct row *general)
{
	const struct row here = row_here(general), *row = &here;
	struct http_request ask = { .method = row->method, .http2 = row->http2,
		.target = row->target ? words_in(test_mem(), row->target) : NULL,
		    .from = row->from };
	struct http_answer answer;

	ask.url = arena_printf(test_mem(), "%s%s", word(row->plain ? "http" : "https"),
	    words_in(test_mem(), row->path));
	fill_headers(row, &ask);
	fill_body(row, &ask);
	answer = http_call(test_mem(), &ask);
	/* a server that closes before the body ends may reset its answer away with it */
	for (int i = 0; i < 3 && !answer.status && row->status == 413; i++)
		answer = http_call(test_mem(), &ask);
	record_exchange(row->row, &ask, &answer);
	if (!EXPECT_INT(row->row, answer.status, row->status))
		printf("\n    %s %s\n    %s%s", ask.method, ask.url, answer.headers, answer.body);
	if (row->foreign || answer.status != row->status)
		return answer;
	if (!row->http2)
		EXPECT_STRING(row->row, answer.reason, reason_of(row->status));
	check_ours(row, &answer);
	check_special(row, &answer);
	check_wanted(row, &answer);
	check_body(row, &answer);
	return answer;
}

void
run_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		run_row(&rows[i]);
}

void
run_forms(const struct row *rows, size_t count)
{
	run_rows(rows, count);
	for (size_t i = 0; i < count; i++) {
		struct row row = rows[i];

		row.row = arena_printf(test_mem(), "%s, in parts", row.row);
		row.parts = row.form;
		row.form = NULL;
		run_row(&row);
	}
}

void
log_in(const char *name, const char *header)
{
	struct row row = { "log in", "GET", "/rest/auth", { header }, .status = 200 };
	const char *at = strstr(run_row(&row).body, "\"token\":\"");

	if (!test_true(TEST_AT(header, "token"), at != NULL))
		return;
	at += strlen("\"token\":\"");
	word_set(name, arena_strndup(test_mem(), at, strcspn(at, "\"")));
	keep_out_of_logs(word(name));
}

void
make_token(const char *name, const char *header)
{
	struct row row = { "make a token", "POST", "/rest/token", { header }, .status = 200,
		.json = "{'name':'made','ttl':3600}", .shape = NEW_TOKEN("made", 3600, ) };

	run_row(&row);
	word_set(name, word("t"));
	word_set(arena_printf(test_mem(), "%s_uuid", name), word("u"));
	keep_out_of_logs(word(name));
}

/* lighttpd starts new processes once a second. */
bool
web_answers_again(void)
{
	static const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };
	struct http_request ask = { .method = "GET",
	    .url = words_in(test_mem(), "$https/rest/auth") };

	for (int i = 0; i < 60; i++) {
		if (http_call(test_mem(), &ask).status == 401)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}
