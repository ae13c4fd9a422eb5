// SPDX-License-Identifier: ISC
/* conf/options.c - every option of doorward.conf, a row each. */
#include "conf/conf.h"

#include <string.h>

#include "base/guard.h"

#define TEXT(name, preset, min, max, meaning) \
	{ #name, OPTION_TEXT, offsetof(struct conf, name), preset, min, max, "", meaning }
#define PATH(name, preset, meaning) \
	{ #name, OPTION_PATH, offsetof(struct conf, name), preset, 0, 4096, "", meaning }
#define CHOICE(name, preset, choices, meaning) \
	{ #name, OPTION_CHOICE, offsetof(struct conf, name), preset, 0, 0, choices, meaning }
#define NUMBER(name, preset, min, max, unit, meaning) \
	{ #name, OPTION_NUMBER, offsetof(struct conf, name), preset, min, max, unit, meaning }
#define BOOL(name, preset, meaning) \
	{ #name, OPTION_BOOL, offsetof(struct conf, name), preset, 0, 0, "", meaning }

#define LIST(name, meaning) \
	{ #name, OPTION_LIST, offsetof(struct conf, name), "", 0, 255, "", meaning }

const struct option_row options[] = {
	PATH(data_dir, LOCALSTATEDIR "/lib/doorward",
	    "Directory of the user and token database."),
	PATH(run_dir, RUNSTATEDIR "/doorward",
	    "Directory for the socket and other files that need not survive a restart."),
	PATH(key_file, SYSCONFDIR "/doorward/master.key",
	    "File of the 32 byte key that seals all other keys."),
	TEXT(user, "", 0, 32,
	    "User that a service started by root becomes; empty to stay root."),
	TEXT(group, "", 0, 32,
	    "Group of the service and its socket; empty for that of user."),
	PATH(listen, "",
	    "Path of the socket that the web server talks to; empty for doorward.sock in run_dir."),
	NUMBER(workers, "4", 1, 512, "processes",
	    "Worker processes; each answers one request at a time."),
	NUMBER(worker_max_requests, "100000", 0, 1000000000, "requests",
	    "A worker is replaced after so many requests; 0 for never."),
	NUMBER(request_deadline_s, "10", 1, 300, "seconds",
	    "How long the web server may take to hand over one request."),
	BOOL(sandbox, "yes",
	    "Let a worker make only the system calls that it needs."),
	TEXT(log_target, "stderr", 1, 4096,
	    "Where log lines go: stderr, syslog, or the path of a file."),
	CHOICE(log_level, "info", "error|info|debug",
	    "How much is logged."),

	TEXT(host_name, "localhost", 1, 255,
	    "Public name of the service, with :port unless it is 443; redirects lead there."),
	TEXT(realm, "doorward", 1, 128,
	    "Realm named in WWW-Authenticate."),
	BOOL(allow_plain_http, "no",
	    "Answer requests that did not come over TLS instead of redirecting them."),
	BOOL(accept_query_credentials, "yes",
	    "Accept tokens in the query string."),
	BOOL(basic_challenge, "yes",
	    "Offer Basic in WWW-Authenticate, which makes browsers open a dialog."),
	NUMBER(max_body_bytes, "65536", 1024, 1048576, "bytes",
	    "Largest request body."),
	LIST(trusted_proxies,
	    "Addresses or networks of proxies whose X-Forwarded-Proto is believed."),
	LIST(cors_origins,
	    "Origins whose pages may call the service from a browser."),

	NUMBER(jwt_ttl_s, "86400", 60, 31536000, "seconds",
	    "Life of a JWT."),
	NUMBER(max_session_s, "2592000", 60, 315360000, "seconds",
	    "How long JWTs can be exchanged for fresh ones after a login."),
	NUMBER(token_ttl_default_s, "86400", 60, 315360000, "seconds",
	    "Life of a bearer token that names none."),
	NUMBER(token_ttl_max_s, "315360000", 60, 315360000, "seconds",
	    "Longest life of a bearer token."),
	NUMBER(max_tokens_per_user, "1000", 1, 100000, "tokens",
	    "Bearer tokens a user may have at a time."),
	BOOL(bearer_may_create, "no",
	    "Let bearer tokens create and extend bearer tokens."),

	BOOL(ha1b, "yes",
	    "Accept HA1B, an unsalted MD5 of login, domain and password."),
	NUMBER(argon2_memory_kib, "19456", 8192, 4194304, "KiB",
	    "Memory of one Argon2id password hash."),
	NUMBER(argon2_iterations, "2", 1, 100, "passes",
	    "Passes of one Argon2id password hash."),
	NUMBER(password_min_length, "8", 1, 1024, "characters",
	    "Shortest new password."),
	BOOL(password_refuse_common, "yes",
	    "Refuse new passwords that are on the list of the most common ones."),
	NUMBER(max_password_checks, "0", 0, 512, "hashes",
	    "Passwords hashed at once, over all workers; 0 for one less than there are cores."),
	NUMBER(password_wait_ms, "250", 0, 10000, "milliseconds",
	    "How long a login may wait for others to be hashed, before it is put off with 503."),
	NUMBER(password_cache_s, "60", 0, 3600, "seconds",
	    "How long a worker remembers a right password and need not hash it again; 0: never."),

	BOOL(throttle, "yes",
	    "Make those wait who present wrong passwords and tokens."),
	NUMBER(throttle_account_failures, "5", 1, 100, "failures",
	    "Wrong passwords for an account before the next try has to wait."),
	NUMBER(throttle_source_failures, "30", 1, 100000, "failures",
	    "Wrong credentials from an address before its next try has to wait."),
	NUMBER(throttle_first_s, "1", 1, 3600, "seconds",
	    "The first such wait; each further failure doubles it."),
	NUMBER(throttle_max_s, "900", 1, 86400, "seconds",
	    "The longest wait."),
	NUMBER(throttle_quiet_s, "900", 1, 86400, "seconds",
	    "Time without a failure that takes one back, and so halves the wait."),
	NUMBER(throttle_known_days, "30", 0, 366, "days",
	    "How long an address that logged in to an account is counted apart from others there."),
	NUMBER(throttle_ha1b_per_second, "20", 1, 100000, "failures",
	    "Wrong HA1B in a second, from all addresses that have never succeeded."),
	NUMBER(throttle_entries, "100000", 1000, 400000, "entries",
	    "Accounts and addresses whose failures are remembered, of each so many."),
	LIST(throttle_exempt,
	    "Addresses or networks that are never throttled."),

	NUMBER(store_max_mib, "4096", 16, 1048576, "MiB",
	    "Size up to which the database may grow."),

	LIST(google_client_ids,
	    "OAuth client ids whose Google ID tokens are accepted; none switches Google off."),
	TEXT(google_jwks_url, "https://www.googleapis.com/oauth2/v3/certs", 1, 1024,
	    "Where Google's signing keys are."),
	BOOL(google_link_by_email, "no",
	    "Let a verified Google e-mail find the user who has it, and remember the link."),
	BOOL(auto_register, "no",
	    "Make a user of an unknown person with a verified Google or Apple e-mail."),
	LIST(apple_client_ids,
	    "Client ids whose Apple ID tokens are accepted; none switches Apple off."),
	TEXT(apple_jwks_url, "https://appleid.apple.com/auth/keys", 1, 1024,
	    "Where Apple's signing keys are."),
	TEXT(facebook_app_id, "", 0, 255,
	    "Facebook app id; empty switches Facebook off."),
	PATH(facebook_app_secret_file, "",
	    "File with the Facebook app secret, readable by the service alone."),
	TEXT(facebook_graph_url, "https://graph.facebook.com/v19.0", 1, 1024,
	    "Where Facebook's Graph API is."),
	TEXT(facebook_jwks_url, "https://www.facebook.com/.well-known/oauth/openid/jwks/", 1, 1024,
	    "Where Facebook's signing keys for Limited Login are."),
	PATH(provider_ca_file, "",
	    "Certificate authorities for calls to providers; empty for the system's."),
	NUMBER(provider_timeout_ms, "2000", 100, 60000, "milliseconds",
	    "How long a call to a provider may take."),
	NUMBER(jwks_stale_max_s, "86400", 0, 31536000, "seconds",
	    "How long a provider's last good keys are used while it cannot be reached."),

	BOOL(webitel, "yes",
	    "Answer the Webitel dialect: /login, /logout and /api/v2."),
	NUMBER(webitel_ttl_s, "8640000", 60, 315360000, "seconds",
	    "Life of a Webitel session."),
	TEXT(webitel_cdr_host, "http://localhost:10023", 0, 1024,
	    "Address of the CDR server, told to Webitel clients at login."),
	BOOL(webitel_hide_unknown_user, "no",
	    "Answer a login of an unknown user as a wrong password, and not 404."),
};

const size_t options_count = NELEM(options);

#define OIDC(name, type, preset, min, meaning) \
	{ #name, type, offsetof(struct conf_oidc, name), preset, min, 1024, "", meaning }

const struct option_row oidc_options[] = {
	OIDC(issuer, OPTION_TEXT, "", 1, "The iss of its ID tokens."),
	OIDC(jwks_url, OPTION_TEXT, "", 1, "Where its signing keys are."),
	OIDC(client_ids, OPTION_LIST, "", 1, "The aud that its ID tokens may have."),
	OIDC(header, OPTION_TEXT, "", 0, "Header of its ID tokens; empty for X-Auth-NAME-Token."),
	OIDC(parameter, OPTION_TEXT, "", 0,
	    "Query and form parameter of its ID tokens; empty for NAME_token."),
	OIDC(email_verified_as_text, OPTION_BOOL, "no", 0,
	    "Accept the text \"true\" as email_verified, beside true itself."),
	OIDC(link_by_email, OPTION_BOOL, "no", 0,
	    "Let a verified e-mail find the user who has it, and remember the link."),
	OIDC(auto_register, OPTION_BOOL, "no", 0,
	    "Make a user of an unknown person with a verified e-mail."),
};

const size_t oidc_options_count = NELEM(oidc_options);

const struct option_row *
option_find(const char *name)
{
	for (size_t i = 0; i < options_count; i++) {
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	}
	return NULL;
}

/* Quoted the way libconfuse reads it: '\' before a quote, a backslash and a "${". */
static void
put_quoted(struct text *out, const char *string)
{
	text_puts(out, "\"");
	for (; *string; string++) {
		if (strchr("\"\\$", *string))
			text_puts(out, "\\");
		text_put(out, string, 1);
	}
	text_puts(out, "\"");
}

static void
put_list(struct text *out, const struct conf_list *list)
{
	text_puts(out, "{");
	for (size_t i = 0; i < list->count; i++) {
		text_puts(out, i ? ", " : "");
		put_quoted(out, list->at[i]);
	}
	text_puts(out, "}");
}

void
option_put(struct text *out, const struct option_row *row, const void *conf)
{
	const char *member = (const char *)conf + row->offset;

	switch (row->type) {
	case OPTION_TEXT:
	case OPTION_PATH:
	case OPTION_CHOICE:
		put_quoted(out, *(const char *const *)member);
		break;
	case OPTION_NUMBER:
		text_printf(out, "%lld", (long long)*(const int64_t *)member);
		break;
	case OPTION_BOOL:
		text_puts(out, *(const bool *)member ? "yes" : "no");
		break;
	case OPTION_LIST:
		put_list(out, (const struct conf_list *)member);
		break;
	}
}
