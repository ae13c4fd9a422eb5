// SPDX-License-Identifier: ISC
/* conf/conf_rules.c - rules that the row of a single option cannot express. */
#include "conf/conf.h"

#include <stdarg.h>
#include <stdio.h>
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

/* Where the file that is checked has what is wrong. */
struct check {
	const struct conf *conf;
	const char *path;
	struct text *errors;
	int r;
};

/* Adds a line about an option. */
static void __attribute__((format(printf, 3, 4)))
complain(struct check *check, const char *option, const char *format, ...)
{
	char what[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	text_printf(check->errors, "%s:%u: %s%s\n", check->path,
	    check->conf->lines[option_find(option) - options], option, what);
	check->r = V_INVALID;
}

/* An origin in another form would never match, without notice. */
static void
check_lists(struct check *check)
{
	const struct conf *conf = check->conf;
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

	for (size_t i = 0; i < NELEM(rows); i++) {
		for (size_t k = 0; k < rows[i].list->count; k++) {
			if (!rows[i].is_good(rows[i].list->at[k]))
				complain(check, rows[i].name, ": \"%s\" is not %s",
				    rows[i].list->at[k], rows[i].what);
		}
	}
}

static void
check_options(struct check *check)
{
	const struct conf *conf = check->conf;

	if (conf->log_target[0] != '/' && strcmp(conf->log_target, "stderr") != 0 &&
	    strcmp(conf->log_target, "syslog") != 0)
		complain(check, "log_target", " must be stderr, syslog or an absolute path");
#ifndef WITH_MARIADB
	if (strcmp(conf->store, "mariadb") == 0)
		complain(check, "store", ": this program was built without MariaDB");
#endif
	/* either of them may be the one in the file */
	if (conf->token_ttl_default_s > conf->token_ttl_max_s)
		complain(check, conf->lines[option_find("token_ttl_default_s") - options] ?
		    "token_ttl_default_s" : "token_ttl_max_s",
		    ": token_ttl_default_s must not be above token_ttl_max_s");
	if (*conf->token_prefix && !is_token_prefix(conf->token_prefix))
		complain(check, "token_prefix", " must be 2 to 15 of a-z and 0-9, and a '_'");
	if (*conf->facebook_app_id && !*conf->facebook_app_secret_file)
		complain(check, "facebook_app_id", " needs facebook_app_secret_file");
}

int
conf_check_rules(const struct conf *conf, const char *path, struct text *errors)
{
	struct check check = { conf, path, errors, 0 };

	check_lists(&check);
	check_options(&check);
	for (size_t i = 0; i < conf->oidc_count; i++) {
		if (check_oidc(&conf->oidc[i], path, errors))
			check.r = V_INVALID;
	}
	if (conf->oidc_count > CONF_OIDC_MAX) {
		text_printf(errors, "%s: at most %d oidc sections\n", path, CONF_OIDC_MAX);
		check.r = V_INVALID;
	}
	return check.r;
}
