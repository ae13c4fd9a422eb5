// SPDX-License-Identifier: ISC
/* http/envelope.c - what is around payloads, and errors, for each kind of client. */
#include "http/envelope.h"

#include "base/guard.h"
#include "http/call.h"

/* What the errors of all dialects tell. */
struct error {
	int64_t status;
	const char *message, *code, *ailment;
	const char *fields;		/* JSON */
};

enum part { PART_FIELDS = 1 };

#define ERROR(member)	.offset = offsetof(struct error, member)
#define FIELDS \
	{ "fields", ANSWER_JSON, ERROR(fields), NULL, .part = PART_FIELDS, .json = \
	    "{\"type\":\"object\",\"description\":\"What is wrong, by params.NAME\"," \
	    "\"additionalProperties\":{\"type\":\"object\",\"properties\":{" \
	    "\"message\":{\"type\":\"string\"},\"value\":{}}," \
	    "\"required\":[\"message\"],\"additionalProperties\":false}}" }

/* {"success":false,"status":400,"message":"…"[,"fields":{…}]}, in this order. */
static const struct answer_field error_fields[] = {
	{ "success", ANSWER_FIXED,   .json = "false" },
	{ "status",  ANSWER_INTEGER, ERROR(status),  NULL },
	{ "message", ANSWER_STRING,  ERROR(message), NULL },
	FIELDS,
	{ .name = NULL },
};

/* Clients read either message or info (API 6.1). */
static const struct answer_field webitel_fields[] = {
	{ "status",  ANSWER_INTEGER, ERROR(status),  NULL },
	{ "message", ANSWER_STRING,  ERROR(message), NULL },
	{ "info",    ANSWER_STRING,  ERROR(message), "The same as message" },
	{ .name = NULL },
};

/* {"error":"invalid_request","error_description":"ValidateError","fields":{…}} */
static const struct answer_field oauth_fields[] = {
	{ "error",             ANSWER_STRING, ERROR(code),    NULL },
	{ "error_description", ANSWER_STRING, ERROR(message), NULL },
	FIELDS,
	{ .name = NULL },
};

/* {"status":"unavailable","reason":"…"} for a service that is not well. */
static const struct answer_field ailing_fields[] = {
	{ "status", ANSWER_FIXED,  .json = "\"unavailable\"" },
	{ "reason", ANSWER_STRING, ERROR(ailment), NULL },
	{ .name = NULL },
};

static const struct answer_shape error_shape = { .name = "Error", .fields = error_fields,
    .may = PART_FIELDS };
static const struct answer_shape webitel_shape = { .name = "WebitelError",
    .fields = webitel_fields };
static const struct answer_shape oauth_shape = { .name = "OAuthError", .fields = oauth_fields,
    .may = PART_FIELDS };
static const struct answer_shape ailing_shape = { .name = "Ailing", .fields = ailing_fields };

#define SUCCESS "{\"success\":true,\"payload\":"

static const struct envelope envelopes[DIALECTS] = {
	[DIALECT_REST] = { SUCCESS, "}", &error_shape, NULL, ENVELOPE_FAULT },
	[DIALECT_ADMIN] = { SUCCESS, "}", &error_shape, NULL, ENVELOPE_FAULT },
	[DIALECT_WEBITEL] = { "", "", &webitel_shape, NULL, "{\"status\":500,"
	    "\"message\":\"Internal server error\",\"info\":\"Internal server error\"}" },
	[DIALECT_OAUTH] = { "", "", &oauth_shape, NULL, "{\"error\":\"server_error\","
	    "\"error_description\":\"Internal server error\"}" },
	[DIALECT_WATCH] = { "", "", &error_shape, &ailing_shape, ENVELOPE_FAULT },
	[DIALECT_VERIFY] = { "", "", &error_shape, NULL, ENVELOPE_FAULT },
	[DIALECT_AUTHORIZER] = { "", "", &error_shape, NULL, ENVELOPE_FAULT },
};

const struct envelope *
envelope_of(enum dialect dialect)
{
	return &envelopes[dialect];
}

/* The code of a status (RFC 6749, 4.1.2.1 and 5.2), which is all that clients compare. */
static const char *
oauth_code(int status)
{
	static const struct { int status; const char *code; } codes[] = {
		{ 401, "invalid_client" },
		{ 403, "access_denied" },
		{ 429, "temporarily_unavailable" },
		{ 500, "server_error" },
		{ 503, "temporarily_unavailable" },
	};

	for (size_t i = 0; i < NELEM(codes); i++) {
		if (codes[i].status == status)
			return codes[i].code;
	}
	return "invalid_request";
}

void
envelope_put_error(struct text *t, const struct call *c, const struct wording *wording,
    bool fields)
{
	const struct envelope *envelope = envelope_of(c->dialect);
	struct error error = { .status = wording->status, .message = wording->message,
	    .code = oauth_code(wording->status), .ailment = c->ailment };

	if (fields) {
		error.fields = arena_printf(c->mem, "{%s}", c->in.errors.data);
		t->failed |= !error.fields;
		fields = error.fields;
	}
	answer_put_one(t, envelope->ailing && c->ailment ? envelope->ailing : envelope->error,
	    &error, fields ? PART_FIELDS : 0);
}
