// SPDX-License-Identifier: ISC
/* Every call of the store fails once, in every sentence of the domain. */
#include <errno.h>
#include <string.h>

#include "auth/account.h"
#include "auth/ha1b.h"
#include "auth/person.h"
#include "auth/token.h"
#include "auth/user.h"
#include "auth/user_login.h"
#include "auth/user_jwt.h"
#include "fault.h"
#include "store_memory/memory.h"

static int
add_user(struct box *my)
{
	struct user user = user_new(NOW_MS);
	const char *why;

	strcpy(user.email, "carol@example.com");
	return user_add(my->auth, &user, "12345678", 8, &why);
}

static int
look_up_user(struct box *my)
{
	struct user user;

	return user_lookup(my->auth, ALICE, &user);
}

static int
look_up_account(struct box *my)
{
	struct account account;

	return account_lookup(my->auth, "Acme", &account);
}

static int
find_account(struct box *my)
{
	struct account account;

	return account_of_user(my->auth, &my->alice.user, &account);
}

static int
set_password(struct box *my)
{
	const char *why;

	return user_set_password(my->auth, &my->alice.user.id, "12345678", 8, true, NOW_MS,
	    &why);
}

static int
disable_user(struct box *my)
{
	return user_disable(my->auth, &my->alice.user.id, NOW_MS);
}

static int
log_out(struct box *my)
{
	uint64_t tokens;

	return user_logout(my->auth, &my->alice.user.id, NOW_MS, &tokens);
}

static int
log_in(struct box *my)
{
	struct outcome outcome = { .wait_s = 0 };
	struct login login = { .source = "192.0.2.1", .names = LOGIN_BY_EMAIL,
	    .name = ALICE, .password = PASSWORD, .len = strlen(PASSWORD),
	    .outcome = &outcome };
	struct user user;

	return user_login(my->auth, &login, NOW_MS, &user);
}

static int
verify_token(struct box *my)
{
	struct identity who;

	return token_verify(my->auth, my->names.bearer, NOW_MS, &who);
}

static int
verify_jwt(struct box *my)
{
	struct identity who;

	return user_jwt_verify(my->auth, my->names.token_jwt, NOW_MS, &who);
}

/* A key that another process made: the ring asks the store for it. */
static int
verify_unknown_jwt(struct box *my)
{
	my->auth->keys.count = 0;
	my->auth->keys.followed = 0;
	return verify_jwt(my);
}

static int
verify_ha1b(struct box *my)
{
	struct identity who;

	return ha1b_verify(my->auth, "cfd418ab3e3ef76f9837f332c1d26768", NOW_MS, &who);
}

static int
identify(struct box *my, const char *id, const char *email, bool link, bool join)
{
	const struct person person = { .kind = IDENTITY_GOOGLE, .provider = "", .id = id,
	    .email = email, .may_link = link, .may_register = join };
	struct identity who;

	return person_identify(my->auth, &person, NOW_MS, &who);
}

static int
link_person(struct box *my)
{
	return identify(my, "1", ALICE, true, false);
}

static int
register_person(struct box *my)
{
	return identify(my, "2", "dave@example.com", true, true);
}

static int
make_keys(struct box *my)
{
	return keyring_create(&my->auth->keys, my->auth->store, NOW_MS);
}

static int
load_keys(struct box *my)
{
	return keyring_load(&my->auth->keys, my->auth->store);
}

static const struct { const char *row; int (*ask)(struct box *); } sentences[] = {
	{ "add a user", add_user },
	{ "look up a user", look_up_user },
	{ "look up an account", look_up_account },
	{ "the account of a user", find_account },
	{ "set a password", set_password },
	{ "disable", disable_user },
	{ "log out", log_out },
	{ "log in", log_in },
	{ "verify a token", verify_token },
	{ "verify a JWT", verify_jwt },
	{ "verify a JWT by a new key", verify_unknown_jwt },
	{ "verify a HA1B", verify_ha1b },
	{ "link a person", link_person },
	{ "register a person", register_person },
	{ "make keys", make_keys },
	{ "load keys", load_keys },
};

/* What the n-th call answers comes back as it is; then the same sentence works. */
static bool
fail_at(size_t i, unsigned n, int error)
{
	struct box my;
	bool failed;
	int r;

	fault_open(&my);
	store_memory_fail(my.auth->store, n, error);
	r = sentences[i].ask(&my);
	failed = ((const struct memory *)my.auth->store)->fail_call == 0;
	EXPECT_INT(sentences[i].row, r, failed ? error : 0);
	store_memory_fail(my.auth->store, 0, 0);
	if (failed)
		EXPECT_INT(sentences[i].row, sentences[i].ask(&my), 0);
	box_close(&my);
	return failed;
}

static void
every_call(void)
{
	static const int errors[] = { -EIO, -EBADMSG, -ENOSPC, -EAGAIN, -ENOMEM };
	unsigned n;

	for (size_t i = 0; i < NELEM(sentences); i++) {
		for (size_t k = 0; k < NELEM(errors); k++) {
			for (n = 1; fail_at(i, n, errors[k]); n++)
				;
			EXPECT_TRUE("calls the store", n > 1);
		}
	}
}

static CU_TestInfo tests[] = {
	{ "every call", every_call },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("store fails: domain", tests);
