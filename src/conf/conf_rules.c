// SPDX-License-Identifier: ISC
/* conf/conf_rules.c - rules that the row of a single option cannot express. */
#include "conf/conf.h"

#include <string.h>

#include "base/address.h"
#include "base/guard.h"
#include "base/verdict.h"

static bool
is_name(const char *text)
{
	return *text && !text[strspn(text, TEXT_SMALL TEXT_DIGITS)];
}

/* Without these, no login through the provider could succeed. */
static int
check_oidc(const struct conf_oidc *oidc, const char *path, struct text *errors)
{
	static const char letters[] = TEXT_ALNUM "-";

	if (!is_name(oidc->name))
		text_printf(errors, "%s: oidc %s: its name must consist of a-z and 0-9\n", path,
		    oidc->name);
	else if (oidc->header[strspn(oidc->header, letters)])
		text_printf(errors, "%s: oidc %s: its header may have letters, digits and '-'\n",
		    path, oidc->name);
	else if (!*oidc->issuer || !*oidc->jwks_url || !oidc->client_ids.count)
		text_printf(errors, "%s: oidc %s needs issuer, jwks_url and client_ids\n", path,
		    oidc->name);
	else
		return 0;
	return V_INVALID;
}

static bool
is_network(const char *text)
{
	struct network net;

	return network_parse(text, &net) == 0;
}

/* As browsers write it: scheme, host and port in lower case, and nothing else (RFC 6454, 6.1). */
static bool
is_origin(const char *text)
{
	const char *host = strstr(text, "://");

	if (!host || host == text)
		return false;
	host += strlen("://");
	return *host && !host[strspn(host, TEXT_SMALL TEXT_DIGITS "._-:[]")];
}

/*
 * Scanners tell tokens of different makers apart by it, and a word ends before an
 * underscore for them.
 */
static bool
is_token_prefix(const char *text)
{
	size_t len = strspn(text, TEXT_SMALL TEXT_DIGITS);

	return len >= 2 && len <= 15 && strcmp(text + len, "_") == 0;
}

/* A socket, or a host with or without a port; store/sql/sql_link.c splits it. */
static bool
is_sql_host(const char *text)
{
	if (*text == '/')
		return true;
	return *text && !text[strspn(text, TEXT_ALNUM ".-_:[]")];
}

/* An origin in another form would never match, without notice. */
static int
check_lists(const struct conf *conf, const char *path, struct text *errors)
{
	const struct {
		const char *name;
		const struct conf_list *list;
		bool (*is_good)(const char *);
		const char *what;
	} rows[] = {
		{ "trusted_proxies", &conf->trusted_proxies, is_network, "an address or network" },
		{ "metrics_allow",   &conf->metrics_allow,   is_network, "an address or network" },
		{ "throttle_exempt", &conf->throttle_exempt, is_network, "an address or network" },
		{ "cors_origins",    &conf->cors_origins,    is_origin,  "scheme://host[:port]" },
		{ "sql_hosts",       &conf->sql_hosts,       is_sql_host,
		    "the path of a socket, or host[:port]" },
	};
	int r = 0;

	for (size_t i = 0; i < NELEM(rows); i++) {
		for (size_t k = 0; k < rows[i].list->count; k++) {
			if (rows[i].is_good(rows[i].list->at[k]))
				continue;
			text_printf(errors, "%s: %s: \"%s\" is not %s\n", path, rows[i].name,
			    rows[i].list->at[k], rows[i].what);
			r = V_INVALID;
		}
	}
	return r;
}

int
conf_check_rules(const struct conf *conf, const char *path, struct text *errors)
{
	int r = check_lists(conf, path, errors);

	for (size_t i = 0; i < conf->oidc_count; i++) {
		if (check_oidc(&conf->oidc[i], path, errors))
			r = V_INVALID;
	}
	if (conf->oidc_count > CONF_OIDC_MAX) {
		text_printf(errors, "%s: at most %d oidc sections\n", path, CONF_OIDC_MAX);
		r = V_INVALID;
	}
	if (conf->log_target[0] != '/' && strcmp(conf->log_target, "stderr") != 0 &&
	    strcmp(conf->log_target, "syslog") != 0) {
		text_printf(errors, "%s: log_target must be stderr, syslog or an absolute path\n",
		    path);
		r = V_INVALID;
	}
#ifndef WITH_MARIADB
	if (strcmp(conf->store, "mariadb") == 0) {
		text_printf(errors, "%s: store: this program was built without MariaDB\n", path);
		r = V_INVALID;
	}
#endif
	if (conf->token_ttl_default_s > conf->token_ttl_max_s) {
		text_printf(errors, "%s: token_ttl_default_s must not be above token_ttl_max_s\n",
		    path);
		r = V_INVALID;
	}
	if (*conf->token_prefix && !is_token_prefix(conf->token_prefix)) {
		text_printf(errors, "%s: token_prefix must be 2 to 15 of a-z and 0-9, and a '_'\n",
		    path);
		r = V_INVALID;
	}
	if (*conf->facebook_app_id && !*conf->facebook_app_secret_file) {
		text_printf(errors, "%s: facebook_app_id needs facebook_app_secret_file\n", path);
		r = V_INVALID;
	}
	return r;
}
