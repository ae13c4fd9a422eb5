// SPDX-License-Identifier: ISC
/* ctl/ctl_user.c - doorwardctl user ... */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "auth/admin.h"
#include "auth/field.h"
#include "auth/user.h"
#include "auth/user_search.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/listing.h"
#include "ctl/progress.h"
#include "ctl/prompt.h"
#include "ctl/record_show.h"
#include "ctl/record_set.h"
#include "ctl/walk.h"
#include "ctl/written.h"

static const struct column columns[] = {
	{ "EMAIL",     "email" },
	{ "SIP LOGIN", "sip_login" },
	{ "ROLE",      "role" },
	{ "STATE",     "state" },
	{ "CREATED",   "created_on" },
	{ "UUID",      "uuid" },
};

/* The user named by the operand. */
static int
find(struct ctl *ctl, struct user *user)
{
	ctl->about = ctl->operands[0];
	return user_lookup(ctl->auth, ctl->operands[0], user);
}

static int
set_field(struct ctl *ctl, void *user, const struct field *f, const char *text)
{
	return admin_set_field(ctl->auth, &user_kind, user, f->name, text, &ctl->why);
}

/* V_EXISTS, about the name that is another user's. */
static int
find_taken(struct ctl *ctl, const struct user *user)
{
	const char *taken;
	struct user other;
	int r;

	r = user_find_taken(ctl->auth, user, &taken, &other);
	if (!r)
		return 0;
	ctl->about = arena_strdup(&ctl->mem, taken);
	if (r == V_EXISTS && other.deleted_ms)
		ctl->why = "reserved by a deleted user";
	return r;
}

static int
read_password(struct ctl *ctl, const struct user *user, const char **password, size_t *len)
{
	if (!arguments_has(ctl, "no-password"))
		return prompt_password(ctl, user->email, password, len);
	if (arguments_has(ctl, "password-stdin"))
		return arguments_refuse(ctl,
		    "--no-password and --password-stdin exclude each other");
	return 0;
}

/* In figures, why a password is refused. */
static void
explain_password(struct ctl *ctl, int r, const char *password, size_t len)
{
	const int64_t min = ctl->conf->password_min_length;
	struct password_flaw flaw;

	if (r != V_INVALID || !password)
		return;
	if (!len)
		ctl->why = "the password is empty";
	else if (password_check_new(password, len, 1, &flaw) == 0 &&
	    password_check_new(password, len, min, &flaw) != 0)
		ctl->why = arena_printf(&ctl->mem, "the password is shorter than %lld characters, "
		    "which is password_min_length", (long long)min);
}

/* The user after a write, for --json. */
static int
print_after(struct ctl *ctl, const struct uuid *id)
{
	struct user user;
	int r;

	r = user_get(ctl->auth, id, &user);
	return r ? r : written_record(ctl, &user_kind, &user);
}

int
ctl_user_add(struct ctl *ctl)
{
	struct user user = user_new(ctl->now_ms);
	const char *password = NULL;
	char id[UUID_TEXT_SIZE];
	uint64_t mask = 0;
	size_t len = 0;
	int r;

	ctl->about = ctl->operands[0];
	r = user_set_field(&user, "email", ctl->operands[0], &ctl->why);
	if (!r)
		r = record_set(ctl, &user_kind, &user, set_field, &mask);
	if (!r)
		r = find_taken(ctl, &user);
	if (r)
		return r;
	ctl->about = ctl->operands[0];
	r = read_password(ctl, &user, &password, &len);
	if (r)
		return r;
	r = user_add(ctl->auth, &user, password, len, &ctl->why);
	explain_password(ctl, r, password, len);
	if (r)
		return r;
	if (!arguments_has(ctl, "json")) {
		puts(uuid_text(id, &user.id));
		return 0;
	}
	return print_after(ctl, &user.id);
}

int
ctl_user_set(struct ctl *ctl)
{
	struct user user, after;
	uint64_t mask = 0;
	int r;

	r = find(ctl, &user);
	if (!r)
		r = record_set(ctl, &user_kind, &user, set_field, &mask);
	if (r)
		return r;
	if (!mask)
		return arguments_refuse(ctl, "nothing to change; give at least one field");
	r = find_taken(ctl, &user);
	if (r)
		return r;
	ctl->about = ctl->operands[0];
	r = user_change(ctl->auth, &user, mask, ctl->now_ms, &after);
	return r ? r : written_record(ctl, &user_kind, &after);
}

int
ctl_user_show(struct ctl *ctl)
{
	struct user user;
	int r;

	r = find(ctl, &user);
	return r ? r : record_show(ctl, &user_kind, &user);
}

struct search {
	struct listing listing;
	const char *text;		/* NULL: any user */
	uint64_t left;			/* how many more are wanted */
};

static int
list_if_wanted(struct ctl *ctl, const void *user, void *arg)
{
	struct search *search = arg;

	(void)ctl;
	if (!search->left || (search->text && !user_has_text(user, search->text)))
		return 0;
	search->left--;
	return listing_add(&search->listing, user);
}

int
ctl_user_list(struct ctl *ctl)
{
	struct search search = { .text = arguments_value(ctl, "search") };
	int r;

	r = arguments_count(ctl, "limit", UINT64_MAX, &search.left);
	if (r)
		return r;
	listing_open(&search.listing, ctl, &user_kind, columns, NELEM(columns));
	r = walk_users(ctl, search.text ? UINT64_MAX : search.left, list_if_wanted, &search);
	listing_close(&search.listing);
	return r;
}

int
ctl_user_passwd(struct ctl *ctl)
{
	const char *password;
	struct user user;
	size_t len;
	int r;

	r = find(ctl, &user);
	if (r)
		return r;
	r = prompt_password(ctl, user.email, &password, &len);
	if (r)
		return r;
	r = user_set_password(ctl->auth, &user.id, password, len,
	    arguments_has(ctl, "revoke-tokens"), ctl->now_ms, &ctl->why);
	explain_password(ctl, r, password, len);
	return r ? r : print_after(ctl, &user.id);
}

int
ctl_user_disable(struct ctl *ctl)
{
	struct user user;
	int r;

	r = find(ctl, &user);
	if (!r)
		r = user_disable(ctl->auth, &user.id, ctl->now_ms);
	return r ? r : print_after(ctl, &user.id);
}

int
ctl_user_enable(struct ctl *ctl)
{
	struct user user;
	int r;

	r = find(ctl, &user);
	if (!r && user.deleted_ms) {
		ctl->why = "the user is deleted";
		return V_NOT_FOUND;
	}
	if (!r)
		r = user_enable(ctl->auth, &user.id, ctl->now_ms);
	return r ? r : print_after(ctl, &user.id);
}

static int
consent(struct ctl *ctl, const struct user *user)
{
	const char *email = record_show_clean(&ctl->mem, user->email);
	const char *question = email ? arena_printf(&ctl->mem,
	    "Delete the user %s and all of its tokens?", email) : NULL;

	return question ? prompt_consent(ctl, question) : -ENOMEM;
}

int
ctl_user_delete(struct ctl *ctl)
{
	struct user user;
	int r;

	r = find(ctl, &user);
	if (!r && !arguments_has(ctl, "yes"))
		r = consent(ctl, &user);
	if (r)
		return r;
	r = user_delete(ctl->auth, &user.id, arguments_has(ctl, "keep"), ctl->now_ms);
	if (r)
		return r;
	if (arguments_has(ctl, "keep"))
		return print_after(ctl, &user.id);
	user.deleted_ms = ctl->now_ms;		/* as it was, for the last time */
	return written_record(ctl, &user_kind, &user);
}

/* More do not make it faster, and others wait. */
#define LOGOUTS 32

struct logouts {
	struct uuid next[LOGOUTS];
	size_t next_count;
	uint64_t users, done, tokens;
};

static int
logout_next(struct ctl *ctl, struct logouts *l)
{
	uint64_t count;
	int r;

	r = user_logout_some(ctl->auth, l->next, l->next_count, ctl->now_ms, &count);
	if (r)
		return r;
	l->tokens += count;
	l->done += l->next_count;
	l->next_count = 0;
	progress_draw("logging out", l->done, l->users);
	return 0;
}

static int
logout_later(struct ctl *ctl, const void *record, void *arg)
{
	const struct user *user = record;
	struct logouts *l = arg;

	l->next[l->next_count++] = user->id;
	return l->next_count == NELEM(l->next) ? logout_next(ctl, l) : 0;
}

/* Some users at a time: safe to interrupt, and to repeat. */
static int
logout_all(struct ctl *ctl)
{
	struct logouts l = { .done = 0 };
	struct store_counts counts;
	struct meta meta;
	int r = 0;

	if (ctl->operands[0])
		return arguments_refuse(ctl, "--all takes no USER");
	if (!arguments_has(ctl, "yes"))
		r = prompt_consent(ctl, "End all sessions and JWTs of all users, and revoke all "
		    "bearer tokens?");
	if (!r)
		r = auth_status(ctl->auth, &meta, &counts);
	if (r)
		return r;
	l.users = counts.users;
	r = walk_users(ctl, UINT64_MAX, logout_later, &l);
	if (!r)
		r = logout_next(ctl, &l);
	progress_end();
	return r ? r : written_count(ctl, "tokens revoked", "tokens", l.tokens);
}

int
ctl_user_logout(struct ctl *ctl)
{
	struct user user;
	uint64_t count;
	int r;

	if (arguments_has(ctl, "all"))
		return logout_all(ctl);
	if (!ctl->operands[0])
		return arguments_refuse(ctl, "whom? give USER, or --all");
	r = find(ctl, &user);
	if (!r)
		r = user_logout(ctl->auth, &user.id, ctl->now_ms, &count);
	return r ? r : written_count(ctl, "tokens revoked", "tokens", count);
}

static const struct column session_columns[] = {
	{ "LOGIN",   "name" },
	{ "CREATED", "created_on" },
	{ "EXPIRES", "expired_on" },
	{ "UUID",    "uuid" },
};

struct user_sessions {
	struct listing listing;
	uint64_t gen;
};

/* Those that a password change or logout has ended are not shown: they have another generation. */
static int
list_session(struct ctl *ctl, const void *record, void *arg)
{
	const struct token *session = record;
	struct user_sessions *l = arg;

	(void)ctl;
	return session->gen == l->gen ? listing_add(&l->listing, session) : 0;
}

int
ctl_user_sessions(struct ctl *ctl)
{
	struct user_sessions l;
	struct user user;
	int r;

	r = find(ctl, &user);
	if (r)
		return r;
	l.gen = user.gen;
	listing_open(&l.listing, ctl, &token_kind, session_columns, NELEM(session_columns));
	r = walk_sessions(ctl, &user.id, list_session, &l);
	listing_close(&l.listing);
	return r;
}
