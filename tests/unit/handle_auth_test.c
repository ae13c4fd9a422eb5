// SPDX-License-Identifier: ISC
#include <string.h>

#include "auth/account.h"
#include "auth/user.h"
#include "rows.h"
#include "unit.h"

static void
who_am_i(void)
{
	struct account account = account_new(NOW_MS);
	uint64_t mask = (uint64_t)1 << field_index(&user_kind, "account");
	struct reply reply;
	struct box my;
	char id[UUID_TEXT_SIZE];
	const char *want;
	struct user after;

	box_open(&my, test_directory());
	reply = box_ask(&my, &(struct ask){ .path = "/rest/auth", .authorization = GOOD_BASIC });
	want = arena_printf(&my.mem, "{\"success\":true,\"payload\":{"
	    "\"created_on\":\"2023-11-14T22:13:19.000Z\","
	    "\"modified_on\":\"2023-11-14T22:13:19.000Z\","
	    "\"uuid\":\"%s\",\"email\":\"alice@example.com\",\"phone_number\":null,"
	    "\"first_name\":null,\"last_name\":null,\"dob\":null,\"gmail_user_id\":null,"
	    "\"facebook_user_id\":null,\"apple_user_id\":null,\"wechat_user_id\":null,"
	    "\"role\":\"User\",\"gender\":null,\"deleted_on\":null,\"token\":%s,"
	    "\"wss_online\":false,\"avatar\":null,\"account\":null}}",
	    uuid_text(id, &my.alice.user.id), rows_member(&my, &reply, "token"));
	EXPECT_STRING("payload", reply.body, want);
	strcpy(account.name, "Acme");
	strcpy(account.balance, "99.87895");
	my.alice.user.account = account.id;
	EXPECT_VERDICT("account", store_account_add(my.auth->store, &account), 0);
	EXPECT_VERDICT("account", store_user_set(my.auth->store, &my.alice.user, mask, NOW_MS,
	    &after), 0);
	reply = box_ask(&my, &(struct ask){ .path = "/rest/auth", .authorization = GOOD_BASIC });
	want = arena_printf(&my.mem, "{\"created_on\":\"2023-11-14T22:13:20.000Z\","
	    "\"modified_on\":\"2023-11-14T22:13:20.000Z\",\"uuid\":\"%s\",\"email\":null,"
	    "\"name\":\"Acme\",\"level\":\"Level0\",\"deleted_on\":null,\"balance\":99.87895}",
	    uuid_text(id, &account.id));
	EXPECT_STRING("account", rows_member(&my, &reply, "account"), want);
	box_close(&my);
}

static const char *
jwt_of(struct box *my, const struct reply *reply)
{
	const char *quoted = rows_member(my, reply, "token");

	return arena_strndup(&my->mem, quoted + 1, strlen(quoted) - 2);
}

/* The JWT of an answer opens the next request, as long as the session may last. */
static void
exchange(void)
{
	struct reply reply;
	struct box my;
	struct ask again = { .path = "/rest/auth", .authorization = GOOD_BASIC };
	const int64_t end_ms = 30 * INT64_C(86400000), step_ms = 86400000 - 1000;

	box_open(&my, test_directory());
	reply = box_ask(&my, &again);
	again.authorization = NULL;
	for (int64_t later_ms = step_ms; later_ms < end_ms; later_ms += step_ms) {
		again.x_auth_token = jwt_of(&my, &reply);
		again.later_ms = later_ms;
		reply = box_ask(&my, &again);
		EXPECT_INT("exchanged", reply.status, 200);
	}
	again.x_auth_token = jwt_of(&my, &reply);
	again.later_ms = end_ms - 1;
	reply = box_ask(&my, &again);
	EXPECT_INT("until its last millisecond", reply.status, 200);
	again.x_auth_token = jwt_of(&my, &reply);
	again.later_ms = end_ms;
	reply = box_ask(&my, &again);
	EXPECT_INT("30 days are over", reply.status, 401);
	box_close(&my);
}

static CU_TestInfo tests[] = {
	{ "who am I", who_am_i },
	{ "exchange", exchange },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/handle_auth", tests);
