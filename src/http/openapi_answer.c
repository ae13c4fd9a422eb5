// SPDX-License-Identifier: ISC
/* http/openapi_answer.c - what a route is answered with, by the words of its dialect. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/guard.h"
#include "base/verdict.h"
#include "http/dialect.h"
#include "http/gate.h"
#include "http/openapi_parts.h"

#define STATUS_MAX 599

/* What a fault of the service is answered with: one that passes by itself, and any other. */
static const int faults[] = { -EIO, -EINVAL };

/* What the steps of http/serve.c can return for this route. */
static uint64_t
verdicts_of(const struct conf *conf, const struct route *route)
{
	const bool reads_body = route->fields && route->fields[0].place != INPUT_QUERY;
	const struct gate *gate = openapi_gate(route);
	const struct { bool may; uint64_t verdicts; } steps[] = {
		{ true, VERDICT_BIT(V_HEADERS_TOO_LARGE) | VERDICT_BIT(V_BAD_FORM) |
		    VERDICT_BIT(V_DUPLICATE_CREDENTIAL) | VERDICT_BIT(V_DUPLICATE_HEADER) |
		    VERDICT_BIT(V_FOREIGN_SITE) },
		{ !dialect_guards(dialect_of(route->path)), VERDICT_BIT(V_URI_TOO_LONG) },
		{ route->method != METHOD_GET && !dialect_guards(dialect_of(route->path)),
		    VERDICT_BIT(V_BODY_TOO_LARGE) },
		{ !conf->allow_plain_http, VERDICT_BIT(V_PLAIN_HTTP) },
		{ true, gate->refuses },
		{ gate->identifies, VERDICT_BIT(V_NO_SCOPE) },
		{ route->permit, VERDICT_BIT(V_FORBIDDEN) },
		{ strchr(route->path, '{') && !dialect_guards(dialect_of(route->path)),
		    VERDICT_BIT(V_NOT_FOUND) },
		{ reads_body, VERDICT_BIT(V_MEDIA_TYPE) | VERDICT_BIT(V_BAD_JSON) },
		{ reads_body && route->fields[0].place != INPUT_JSON,
		    VERDICT_BIT(V_JSON_AS_FORM) },
		{ route->fields, VERDICT_BIT(V_BAD_FIELDS) },
		{ true, route->refuses },
	};
	uint64_t verdicts = 0;

	for (size_t i = 0; i < NELEM(steps); i++)
		verdicts |= steps[i].may ? steps[i].verdicts : 0;
	return verdicts;
}

/* An answer of one status, for one or more results. */
struct status {
	int status;
	unsigned may_carry, carries;	/* sums of enum extra: of one of them, of all */
	const char *messages[VERDICTS];
	size_t count;
};

static void
add_wording(struct status *answer, const struct wording *wording)
{
	const char *message = wording->message ? wording->message : wording->reason;

	if (wording->status != answer->status)
		return;
	answer->carries = answer->count ? answer->carries & wording->carries : wording->carries;
	answer->may_carry |= wording->carries;
	for (size_t i = 0; i < answer->count; i++) {
		if (strcmp(answer->messages[i], message) == 0)
			return;
	}
	answer->messages[answer->count++] = message;
}

static void
collect(struct status *answer, const struct route *route, uint64_t verdicts)
{
	const enum dialect dialect = dialect_of(route->path);

	add_wording(answer, dialect_wording(dialect, 0));
	for (int v = 1; v < VERDICTS; v++) {
		const bool moves = v == V_PLAIN_HTTP && route->method == METHOD_GET;

		if (verdicts & VERDICT_BIT(v))
			add_wording(answer, moves ? &dialect_moved :
			    dialect_wording(dialect, v));
	}
	for (size_t i = 0; i < NELEM(faults); i++)
		add_wording(answer, dialect_wording(dialect, faults[i]));
}

/* Headers that an answer has besides those of all. */
static void
put_headers(struct json_out *response, const struct status *answer)
{
	static const struct { unsigned carries; const char *name; bool may_lack; } rows[] = {
		{ EXTRA_CHALLENGE | EXTRA_WEBITEL_CHALLENGE, "WWW-Authenticate", false },
		{ EXTRA_RETRY | EXTRA_WAIT, "Retry-After", false },
		{ EXTRA_LOCATION, "Location", false },
		{ EXTRA_USER_HEADERS, "X-Auth-User", false },
		{ EXTRA_USER_HEADERS, "X-Auth-Email", false },
		{ EXTRA_USER_HEADERS, "X-Auth-Role", false },
		{ EXTRA_USER_HEADERS, "X-Auth-Scope", true },	/* none: all */
	};
	struct json_out headers, header, schema;
	bool more = false;

	for (size_t i = 0; i < NELEM(rows); i++) {
		if (!(answer->may_carry & rows[i].carries))
			continue;
		if (!more)
			json_add_object(response, "headers", &headers);
		more = true;
		json_add_object(&headers, rows[i].name, &header);
		json_add_bool(&header, "required", !rows[i].may_lack &&
		    answer->carries & rows[i].carries);
		json_add_object(&header, "schema", &schema);
		json_add_string(&schema, "type", "string");
		json_close(&schema);
		json_close(&header);
	}
	if (more)
		json_close(&headers);
}

static void
put_response(struct json_out *responses, const struct route *route,
    const struct status *answer)
{
	struct json_out response;
	struct text description;
	char status[16];

	snprintf(status, sizeof status, "%d", answer->status);
	json_add_object(responses, status, &response);
	text_init(&description, responses->out->mem);
	for (size_t i = 0; i < answer->count; i++)
		text_printf(&description, "%s%s", i ? ", " : "", answer->messages[i]);
	openapi_put_text(&response, "description", &description);
	put_headers(&response, answer);
	openapi_put_content(&response, route, answer->status >= 300);
	json_close(&response);
}

void
openapi_put_responses(struct json_out *operation, const struct conf *conf,
    const struct route *route)
{
	const uint64_t verdicts = verdicts_of(conf, route);
	struct json_out responses;

	json_add_object(operation, "responses", &responses);
	for (int status = 200; status <= STATUS_MAX; status++) {
		struct status answer = { .status = status };

		collect(&answer, route, verdicts);
		if (answer.count)
			put_response(&responses, route, &answer);
	}
	json_close(&responses);
}
