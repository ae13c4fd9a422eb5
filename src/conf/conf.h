// SPDX-License-Identifier: ISC
/*
 * conf/conf.h - the configuration: one struct, filled by one table.
 *
 * An option is one row of options[] in conf/options.c and one member here.
 * The shipped doorward.conf and doorward.conf(5) are checked against the rows.
 */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

struct conf_list {
	const char **at;
	size_t count;
};

/* What one Argon2id hash may cost, a new one and one that is verified. */
#define CONF_ARGON2_MEMORY_MAX_KIB	1048576
#define CONF_ARGON2_ITERATIONS_MAX	100

/* The most sections "oidc NAME { ... }" that are allowed. */
#define CONF_OIDC_MAX 16

/* A further OpenID provider: a section "oidc NAME { ... }". */
struct conf_oidc {
	const char *name;		/* the section's title */
	const char *issuer;
	const char *jwks_url;
	struct conf_list client_ids;
	const char *header;		/* header of its ID tokens; "" for X-Auth-NAME-Token */
	const char *parameter;		/* their parameter; "" for NAME_token */
	bool email_verified_as_text;	/* accept "true" for true */
	bool link_by_email;
	bool auto_register;
};

/* Numbers are in the unit their name says; strings are never NULL. */
struct conf {
	struct arena mem;		/* holds the strings */

	const char *data_dir;
	const char *run_dir;
	const char *key_file;
	const char *user;		/* "" to keep the user that started us */
	const char *group;
	const char *listen;		/* "" for run_dir/doorward.sock */
	int64_t workers;
	int64_t workers_max;		/* below workers: no more than those */
	int64_t workers_spare;
	int64_t worker_idle_s;
	int64_t worker_max_requests;	/* 0: depends on who starts the workers */
	int64_t request_deadline_s;
	bool sandbox;
	const char *log_target;
	const char *log_format;
	const char *log_level;

	const char *host_name;
	const char *realm;
	bool allow_plain_http;
	bool accept_query_credentials;
	const char *basic_challenge;	/* "auto", "yes" or "no" */
	int64_t max_body_bytes;
	struct conf_list trusted_proxies;
	struct conf_list metrics_allow;
	struct conf_list cors_origins;

	const char *jwt_alg;		/* "HS256", "ES256", "RS256" or "EdDSA" */
	struct conf_list jwt_audience;	/* none: the service itself */
	int64_t jwt_key_lead_s;
	int64_t jwt_ttl_s;
	int64_t max_session_s;
	int64_t token_ttl_default_s;
	int64_t token_ttl_max_s;
	int64_t max_tokens_per_user;
	bool bearer_may_create;
	bool token_as_password;
	const char *track_last_used;	/* "yes", "time" or "no" */
	const char *track_logins;	/* likewise */
	int64_t last_used_precision_s;
	const char *token_prefix;	/* "" for none */
	bool token_self_rotate;
	bool admin_api;

	bool ha1b;
	int64_t argon2_memory_kib;
	int64_t argon2_iterations;
	int64_t password_min_length;
	bool password_refuse_common;
	const char *password_refuse_file;	/* "" for none */
	int64_t max_password_checks;	/* 0: one less than there are cores, at least 1 */
	int64_t password_wait_ms;
	int64_t password_cache_s;

	bool throttle;
	int64_t throttle_account_failures;
	int64_t throttle_source_failures;
	int64_t throttle_first_s;
	int64_t throttle_max_s;
	int64_t throttle_quiet_s;
	int64_t throttle_known_days;
	int64_t throttle_ha1b_per_second;
	int64_t throttle_entries;
	struct conf_list throttle_exempt;

	const char *store;		/* "lmdb" or "mariadb" */
	struct conf_list sql_hosts;	/* none: Debian's socket */
	const char *sql_database;
	const char *sql_user;
	const char *sql_password_file;	/* "" for none */
	const char *sql_ca_file;	/* "" for no TLS */
	int64_t sql_timeout_ms;
	int64_t store_max_mib;

	struct conf_list google_client_ids;
	const char *google_jwks_url;
	bool google_link_by_email;
	bool auto_register;
	struct conf_list apple_client_ids;
	const char *apple_jwks_url;
	const char *facebook_app_id;
	const char *facebook_app_secret_file;
	const char *facebook_graph_url;
	const char *facebook_jwks_url;
	const char *provider_ca_file;
	int64_t provider_timeout_ms;
	int64_t jwks_stale_max_s;

	bool webitel;
	int64_t webitel_ttl_s;
	const char *webitel_cdr_host;
	const char *webitel_verto;	/* "" for none */
	bool webitel_hide_unknown_user;
	int64_t domain_token_ttl_max_s;
	int64_t max_domain_tokens;

	struct conf_oidc *oidc;
	size_t oidc_count;

	unsigned *lines;		/* as options[]: where the file has it; 0: nowhere */
};

enum option_type { OPTION_TEXT, OPTION_PATH, OPTION_SOCKET, OPTION_CHOICE, OPTION_NUMBER,
    OPTION_BOOL, OPTION_LIST };

struct option_row {
	const char *name;
	enum option_type type;
	size_t offset;			/* of the member of struct conf, or struct conf_oidc */
	const char *preset;		/* the default, as written in a file */
	int64_t min, max;		/* OPTION_NUMBER; lengths of OPTION_TEXT and _PATH */
	const char *unit;		/* OPTION_NUMBER; else "" */
	const char *meaning;		/* one sentence */
	const char *choices;		/* OPTION_CHOICE: separated by '|'; else NULL */
};

extern const struct option_row options[];
extern const size_t options_count;

/* Those of a section "oidc NAME { ... }". */
extern const struct option_row oidc_options[];
extern const size_t oidc_options_count;

/* The row of an option outside of sections; NULL if there is none. */
const struct option_row *option_find(const char *name);

/* Writes the value of an option as it would be in a file; strings are quoted. */
void option_put(struct text *out, const struct option_row *row, const void *conf);

/*
 * Reads the file into *conf, which the caller releases with conf_drop.
 * V_INVALID: the file has errors; errors then has lines of the form
 * "file:line: what", or "file: oidc NAME: what" about a section.  -errno if the file
 * cannot be read.
 */
int conf_load(struct conf **conf, const char *path, struct text *errors);

/* All options at their defaults. */
int conf_defaults(struct conf **conf);

void conf_drop(struct conf **conf);

/*
 * conf_rules.c: checks the elements of lists, and options against each other.
 * V_INVALID: errors has a line for each error, in the form of conf_load.
 */
int conf_check_rules(const struct conf *conf, const char *path, struct text *errors);

#endif
