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

const struct option_row options[] = {
	PATH(data_dir, LOCALSTATEDIR "/lib/doorward",
	    "Directory of the user and token database."),
	PATH(run_dir, RUNSTATEDIR "/doorward",
	    "Directory for the socket and other files that need not survive a restart."),
	PATH(key_file, SYSCONFDIR "/doorward/master.key",
	    "File of the 32 byte key that seals all other keys."),
	PATH(listen, "",
	    "Path of the socket that the web server talks to; empty for doorward.sock in run_dir."),
	NUMBER(workers, "4", 1, 512, "processes",
	    "Worker processes; each answers one request at a time."),
	NUMBER(worker_max_requests, "100000", 0, 1000000000, "requests",
	    "A worker is replaced after so many requests; 0 for never."),
	NUMBER(request_deadline_s, "10", 1, 300, "seconds",
	    "How long the web server may take to hand over one request."),
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

	NUMBER(argon2_memory_kib, "19456", 8192, 4194304, "KiB",
	    "Memory of one Argon2id password hash."),
	NUMBER(argon2_iterations, "2", 1, 100, "passes",
	    "Passes of one Argon2id password hash."),
	NUMBER(password_min_length, "8", 1, 1024, "characters",
	    "Shortest new password."),

	NUMBER(store_max_mib, "4096", 16, 1048576, "MiB",
	    "Size up to which the database may grow."),
};

const size_t options_count = NELEM(options);

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

void
option_put(struct text *out, const struct option_row *row, const struct conf *conf)
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
	}
}
