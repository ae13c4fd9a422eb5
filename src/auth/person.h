// SPDX-License-Identifier: ISC
/*
 * auth/person.h - a person that a provider identifies, and the user with that
 * identity (API 2.8: found by id, linked by e-mail, or registered).
 */
#ifndef AUTH_PERSON_H
#define AUTH_PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/identity.h"

struct person {
	enum identity_kind kind;
	const char *provider;		/* the prefix of its ids; "" if its kind has only one */
	const char *id;			/* at the provider, as in the record of a user */
	const char *email;		/* verified by the provider; NULL for none */
	const char *first_name, *last_name;	/* NULL for none */
	bool may_link;			/* to the user of that e-mail */
	bool may_register;		/* as a new user */
};

/*
 * The live user of the person.  An e-mail is linked only to a user without another
 * id at the provider, and no user is registered with an e-mail that exists.
 * V_WRONG_CREDENTIAL.
 */
int person_identify(struct auth *auth, const struct person *person, int64_t now_ms,
    struct identity *who);

#endif
