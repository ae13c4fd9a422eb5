// SPDX-License-Identifier: ISC
/*
 * store/record.h - what the service remembers, as plain structs of fixed size.
 *
 * A record has no pointers, so a copy is an assignment and a write fits one
 * operation (store/op.h).  Times are Unix milliseconds, 0 for "never".  Text
 * is UTF-8 with a NUL, "" for "absent".  The tables of fields below
 * drive the codec and doorwardctl.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"
#include "base/uuid.h"

#define STORE_SCHEMA	5		/* of what follows, as a back end stores it */

#define LOGIN_SIZE	255		/* RFC 5321, 4.5.3.1.3: 254 and a NUL */
#define NAME_SIZE	256
#define TOKEN_NAME_SIZE	(255 * 4 + 1)	/* 255 characters of UTF-8 */
#define TOKEN_HEAD_LEN	4
#define SCOPE_NAMES	32		/* of a token, each of so many characters */
#define SCOPE_NAME_LEN	64
#define SCOPE_SIZE	(SCOPE_NAMES * (SCOPE_NAME_LEN + 1))
#define NETWORKS	16		/* of a token, each "ffff:…:ffff/128" at most */
#define NETWORKS_SIZE	(NETWORKS * (43 + 1))
#define TOKEN_IP_SIZE	46		/* INET6_ADDRSTRLEN */
#define TOKEN_PREFIX_SIZE	17	/* 15 characters, '_' and a NUL */
#define HASH_SIZE	256
#define HA1B_SIZE	(2 * DIGEST_LEN + 1)
#define KEY_ID_SIZE	17
#define KEY_PRIVATE_SIZE 2048
#define ROLE_NAME_SIZE	64
#define ROLE_ACL_SIZE	4096

struct user {
	struct uuid id;
	int64_t created_ms, modified_ms, deleted_ms, disabled_ms;
	uint64_t gen;			/* a new one ends all JWTs; random, 53 bits */
	struct uuid account;		/* all zero: no account */
	char email[LOGIN_SIZE];		/* lower case; unique among all login names */
	char sip_login[LOGIN_SIZE];	/* likewise */
	char phone_number[64];
	char first_name[NAME_SIZE], last_name[NAME_SIZE];
	char dob[32];			/* ISO 8601 */
	char gmail_user_id[NAME_SIZE], facebook_user_id[NAME_SIZE];
	char apple_user_id[NAME_SIZE], wechat_user_id[NAME_SIZE];
	char role[16], gender[16];
	bool wss_online;
	char avatar[1024];
	char webitel_role[ROLE_NAME_SIZE];
	char ha1b[HA1B_SIZE];		/* keyed digest of its HA1B, in hex */
	/* "PROVIDER:sub" of a provider in doorward.conf; the four places are equivalent */
	char oidc_user_id[NAME_SIZE], oidc_user_id_2[NAME_SIZE];
	char oidc_user_id_3[NAME_SIZE], oidc_user_id_4[NAME_SIZE];
	uint64_t token_gen;		/* a new one ends all bearer tokens */
	int64_t logins_ended_ms;	/* until then a login of its JWTs may have been ended */
};

/* What HA1B tokens made of a login and a password lead to (user.ha1b), and that login. */
struct ha1b {
	char index[HA1B_SIZE];		/* "": none */
	char login[LOGIN_SIZE];
};

struct password {
	struct uuid user;
	int64_t set_ms;
	char hash[HASH_SIZE];		/* a modular crypt string */
};

struct account {
	struct uuid id;
	int64_t created_ms, modified_ms, deleted_ms;
	char name[NAME_SIZE];		/* unique, compared byte by byte */
	char email[LOGIN_SIZE];
	char level[16];
	char balance[48];		/* a decimal number, as text */
};

/*
 * A bearer token, or a Webitel session: a secret of a user that expires.  Or a login that
 * was ended: it has no secret, and is kept while JWTs of that login could be valid.
 */
enum token_use { TOKEN_BEARER, TOKEN_SESSION, TOKEN_ENDED };

/* Only a keyed digest of the secret is stored; of an ended login, its id (login_digest). */
struct token {
	struct uuid id, user;
	uint8_t digest[DIGEST_LEN];
	int64_t created_ms, modified_ms, expires_ms;
	int64_t ttl_s;
	char head[TOKEN_HEAD_LEN + 1];	/* first random characters, to tell tokens apart */
	char name[TOKEN_NAME_SIZE];
	int64_t use;			/* enum token_use */
	/*
	 * Session: the user's gen when it began.  Bearer token: its token_gen then.  They are
	 * compared at each use, because a damaged index may not lead to all that must end.
	 * Ended login: the user's gen then; with another one its JWTs have ended anyway.
	 */
	uint64_t gen;
	uint8_t proof[DIGEST_LEN];	/* session: keyed digest of key and token together */
	uint64_t hash_key;		/* the serial of the key that digest was made with; or */
#define STORE_NO_KEY INT64_MAX		/* this */
	/* bearer token: its limits, words of base/words.h; "": none */
	char scope[SCOPE_SIZE];
	char addresses[NETWORKS_SIZE];
	/*
	 * The token that replaces this one, and the one that this one replaces, until this
	 * one is used: from then on the other has replaced_ms.
	 */
	struct uuid successor, predecessor;
	int64_t replaced_ms;
	char prefix[TOKEN_PREFIX_SIZE];	/* token_prefix when it was made */
	int64_t last_used_ms;		/* of a bearer token, not to the second (auth/used.h) */
	char last_used_ip[TOKEN_IP_SIZE];
};

/* The digest of an ended login, whose id is no secret, and back; false: it is no such digest. */
void login_digest(const struct uuid *login, uint8_t digest[DIGEST_LEN]);
bool login_of_digest(const uint8_t digest[DIGEST_LEN], struct uuid *login);

/* How a token is replaced (store_token_rotate). */
struct token_rotation {
	struct uuid old, owner;
	struct token fresh;		/* id, digest, prefix, head and hash_key are its own */
	int64_t until_ms;		/* when the old one ends, unless it does so before */
	int64_t ttl_max_s;
	uint64_t limit;			/* of live tokens, without the old one */
};

/* The last use of a bearer token that a machine knows of, and a number of them. */
struct token_used {
	struct uuid token;
	int64_t used_ms;
	char ip[TOKEN_IP_SIZE];		/* "": not to be recorded */
};

#define TOKENS_USED_MAX 32

/* A token of a Webitel domain. */
struct domain_token {
	struct uuid id;
	char domain[LOGIN_SIZE];	/* lower case */
	char role[ROLE_NAME_SIZE];
	char created_by[2 * LOGIN_SIZE];
	int64_t created_ms, expires_ms;
	bool enabled;
	struct uuid maker;		/* the user who made it; none: the operator */
	uint64_t key;			/* the serial of the key that signed it */
};

/* A Webitel role: the JSON object "acl" says what it permits. */
struct role {
	char name[ROLE_NAME_SIZE];
	int64_t modified_ms;
	char acl[ROLE_ACL_SIZE];
};

/* A signing or hashing key, sealed by the master key called sealed_by. */
struct key {
	char id[KEY_ID_SIZE];
	char purpose[16];
	int64_t created_ms;
	char sealed_by[KEY_ID_SIZE];
	uint8_t sealed[SECRET_KEY_LEN + SECRET_SEAL_LEN];
	uint64_t serial;		/* among those of its purpose; the highest is used */
	int64_t retired_ms;		/* what it made ended then, and is being removed */
	char private_key[KEY_PRIVATE_SIZE];	/* sealed by the key itself, as base64url; or "" */
};

struct meta {
	uint64_t schema;
	struct uuid instance;
	int64_t created_ms;
	uint64_t key_changes;		/* how often the keys have changed */
};

/* How much the database contains. */
struct store_counts {
	uint64_t users, accounts, tokens, keys;	/* including expired tokens */
	uint64_t domain_tokens, roles;		/* roles: those that are changed or added */
	uint64_t bytes_used, bytes_max;	/* including freed pages; 0: no limit of ours */
};

/* The values of an index: from a name to an id, and to a token.  Not every index needs all. */
struct uuid_link {
	struct uuid id;
};

struct token_link {
	uint8_t digest[DIGEST_LEN];
	int64_t expires_ms;
	int64_t use;			/* enum token_use */
};

#define MACHINE_NAME_SIZE 256

/* A service that uses a shared store, as it was when it was seen last. */
struct machine {
	char name[MACHINE_NAME_SIZE];	/* host and run_dir */
	char key[KEY_ID_SIZE], former[KEY_ID_SIZE];	/* the master keys in its key file; or "" */
	char version[32];
	uint64_t schema;
	int64_t seen_ms;
};

/* Room for what is read, so that a failure leaves the caller's data unchanged. */
union any_record {
	struct user user;
	struct password password;
	struct account account;
	struct token token;
	struct key key;
	struct meta meta;
	struct domain_token domain_token;
	struct role role;
	struct uuid_link uuid_link;
	struct token_link token_link;
	struct machine machine;
};

/* The kinds of names of a user.  Logins are e-mails and SIP logins, in lower case. */
enum identity_kind { IDENTITY_LOGIN, IDENTITY_GOOGLE, IDENTITY_FACEBOOK, IDENTITY_APPLE,
    IDENTITY_WECHAT, IDENTITY_HA1B, IDENTITY_OIDC, IDENTITY_KINDS };

/* The members of a user that name it; no two users share a name of a kind. */
struct user_name {
	enum identity_kind kind;
	size_t offset;
};

#define USER_NAMES 11

extern const struct user_name user_names[USER_NAMES];

/* The i-th of them, "" if the user has none. */
const char *user_name_at(const struct user *user, size_t i);

/* Does the name, which is not "", name user? */
bool user_has_name(const struct user *user, enum identity_kind kind, const char *name);

/* The login that HA1B tokens of user are made from: the SIP login, or else the e-mail. */
const char *user_ha1b_login(const struct user *user);

/*
 * What disabling and enabling do to the fields of user that are shown.  One that is as it
 * should be keeps its times.
 */
void user_mark_disabled(struct user *user, int64_t now_ms);
void user_mark_enabled(struct user *user, int64_t now_ms);

/* A generation that ends what was made in former ones. */
uint64_t user_new_generation(void);

/*
 * Can the user administer: does it live, with the role Admin, and with a password or an id
 * at a provider to log in by?
 */
bool user_administers(const struct user *user, bool has_password);

/* The field of user_kind that has it. */
const char *user_name_field(size_t i);

enum field_type { FIELD_UUID, FIELD_TIME, FIELD_NUMBER, FIELD_BOOL, FIELD_TEXT, FIELD_BYTES };

struct field {
	const char *name;		/* as in the JSON */
	enum field_type type;
	size_t offset, size;		/* of the member; of text with its NUL */
};

/* A kind of record.  New fields go to the end, because the codec numbers them. */
struct record_kind {
	const char *name;		/* "user" */
	uint8_t tag;			/* in every record; never reused for another kind */
	size_t size;			/* of the struct */
	const struct field *fields;
	size_t count;
};

extern const struct record_kind user_kind, password_kind, account_kind, token_kind, key_kind,
    meta_kind, uuid_link_kind, token_link_kind, domain_token_kind, role_kind, machine_kind;

/* Position of the field called name, or -1. */
int field_index(const struct record_kind *kind, const char *name);

/*
 * The bit that stands in masks for the field called name.  There must be one:
 * the process ends for a name of none, which is a slip in its source.
 */
uint64_t field_bit(const struct record_kind *kind, const char *name);

/*
 * Copies the fields of from whose bit (1 << position) is in mask.  Used to
 * change a record within one write.
 */
void record_merge(const struct record_kind *kind, void *to, const void *from, uint64_t mask);

/* Is any text field of mask not empty? */
bool record_has_any(const struct record_kind *kind, const void *record, uint64_t mask);

/* The same value in every field? */
bool record_same(const struct record_kind *kind, const void *a, const void *b);

/* The same value in every field but "modified_on"? */
bool record_equal(const struct record_kind *kind, const void *a, const void *b);

/*
 * "modified_on" of record, which was old before, in a kind that has it: now_ms if any other
 * field changed, or else as it was.
 */
void record_touch(const struct record_kind *kind, const void *old, void *record,
    int64_t now_ms);

#endif
