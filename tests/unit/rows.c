// SPDX-License-Identifier: ISC
/* tests/unit/rows.c - requests to serve() as rows. */
#include "rows.h"

#include "auth/token.h"
#include "base/json.h"
#include "unit.h"

/* What rows write as $j, $b and so on. */
struct row_names {
	const char *jwt, *bearer, *token_jwt, *foreign;
	char id[UUID_TEXT_SIZE], foreign_id[UUID_TEXT_SIZE];
};

static void
names_make(struct ready *my, struct row_names *names)
{
	struct identity bob = ready_user(my, "bob@example.com"), by_token;
	struct token token;

	names->bearer = ready_token(my, &my->alice, 3600, &token);
	uuid_text(names->id, &token.id);
	EXPECT_INT("token", token_verify(my->auth, names->bearer, READY_NOW_MS, &by_token), 0);
	names->token_jwt = ready_jwt(my, &by_token);
	names->jwt = ready_jwt(my, &my->alice);
	names->foreign = ready_token(my, &bob, 3600, &token);
	uuid_text(names->foreign_id, &token.id);
}

static const char *
named(const struct row_names *names, char letter)
{
	switch (letter) {
	case 'j': return names->jwt;
	case 'b': return names->bearer;
	case 't': return names->token_jwt;
	case 'u': return names->id;
	case 'f': return names->foreign;
	case 'g': return names->foreign_id;
	default: return "";
	}
}

static const char *
expand(struct arena *mem, const struct row_names *names, const char *text)
{
	struct text t;

	if (!text)
		return NULL;
	text_init(&t, mem);
	text_puts(&t, "");
	for (; *text; text++) {
		if (*text == '$')
			text_puts(&t, named(names, *++text));
		else
			text_put(&t, text, 1);
	}
	return t.data;
}

static struct reply
ask_row(struct ready *my, const struct row_names *names, const struct ask *row)
{
	struct ask ask = *row;

	ask.path = expand(&my->mem, names, row->path);
	ask.query = expand(&my->mem, names, row->query);
	ask.authorization = expand(&my->mem, names, row->authorization);
	ask.x_auth_token = expand(&my->mem, names, row->x_auth_token);
	ask.body = expand(&my->mem, names, row->body);
	return ready_ask(my, &ask);
}

const char *
rows_message(struct ready *my, const struct reply *reply)
{
	GUARD(json_drop) struct json *root = NULL;
	const struct json *value;
	size_t len;

	if (!reply->body || json_parse(reply->body, reply->body_len, &root) ||
	    !json_member(root, "message", &value))
		return NULL;
	return arena_strdup(&my->mem, json_text(value, &len));
}

static void
expect_row(struct ready *my, const struct serve_row *row, const struct reply *reply)
{
	EXPECT_INT(row->row, reply->status, row->status);
	EXPECT_STRING(row->row, reply->reason, row->reason);
	EXPECT_STRING(row->row, rows_message(my, reply), row->message);
	EXPECT_STRING(row->row, ready_header(reply, "Cache-Control", 0), "no-store");
	EXPECT_STRING(row->row, ready_header(reply, "X-Content-Type-Options", 0), "nosniff");
	EXPECT_STRING(row->row, ready_header(reply, "Content-Type", 0),
	    reply->body ? "application/json; charset=utf-8" : NULL);
	EXPECT_INT(row->row, reply->status == 401,
	    ready_header(reply, "WWW-Authenticate", 0) != NULL);
}

void
rows_expect(const struct serve_row *rows, size_t count, void (*prepare)(struct ready *))
{
	struct row_names names;
	struct reply reply;
	struct ready my;

	ready_open(&my, test_directory());
	names_make(&my, &names);
	if (prepare)
		prepare(&my);
	for (size_t i = 0; i < count; i++) {
		reply = ask_row(&my, &names, &rows[i].ask);
		expect_row(&my, &rows[i], &reply);
	}
	ready_close(&my);
}

const char *
rows_member(struct ready *my, const struct reply *reply, const char *name)
{
	GUARD(json_drop) struct json *root = NULL;
	const struct json *value;
	const char *out = "";
	struct text t;

	if (!reply->body || json_parse(reply->body, reply->body_len, &root) ||
	    !json_member(root, "payload", &value) || json_kind(value) != JSON_OBJECT ||
	    !json_member(value, name, &value))
		return "";
	text_init(&t, &my->mem);
	json_put_value(&t, value);
	EXPECT_INT("member", text_done(&t, &out, NULL), 0);
	return out;
}
