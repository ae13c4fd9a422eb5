// SPDX-License-Identifier: ISC
/* Two login names of one user: the throttle's answers do not reveal that they belong together. */
#include <string.h>

#include "auth/user.h"
#include "auth/user_login.h"
#include "service/ask.h"
#include "test.h"

#define SIP	"100@sip.example.com"
#define HOME	"192.0.2.1"
#define EVIL	"198.51.100.7"

struct row {
	const char *row, *source, *name, *password;
	int want;
	int64_t wait_s;
};

static void
tell(struct box *box, const struct row *rows, size_t count)
{
	struct user user;

	for (size_t i = 0; i < count; i++) {
		struct outcome outcome = { .via = NULL };
		struct login login = { .source = rows[i].source, .names = LOGIN_BY_ANY,
		    .name = rows[i].name, .password = rows[i].password,
		    .len = strlen(rows[i].password), .outcome = &outcome };

		EXPECT_VERDICT(rows[i].row, user_login(box->auth, &login, NOW_MS, &user),
		    rows[i].want);
		EXPECT_INT(rows[i].row, outcome.wait_s, rows[i].wait_s);
	}
}

#define TELL(box, rows) tell(box, rows, NELEM(rows))

static void
start(struct box *box)
{
	uint64_t mask = field_bit(&user_kind, "sip_login");
	struct user user;

	box_open_guarded(box, test_directory());
	EXPECT_VERDICT("Alice", user_by_email(box->auth, ALICE, &user), 0);
	strcpy(user.sip_login, SIP);
	EXPECT_VERDICT("SIP login", store_user_set(box->auth->store, &user, mask, NOW_MS,
	    &user), 0);
}

static void
apart(void)
{
	static const struct row rows[] = {
		{ "at home by e-mail", HOME, ALICE, PASSWORD, 0, 0 },
		{ "one",   EVIL, ALICE, "1", V_WRONG_CREDENTIAL, 0 },
		{ "two",   EVIL, ALICE, "2", V_WRONG_CREDENTIAL, 0 },
		{ "three", EVIL, ALICE, "3", V_WRONG_CREDENTIAL, 0 },
		{ "four",  EVIL, ALICE, "4", V_WRONG_CREDENTIAL, 0 },
		{ "five",  EVIL, ALICE, "5", V_WRONG_CREDENTIAL, 0 },
		{ "waits", EVIL, ALICE, "6", V_THROTTLED, 1 },
		{ "the other name does not", EVIL, SIP, "1", V_WRONG_CREDENTIAL, 0 },
		{ "two",   EVIL, SIP, "2", V_WRONG_CREDENTIAL, 0 },
		{ "three", EVIL, SIP, "3", V_WRONG_CREDENTIAL, 0 },
		{ "four",  EVIL, SIP, "4", V_WRONG_CREDENTIAL, 0 },
		{ "five",  EVIL, "100@SIP.example.com", "5", V_WRONG_CREDENTIAL, 0 },
		{ "then it does, as long", EVIL, SIP, "6", V_THROTTLED, 1 },
		{ "as a name that nobody has", EVIL, "200@sip.example.com", "1", V_NOT_FOUND, 0 },
		{ "where one name is known", HOME, ALICE, PASSWORD, 0, 0 },
		{ "the other is not", HOME, SIP, PASSWORD, V_THROTTLED, 1 },
	};
	struct box box;

	start(&box);
	TELL(&box, rows);
	box_close(&box);
}

/* All spellings of a name are one name, even if no user has it. */
static void
spellings(void)
{
	static const struct row rows[] = {
		{ "as it is",        EVIL, ALICE, "1", V_WRONG_CREDENTIAL, 0 },
		{ "capitals",        EVIL, "Alice@EXAMPLE.com", "2", V_WRONG_CREDENTIAL, 0 },
		{ "a blank after it", EVIL, ALICE " ", "3", V_WRONG_CREDENTIAL, 0 },
		{ "two",             EVIL, ALICE "  ", "4", V_WRONG_CREDENTIAL, 0 },
		{ "wide letters in the domain", EVIL, "alice@\xef\xbd\x85xample.com", "5",
		    V_WRONG_CREDENTIAL, 0 },
		{ "waits",           EVIL, ALICE "   ", "6", V_THROTTLED, 1 },
		{ "in Unicode",      EVIL, "x@b\xc3\xbc" "cher.example", "1", V_NOT_FOUND, 0 },
		{ "decomposed",      EVIL, "x@bu\xcc\x88" "cher.example", "2", V_NOT_FOUND, 0 },
		{ "capital",         EVIL, "x@B\xc3\x9c" "CHER.example", "3", V_NOT_FOUND, 0 },
		{ "for DNS",         EVIL, "x@xn--bcher-kva.example", "4", V_NOT_FOUND, 0 },
		{ "for DNS, capital", EVIL, "X@XN--BCHER-KVA.EXAMPLE", "5", V_NOT_FOUND, 0 },
		{ "waits",           EVIL, "x@b\xc3\xbc" "cher.example ", "6", V_THROTTLED, 1 },
	};
	struct box box;

	start(&box);
	TELL(&box, rows);
	box_close(&box);
}

static CU_TestInfo tests[] = {
	{ "apart", apart },
	{ "spellings", spellings },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("logins of one user", tests);
