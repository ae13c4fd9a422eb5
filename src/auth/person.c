// SPDX-License-Identifier: ISC
/* auth/person.c - a person that a provider identifies, and the user with that identity. */
#include "auth/person.h"

#include <string.h>

#include "auth/field.h"
#include "auth/user.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"

/*
 * The field of user for the id of the person.  NULL: the user has
 * another id at the provider, or no room for one more.
 */
static const char *
find_room(const struct person *person, const struct user *user)
{
	const char *room = NULL;

	for (size_t i = 0; i < USER_NAMES; i++) {
		const char *id = user_name_at(user, i);

		if (user_names[i].kind != person->kind)
			continue;
		if (!*id)
			room = room ? room : user_name_field(i);
		else if (strncmp(id, person->provider, strlen(person->provider)) == 0)
			return NULL;
	}
	return room;
}

/* Stores the id of the person in a field of user, *field.  V_INVALID. */
static int
copy_id(const struct person *person, struct user *user, const char **field)
{
	const char *why;

	*field = find_room(person, user);
	return *field ? user_set_field(user, *field, person->id, &why) : V_INVALID;
}

/*
 * Tries again after the id was or could not be written: another request of the
 * same person may have been first, since pages send several at once.
 */
static int
find_by_id(struct auth *auth, const struct person *person, struct user *user)
{
	int r;

	r = store_user_find(auth->store, person->kind, person->id, user);
	return r == V_NOT_FOUND ? V_WRONG_CREDENTIAL : r;
}

/*
 * Gives the user with the e-mail the id of the person.  V_NOT_FOUND: no such user.
 * V_WRONG_CREDENTIAL: it is not live, or there is no room for the id.
 */
static int
link_by_email(struct auth *auth, const struct person *person, int64_t now_ms, struct user *user)
{
	const char *field;
	struct user found;
	int r;

	r = user_by_email(auth, person->email, &found);
	if (r)
		return r;
	if (!user_is_live(&found))
		return V_WRONG_CREDENTIAL;
	if (copy_id(person, &found, &field))
		return find_by_id(auth, person, user);
	r = store_user_fill(auth->store, &found, field_bit(&user_kind, field), now_ms, user);
	if (!r)
		log_info("user linked by %s", field);
	return r > 0 ? find_by_id(auth, person, user) : r;
}

/* A name that violates our rules is omitted. */
static void
copy_name(struct user *user, const char *field, const char *name)
{
	const char *why;

	if (name)
		(void)user_set_field(user, field, name, &why);
}

static int
register_user(struct auth *auth, const struct person *person, int64_t now_ms, struct user *user)
{
	struct user fresh = user_new(now_ms);
	const char *field, *why;
	int r;

	if (user_set_field(&fresh, "email", person->email, &why) ||
	    copy_id(person, &fresh, &field))
		return V_WRONG_CREDENTIAL;
	copy_name(&fresh, "first_name", person->first_name);
	copy_name(&fresh, "last_name", person->last_name);
	r = user_add(auth, &fresh, NULL, 0, &why);
	if (r == V_EXISTS)
		return find_by_id(auth, person, user);	/* or another user has the e-mail */
	if (r)
		return r;
	log_info("user registered by %s", field);
	*user = fresh;
	return 0;
}

static int
find_user(struct auth *auth, const struct person *person, int64_t now_ms, struct user *user)
{
	int r;

	r = store_user_find(auth->store, person->kind, person->id, user);
	if (r == V_NOT_FOUND && person->email && person->may_link)
		r = link_by_email(auth, person, now_ms, user);
	if (r == V_NOT_FOUND && person->email && person->may_register)
		r = register_user(auth, person, now_ms, user);
	return r;
}

int
person_identify(struct auth *auth, const struct person *person, int64_t now_ms,
    struct identity *out)
{
	struct identity who = { .authenticated_s = now_ms / 1000 };
	int r;

	r = find_user(auth, person, now_ms, &who.user);
	if (r)
		return r < 0 ? r : refusal(&auth->refusal, V_WRONG_CREDENTIAL, WHY_PERSON);
	if (!user_is_live(&who.user))
		return refusal_user(&auth->refusal, V_WRONG_CREDENTIAL, why_not_live(&who.user),
		    &who.user.id);
	*out = who;
	return 0;
}
