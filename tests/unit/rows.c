// SPDX-License-Identifier: ISC
/* tests/unit/rows.c - requests to serve() as rows. */
#include "rows.h"

#include <string.h>

#include "auth/token.h"
#include "base/json.h"
#include "unit.h"

void
rows_admin(struct box *my)
{
	struct identity root = box_user(my, ROWS_ADMIN, PASSWORD), by_token;
	struct token token;

	my->conf->admin_api = true;
	strcpy(root.user.role, "Admin");
	box_must(store_user_set(my->auth->store, &root.user, field_bit(&user_kind, "role"), NOW_MS,
	    &root.user), "role");
	my->names.own['a'] = box_jwt(my, &root);
	my->names.own['r'] = box_token(my, &root, 600, &token);
	box_must(token_verify(my->auth, my->names.own['r'], NOW_MS, &by_token), "token");
	my->names.own['s'] = box_jwt(my, &by_token);
	my->names.own['i'] = arena_strdup(&my->mem, uuid_text((char[UUID_TEXT_SIZE]){ 0 },
	    &root.user.id));
	my->names.own['v'] = arena_strdup(&my->mem, uuid_text((char[UUID_TEXT_SIZE]){ 0 },
	    &my->alice.user.id));
}

const char *
rows_message(struct box *my, const struct reply *reply)
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
expect_row(struct box *my, const struct serve_row *row, const struct reply *reply)
{
	EXPECT_INT(row->row, reply->status, row->status);
	EXPECT_STRING(row->row, reply->reason, row->reason);
	EXPECT_STRING(row->row, rows_message(my, reply), row->message);
	EXPECT_STRING(row->row, ask_header(reply, "Cache-Control", 0), "no-store");
	EXPECT_STRING(row->row, ask_header(reply, "X-Content-Type-Options", 0), "nosniff");
	EXPECT_STRING(row->row, ask_header(reply, "Content-Type", 0),
	    reply->body ? "application/json; charset=utf-8" : NULL);
	EXPECT_INT(row->row, reply->status == 401,
	    ask_header(reply, "WWW-Authenticate", 0) != NULL);
}

void
rows_expect(const struct serve_row *rows, size_t count, void (*prepare)(struct box *))
{
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	box_names_make(&my);
	if (prepare)
		prepare(&my);
	for (size_t i = 0; i < count; i++) {
		reply = box_ask(&my, &rows[i].ask);
		expect_row(&my, &rows[i], &reply);
	}
	box_close(&my);
}

const char *
rows_member(struct box *my, const struct reply *reply, const char *name)
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
	EXPECT_VERDICT("member", text_done(&t, &out, NULL), 0);
	return out;
}
