// SPDX-License-Identifier: ISC
/* conf/options.c - every option of doorward.conf, a row each. */
#include "conf/conf.h"

#include <string.h>

#include "base/guard.h"

#define TEXT(name, preset, min, max, meaning) \
	{ #name, OPTION_TEXT, offsetof(struct conf, name), preset, min, max, "", meaning, NULL }
#define PATH(name, preset, meaning) \
	{ #name, OPTION_PATH, offsetof(struct conf, name), preset, 0, 4096, "", meaning, NULL }
#define SOCKET(name, preset, meaning) \
	{ #name, OPTION_SOCKET, offsetof(struct conf, name), preset, 0, 4096, "", meaning, NULL }
#define CHOICE(name, preset, choices, meaning) \
	{ #name, OPTION_CHOICE, offsetof(struct conf, name), preset, 0, 0, "", meaning, choices }
#define NUMBER(name, preset, min, max, unit, meaning) \
	{ #name, OPTION_NUMBER, offsetof(struct conf, name), preset, min, max, unit, meaning, NULL }
#define BOOL(name, preset, meaning) \
	{ #name, OPTION_BOOL, offsetof(struct conf, name), preset, 0, 0, "", meaning, NULL }

#define LIST(name, meaning) \
	{ #name, OPTION_LIST, offsetof(struct conf, name), "", 0, 255, "", meaning, NULL }

const struct option_row options[] = {
	PATH(data_dir, LOCALSTATEDIR "/lib/doorward",
	    "Directory of the database."),
	PATH(run_dir, RUNSTATEDIR "/doorward",
	    "Directory for the socket and other files that need not survive a restart."),
	PATH(key_file, SYSCONFDIR "/doorward/master.key",
	    "File with the 32-byte key that seals all other keys."),
	TEXT(user, "", 0, 32,
	    "User that a service started by root becomes; empty to remain root."),
	TEXT(group, "", 0, 32,
	    "Group of the service and its socket; empty for that of user."),
	SOCKET(listen, "",
	    "Socket for the web server, a path or a loopback address; empty for doorward.sock"
	    " in run_dir."),
	NUMBER(workers, "4", 1, 512, "processes",
	    "Workers that are always there; each answers one request at a time."),
	NUMBER(workers_max, "64", 1, 512, "processes",
	    "Most workers that there may be while many requests take long."),
	NUMBER(workers_spare, "2", 0, 512, "processes",
	    "Workers are added while fewer than this are free."),
	NUMBER(worker_idle_s, "30", 1, 86400, "seconds",
	    "Time without need after which added workers exit."),
	NUMBER(worker_max_requests, "0", 0, 1000000000, "requests",
	    "Requests after which a worker exits; 0 for 100000 if the master replaces it."),
	NUMBER(request_deadline_s, "10", 1, 300, "seconds",
	    "Time to pass a request, and again to accept the answer."),
	BOOL(sandbox, "yes",
	    "Restrict workers to the system calls that they need."),
	TEXT(log_target, "stderr", 1, 4096,
	    "Where log lines go: stderr, syslog, or the path of a file."),
	CHOICE(log_format, "text", "text|json",
	    "Form of log lines."),
	CHOICE(log_level, "info", "error|info|debug",
	    "How much is logged."),

	TEXT(host_name, "localhost", 1, 255,
	    "Public name of the service, with :port unless that is 443; target of redirects."),
	TEXT(realm, "doorward", 1, 128,
	    "Realm named in WWW-Authenticate."),
	BOOL(allow_plain_http, "no",
	    "Answer requests that did not arrive over TLS instead of redirecting them."),
	BOOL(accept_query_credentials, "yes",
	    "Accept credentials in the query string."),
	CHOICE(basic_challenge, "auto", "auto|yes|no",
	    "Offer Basic in WWW-Authenticate; auto: unless a script of a page asks."),
	NUMBER(max_body_bytes, "65536", 1024, 1048576, "bytes",
	    "Largest request body."),
	LIST(trusted_proxies,
	    "Addresses or networks of proxies whose X-Forwarded-Proto is believed."),
	LIST(metrics_allow,
	    "Addresses or networks, besides this machine, that may ask for health and metrics."),
	LIST(cors_origins,
	    "Origins whose pages may call the service from a browser."),

	CHOICE(jwt_alg, "HS256", "HS256|ES256|RS256|EdDSA",
	    "How JWTs are signed; by all but HS256, so that others can check them."),
	LIST(jwt_audience,
	    "Values of aud in JWTs that others can check; if none, the address of the service."),
	NUMBER(jwt_key_lead_s, "900", 0, 604800, "seconds",
	    "Time that a new key for JWTs is published before it signs."),
	NUMBER(jwt_ttl_s, "86400", 60, 31536000, "seconds",
	    "Lifetime of a JWT."),
	NUMBER(max_session_s, "2592000", 60, 315360000, "seconds",
	    "Time after a login during which JWTs can be exchanged for fresh ones."),
	NUMBER(token_ttl_default_s, "86400", 60, 315360000, "seconds",
	    "Lifetime of a bearer token if the client does not set one."),
	NUMBER(token_ttl_max_s, "315360000", 60, 315360000, "seconds",
	    "Longest lifetime of a bearer token."),
	NUMBER(max_tokens_per_user, "1000", 1, 100000, "tokens",
	    "Bearer tokens that a user may have at a time."),
	BOOL(bearer_may_create, "no",
	    "Let bearer tokens create and extend bearer tokens."),
	BOOL(token_as_password, "no",
	    "Accept bearer tokens as passwords in Basic, for git, pip, npm and the like."),
	CHOICE(track_last_used, "yes", "yes|time|no",
	    "Record when and from where bearer tokens were used last; time: only when."),
	CHOICE(track_logins, "yes", "yes|time|no",
	    "Show users their logins, with address and program; time: without; no: not at all."),
	NUMBER(last_used_precision_s, "600", 1, 86400, "seconds",
	    "Time between writes of those uses to the database."),
	TEXT(token_prefix, "", 0, 16,
	    "What new bearer tokens begin with, such as dwt_; empty for nothing."),
	BOOL(token_self_rotate, "no",
	    "Let a bearer token replace itself by a new one."),
	BOOL(admin_api, "no",
	    "Let users with the role Admin manage users and accounts over HTTP."),

	BOOL(ha1b, "yes",
	    "Accept HA1B, an unsalted MD5 digest of login, domain and password."),
	NUMBER(argon2_memory_kib, "19456", 8192, CONF_ARGON2_MEMORY_MAX_KIB, "KiB",
	    "Memory for one Argon2id password hash."),
	NUMBER(argon2_iterations, "2", 1, CONF_ARGON2_ITERATIONS_MAX, "passes",
	    "Passes of one Argon2id password hash."),
	NUMBER(password_min_length, "8", 1, 1024, "characters",
	    "Shortest new password."),
	BOOL(password_refuse_common, "yes",
	    "Refuse new passwords that are among the most common ones, or a name of the user."),
	PATH(password_refuse_file, "",
	    "File with further passwords to refuse, one on each line; empty for none."),
	NUMBER(max_password_checks, "0", 0, 512, "hashes",
	    "Passwords hashed at a time, over all workers; 0 for one less than processor cores."),
	NUMBER(password_wait_ms, "5000", 0, 60000, "milliseconds",
	    "Time that a login waits for its password to be hashed before it is refused."),
	NUMBER(password_cache_s, "60", 0, 3600, "seconds",
	    "Time that workers remember a right password, to avoid hashing; 0 for never."),

	BOOL(throttle, "yes",
	    "Make clients that present wrong passwords and tokens wait."),
	NUMBER(throttle_account_failures, "5", 1, 100, "failures",
	    "Wrong passwords for a login name before the next attempt must wait."),
	NUMBER(throttle_source_failures, "30", 1, 100000, "failures",
	    "Wrong credentials from an address before its next attempt must wait."),
	NUMBER(throttle_first_s, "1", 1, 3600, "seconds",
	    "The first wait; each further failure doubles it."),
	NUMBER(throttle_max_s, "900", 1, 86400, "seconds",
	    "The longest wait."),
	NUMBER(throttle_quiet_s, "900", 1, 86400, "seconds",
	    "Time without a failure after which one is forgiven, which halves the wait."),
	NUMBER(throttle_known_days, "30", 0, 366, "days",
	    "Time that an address a user has logged in from is counted separately."),
	NUMBER(throttle_ha1b_per_second, "20", 1, 100000, "failures",
	    "Wrong HA1Bs per second, over all addresses without a recent success."),
	NUMBER(throttle_entries, "100000", 1000, 400000, "entries",
	    "Login names, and addresses, whose failures are remembered."),
	LIST(throttle_exempt,
	    "Addresses or networks that are never throttled."),

	CHOICE(store, "lmdb", "lmdb|mariadb",
	    "Where the database is: in data_dir, or in a MariaDB server or Galera cluster."),
	LIST(sql_hosts,
	    "MariaDB servers, sockets or host[:port], nearest first; if none, Debian's socket."),
	TEXT(sql_database, "doorward", 1, 64,
	    "Name of the database in MariaDB, which must exist."),
	TEXT(sql_user, "doorward", 1, 128,
	    "User of MariaDB to connect as."),
	PATH(sql_password_file, "",
	    "File with the password of sql_user; empty if the server knows the user without one."),
	PATH(sql_ca_file, "",
	    "File with certificate authorities of MariaDB servers; empty for no TLS."),
	NUMBER(sql_timeout_ms, "3000", 1000, 60000, "milliseconds",
	    "Time that a MariaDB server may take to answer; whole seconds are used."),
	NUMBER(store_max_mib, "4096", 16, 1048576, "MiB",
	    "Size up to which the database in data_dir may grow."),

	LIST(google_client_ids,
	    "OAuth client ids whose Google ID tokens are accepted; if none, Google is off."),
	TEXT(google_jwks_url, "https://www.googleapis.com/oauth2/v3/certs", 1, 1024,
	    "Address of Google's signing keys."),
	BOOL(google_link_by_email, "no",
	    "Look up unknown people by a verified Google e-mail address, and record their id."),
	BOOL(auto_register, "no",
	    "Create users for unknown people with a verified Google or Apple e-mail address."),
	LIST(apple_client_ids,
	    "Client ids whose Apple ID tokens are accepted; if none, Apple is off."),
	TEXT(apple_jwks_url, "https://appleid.apple.com/auth/keys", 1, 1024,
	    "Address of Apple's signing keys."),
	TEXT(facebook_app_id, "", 0, 255,
	    "Facebook app id; if empty, Facebook is off."),
	PATH(facebook_app_secret_file, "",
	    "File with the Facebook app secret, readable only by the service."),
	TEXT(facebook_graph_url, "https://graph.facebook.com/v19.0", 1, 1024,
	    "Address of Facebook's Graph API."),
	TEXT(facebook_jwks_url, "https://www.facebook.com/.well-known/oauth/openid/jwks/", 1, 1024,
	    "Address of Facebook's signing keys for Limited Login."),
	PATH(provider_ca_file, "",
	    "File with certificate authorities for providers; empty for the system's."),
	NUMBER(provider_timeout_ms, "2000", 100, 60000, "milliseconds",
	    "Time that a request to a provider may take."),
	NUMBER(jwks_stale_max_s, "86400", 0, 31536000, "seconds",
	    "Time that a provider's last good keys are used while it cannot be reached."),

	BOOL(webitel, "yes",
	    "Answer the Webitel API: /login, /logout and /api/v2."),
	NUMBER(webitel_ttl_s, "8640000", 60, 315360000, "seconds",
	    "Lifetime of a Webitel session."),
	TEXT(webitel_cdr_host, "http://localhost:10023", 0, 1024,
	    "Address of the CDR server, which Webitel clients receive at login."),
	TEXT(webitel_verto, "", 0, 1024,
	    "Address of the Verto server that Webitel clients are told; empty for none."),
	BOOL(webitel_hide_unknown_user, "no",
	    "Answer the login of an unknown user like a wrong password, not with 404."),
	NUMBER(domain_token_ttl_max_s, "3153600000", 60, 3153600000, "seconds",
	    "Longest lifetime of a domain token that a client creates."),
	NUMBER(max_domain_tokens, "1000", 1, 10000, "tokens",
	    "Domain tokens that a domain may have at a time."),
};

const size_t options_count = NELEM(options);

#define OIDC(name, type, preset, min, meaning) \
	{ #name, type, offsetof(struct conf_oidc, name), preset, min, 1024, "", meaning, NULL }

const struct option_row oidc_options[] = {
	OIDC(issuer, OPTION_TEXT, "", 1, "The iss of its ID tokens."),
	OIDC(jwks_url, OPTION_TEXT, "", 1, "Address of its signing keys."),
	OIDC(client_ids, OPTION_LIST, "", 1, "Values of aud that are accepted in its ID tokens."),
	OIDC(header, OPTION_TEXT, "", 0,
	    "Header that carries its ID tokens; empty for X-Auth-NAME-Token."),
	OIDC(parameter, OPTION_TEXT, "", 0,
	    "Query parameter and form field of its ID tokens; empty for NAME_token."),
	OIDC(email_verified_as_text, OPTION_BOOL, "no", 0,
	    "Accept the text \"true\" as well as true for email_verified."),
	OIDC(link_by_email, OPTION_BOOL, "no", 0,
	    "Look up unknown people by a verified e-mail address, and record their id."),
	OIDC(auto_register, OPTION_BOOL, "no", 0,
	    "Create users for unknown people with a verified e-mail address."),
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
	case OPTION_SOCKET:
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
