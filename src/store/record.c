// SPDX-License-Identifier: ISC
/* store/record.c - the fields of each kind of record, a row each. */
#include "store/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/secret.h"

#define FIELD(record, member, name, type) \
	{ name, type, offsetof(struct record, member), sizeof ((struct record *)0)->member }
#define KIND(record, tag, fields) { #record, tag, sizeof(struct record), fields, NELEM(fields) }

/* The mask of a change has 64 bits. */
#define FIELDS_MAX 64

static const struct field user_fields[] = {
	FIELD(user, id, "uuid", FIELD_UUID),
	FIELD(user, created_ms, "created_on", FIELD_TIME),
	FIELD(user, modified_ms, "modified_on", FIELD_TIME),
	FIELD(user, deleted_ms, "deleted_on", FIELD_TIME),
	FIELD(user, disabled_ms, "disabled_on", FIELD_TIME),
	FIELD(user, gen, "gen", FIELD_NUMBER),
	FIELD(user, account, "account", FIELD_UUID),
	FIELD(user, email, "email", FIELD_TEXT),
	FIELD(user, sip_login, "sip_login", FIELD_TEXT),
	FIELD(user, phone_number, "phone_number", FIELD_TEXT),
	FIELD(user, first_name, "first_name", FIELD_TEXT),
	FIELD(user, last_name, "last_name", FIELD_TEXT),
	FIELD(user, dob, "dob", FIELD_TEXT),
	FIELD(user, gmail_user_id, "gmail_user_id", FIELD_TEXT),
	FIELD(user, facebook_user_id, "facebook_user_id", FIELD_TEXT),
	FIELD(user, apple_user_id, "apple_user_id", FIELD_TEXT),
	FIELD(user, wechat_user_id, "wechat_user_id", FIELD_TEXT),
	FIELD(user, role, "role", FIELD_TEXT),
	FIELD(user, gender, "gender", FIELD_TEXT),
	FIELD(user, wss_online, "wss_online", FIELD_BOOL),
	FIELD(user, avatar, "avatar", FIELD_TEXT),
	FIELD(user, webitel_role, "webitel_role", FIELD_TEXT),
	FIELD(user, ha1b, "ha1b", FIELD_TEXT),
	FIELD(user, oidc_user_id, "oidc_user_id", FIELD_TEXT),
	FIELD(user, oidc_user_id_2, "oidc_user_id_2", FIELD_TEXT),
	FIELD(user, oidc_user_id_3, "oidc_user_id_3", FIELD_TEXT),
	FIELD(user, oidc_user_id_4, "oidc_user_id_4", FIELD_TEXT),
	FIELD(user, token_gen, "token_gen", FIELD_NUMBER),
	FIELD(user, logins_ended_ms, "logins_ended_on", FIELD_TIME),
};

static const struct field password_fields[] = {
	FIELD(password, user, "user", FIELD_UUID),
	FIELD(password, set_ms, "set_on", FIELD_TIME),
	FIELD(password, hash, "hash", FIELD_TEXT),
};

static const struct field account_fields[] = {
	FIELD(account, id, "uuid", FIELD_UUID),
	FIELD(account, created_ms, "created_on", FIELD_TIME),
	FIELD(account, modified_ms, "modified_on", FIELD_TIME),
	FIELD(account, deleted_ms, "deleted_on", FIELD_TIME),
	FIELD(account, name, "name", FIELD_TEXT),
	FIELD(account, email, "email", FIELD_TEXT),
	FIELD(account, level, "level", FIELD_TEXT),
	FIELD(account, balance, "balance", FIELD_TEXT),
};

static const struct field token_fields[] = {
	FIELD(token, id, "uuid", FIELD_UUID),
	FIELD(token, user, "user", FIELD_UUID),
	FIELD(token, digest, "digest", FIELD_BYTES),
	FIELD(token, created_ms, "created_on", FIELD_TIME),
	FIELD(token, modified_ms, "modified_on", FIELD_TIME),
	FIELD(token, expires_ms, "expired_on", FIELD_TIME),
	FIELD(token, ttl_s, "ttl", FIELD_NUMBER),
	FIELD(token, head, "head", FIELD_TEXT),
	FIELD(token, name, "name", FIELD_TEXT),
	FIELD(token, use, "use", FIELD_NUMBER),
	FIELD(token, gen, "gen", FIELD_NUMBER),
	FIELD(token, proof, "proof", FIELD_BYTES),
	FIELD(token, hash_key, "hash_key", FIELD_NUMBER),
	FIELD(token, scope, "scope", FIELD_TEXT),
	FIELD(token, addresses, "addresses", FIELD_TEXT),
	FIELD(token, successor, "successor", FIELD_UUID),
	FIELD(token, predecessor, "predecessor", FIELD_UUID),
	FIELD(token, replaced_ms, "replaced_on", FIELD_TIME),
	FIELD(token, prefix, "prefix", FIELD_TEXT),
	FIELD(token, last_used_ms, "last_used_on", FIELD_TIME),
	FIELD(token, last_used_ip, "last_used_ip", FIELD_TEXT),
};

static const struct field domain_token_fields[] = {
	FIELD(domain_token, id, "uuid", FIELD_UUID),
	FIELD(domain_token, domain, "domain", FIELD_TEXT),
	FIELD(domain_token, role, "role", FIELD_TEXT),
	FIELD(domain_token, created_by, "created_by", FIELD_TEXT),
	FIELD(domain_token, created_ms, "created_on", FIELD_TIME),
	FIELD(domain_token, expires_ms, "expired_on", FIELD_TIME),
	FIELD(domain_token, enabled, "enabled", FIELD_BOOL),
	FIELD(domain_token, maker, "maker", FIELD_UUID),
	FIELD(domain_token, key, "key", FIELD_NUMBER),
};

static const struct field role_fields[] = {
	FIELD(role, name, "name", FIELD_TEXT),
	FIELD(role, modified_ms, "modified_on", FIELD_TIME),
	FIELD(role, acl, "acl", FIELD_TEXT),
};

static const struct field key_fields[] = {
	FIELD(key, id, "id", FIELD_TEXT),
	FIELD(key, purpose, "purpose", FIELD_TEXT),
	FIELD(key, created_ms, "created_on", FIELD_TIME),
	FIELD(key, sealed_by, "sealed_by", FIELD_TEXT),
	FIELD(key, sealed, "sealed", FIELD_BYTES),
	FIELD(key, serial, "serial", FIELD_NUMBER),
	FIELD(key, retired_ms, "retired_on", FIELD_TIME),
	FIELD(key, private_key, "private_key", FIELD_TEXT),
};

static const struct field meta_fields[] = {
	FIELD(meta, schema, "schema", FIELD_NUMBER),
	FIELD(meta, instance, "instance", FIELD_UUID),
	FIELD(meta, created_ms, "created_on", FIELD_TIME),
	FIELD(meta, key_changes, "key_changes", FIELD_NUMBER),
};

static const struct field uuid_link_fields[] = {
	FIELD(uuid_link, id, "uuid", FIELD_UUID),
};

static const struct field token_link_fields[] = {
	FIELD(token_link, digest, "digest", FIELD_BYTES),
	FIELD(token_link, expires_ms, "expired_on", FIELD_TIME),
	FIELD(token_link, use, "use", FIELD_NUMBER),
};

static const struct field machine_fields[] = {
	FIELD(machine, name, "name", FIELD_TEXT),
	FIELD(machine, key, "master_key", FIELD_TEXT),
	FIELD(machine, former, "former", FIELD_TEXT),
	FIELD(machine, version, "version", FIELD_TEXT),
	FIELD(machine, schema, "schema", FIELD_NUMBER),
	FIELD(machine, seen_ms, "seen_on", FIELD_TIME),
};

_Static_assert(NELEM(user_fields) <= FIELDS_MAX, "a mask has 64 bits");

const struct record_kind user_kind = KIND(user, 1, user_fields);
const struct record_kind password_kind = KIND(password, 2, password_fields);
const struct record_kind account_kind = KIND(account, 3, account_fields);
const struct record_kind token_kind = KIND(token, 4, token_fields);
const struct record_kind key_kind = KIND(key, 5, key_fields);
const struct record_kind meta_kind = KIND(meta, 6, meta_fields);
const struct record_kind uuid_link_kind = KIND(uuid_link, 7, uuid_link_fields);
const struct record_kind token_link_kind = KIND(token_link, 8, token_link_fields);
const struct record_kind domain_token_kind = KIND(domain_token, 9, domain_token_fields);
const struct record_kind role_kind = KIND(role, 10, role_fields);
/* never encoded: it needs no tag */
const struct record_kind machine_kind = KIND(machine, 0, machine_fields);

const struct user_name user_names[USER_NAMES] = {
	{ IDENTITY_LOGIN,    offsetof(struct user, email) },
	{ IDENTITY_LOGIN,    offsetof(struct user, sip_login) },
	{ IDENTITY_GOOGLE,   offsetof(struct user, gmail_user_id) },
	{ IDENTITY_FACEBOOK, offsetof(struct user, facebook_user_id) },
	{ IDENTITY_APPLE,    offsetof(struct user, apple_user_id) },
	{ IDENTITY_WECHAT,   offsetof(struct user, wechat_user_id) },
	{ IDENTITY_HA1B,     offsetof(struct user, ha1b) },
	{ IDENTITY_OIDC,     offsetof(struct user, oidc_user_id) },
	{ IDENTITY_OIDC,     offsetof(struct user, oidc_user_id_2) },
	{ IDENTITY_OIDC,     offsetof(struct user, oidc_user_id_3) },
	{ IDENTITY_OIDC,     offsetof(struct user, oidc_user_id_4) },
};

const char *
user_name_at(const struct user *user, size_t i)
{
	return (const char *)user + user_names[i].offset;
}

bool
user_has_name(const struct user *user, enum identity_kind kind, const char *name)
{
	for (size_t i = 0; i < USER_NAMES; i++) {
		if (user_names[i].kind == kind && strcmp(user_name_at(user, i), name) == 0)
			return true;
	}
	return false;
}

/* JSON readers elsewhere keep 53 bits of an integer (RFC 8259, 6). */
#define GENERATION_BITS 53

const char *
user_ha1b_login(const struct user *user)
{
	return user->sip_login[0] ? user->sip_login : user->email;
}

void
user_mark_disabled(struct user *user, int64_t now_ms)
{
	if (!user->disabled_ms)
		user->disabled_ms = user->modified_ms = now_ms;
}

void
user_mark_enabled(struct user *user, int64_t now_ms)
{
	if (user->disabled_ms)
		user->modified_ms = now_ms;
	user->disabled_ms = 0;
}

uint64_t
user_new_generation(void)
{
	uint64_t gen;

	secret_random(&gen, sizeof gen);
	return gen >> (64 - GENERATION_BITS);
}

bool
user_administers(const struct user *user, bool has_password)
{
	return strcmp(user->role, "Admin") == 0 && !user->deleted_ms && !user->disabled_ms &&
	    (has_password || user->gmail_user_id[0] || user->facebook_user_id[0] ||
	    user->apple_user_id[0] || user->oidc_user_id[0] || user->oidc_user_id_2[0] ||
	    user->oidc_user_id_3[0] || user->oidc_user_id_4[0]);
}

const char *
user_name_field(size_t i)
{
	const struct field *f = user_kind.fields;

	while (f->offset != user_names[i].offset)
		f++;
	return f->name;
}

int
field_index(const struct record_kind *kind, const char *name)
{
	for (size_t i = 0; i < kind->count; i++) {
		if (strcmp(kind->fields[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

uint64_t
field_bit(const struct record_kind *kind, const char *name)
{
	int index = field_index(kind, name);

	if (index < 0)
		abort();
	return (uint64_t)1 << index;
}

void
record_merge(const struct record_kind *kind, void *to, const void *from, uint64_t mask)
{
	for (size_t i = 0; i < kind->count; i++) {
		const struct field *f = &kind->fields[i];

		if (mask >> i & 1)
			memcpy((char *)to + f->offset, (const char *)from + f->offset, f->size);
	}
}

bool
record_has_any(const struct record_kind *kind, const void *record, uint64_t mask)
{
	for (size_t i = 0; i < kind->count; i++) {
		if (mask >> i & 1 && kind->fields[i].type == FIELD_TEXT &&
		    *((const char *)record + kind->fields[i].offset))
			return true;
	}
	return false;
}

/* The same value in every field but those whose bit is set? */
static bool
is_same_but(const struct record_kind *kind, const void *a, const void *b, uint64_t but)
{
	for (size_t i = 0; i < kind->count; i++) {
		const struct field *f = &kind->fields[i];
		const char *one = (const char *)a + f->offset, *two = (const char *)b + f->offset;

		if (but >> i & 1)
			continue;
		if (f->type == FIELD_TEXT ? strcmp(one, two) != 0 : memcmp(one, two, f->size) != 0)
			return false;
	}
	return true;
}

bool
record_same(const struct record_kind *kind, const void *a, const void *b)
{
	return is_same_but(kind, a, b, 0);
}

bool
record_equal(const struct record_kind *kind, const void *a, const void *b)
{
	return is_same_but(kind, a, b, field_bit(kind, "modified_on"));
}

void
record_touch(const struct record_kind *kind, const void *old, void *record, int64_t now_ms)
{
	const struct field *f = &kind->fields[field_index(kind, "modified_on")];
	const char *then = (const char *)old + f->offset;

	memcpy((char *)record + f->offset, record_equal(kind, old, record) ? then :
	    (const char *)&now_ms, sizeof now_ms);
}

void
login_digest(const struct uuid *login, uint8_t digest[DIGEST_LEN])
{
	memset(digest, 0, DIGEST_LEN);
	memcpy(digest, login->bytes, sizeof login->bytes);
}

/* Digests of secrets are as good as random: none has so many zeros. */
bool
login_of_digest(const uint8_t digest[DIGEST_LEN], struct uuid *login)
{
	uint8_t whole[DIGEST_LEN];

	memcpy(login->bytes, digest, sizeof login->bytes);
	login_digest(login, whole);
	return memcmp(whole, digest, sizeof whole) == 0;
}
