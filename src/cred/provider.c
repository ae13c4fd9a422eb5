// SPDX-License-Identifier: ISC
/* cred/provider.c - the enabled providers, and requests to them. */
#include "cred/provider.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/guard.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/private_file.h"
#include "base/text.h"
#include "base/verdict.h"

/* Google's own mail, or a Workspace domain that Google administers (API 2.8). */
static bool
google_may_link(const struct json *claims)
{
	const char *hd = json_member_text(claims, "hd"), *email = json_member_text(claims, "email");
	const char *at = email ? strrchr(email, '@') : NULL;

	return (hd && *hd) || (at && strcasecmp(at, "@gmail.com") == 0);
}

static bool
may_always_link(const struct json *claims)
{
	(void)claims;
	return true;
}

static void
add(struct providers *all, const struct provider *row)
{
	all->list[all->count] = *row;
	all->count++;
}

static bool
google_is_on(const struct conf *conf)
{
	return conf->google_client_ids.count > 0;
}

static void
add_google(struct providers *all, const struct conf *conf)
{
	const struct provider row = {
		.name = "google", .scheme = &scheme_oidc, .shape = SHAPE_ANY,
		.header = "HTTP_X_AUTH_GOOGLE_TOKEN", .parameter = "google_token",
		.issuers = { "https://accounts.google.com", "accounts.google.com" },
		.client_ids = conf->google_client_ids, .jwks_url = conf->google_jwks_url,
		.kind = IDENTITY_GOOGLE, .sub_prefix = "",
		.may_link = conf->google_link_by_email ? google_may_link : NULL,
		.may_register = conf->auto_register,
	};

	add(all, &row);
}

static bool
facebook_is_on(const struct conf *conf)
{
	return *conf->facebook_app_id != '\0';
}

/* A token with dots is an ID token of Limited Login, without dots a classic one. */
static void
add_facebook(struct providers *all, const struct conf *conf)
{
	const struct provider classic = {
		.name = "facebook", .scheme = &scheme_facebook, .shape = SHAPE_DOTLESS,
		.header = "HTTP_X_AUTH_FACEBOOK_TOKEN", .parameter = "facebook_token",
		.kind = IDENTITY_FACEBOOK, .sub_prefix = "",
	};
	struct provider limited = classic;

	add(all, &classic);
	limited.name = "facebook-limited";
	limited.scheme = &scheme_oidc;
	limited.shape = SHAPE_DOTTED;
	limited.issuers[0] = "https://www.facebook.com";
	limited.client_ids = (struct conf_list){ (const char **)&conf->facebook_app_id, 1 };
	limited.jwks_url = conf->facebook_jwks_url;
	add(all, &limited);
}

static bool
apple_is_on(const struct conf *conf)
{
	return conf->apple_client_ids.count > 0;
}

static void
add_apple(struct providers *all, const struct conf *conf)
{
	const struct provider row = {
		.name = "apple", .scheme = &scheme_oidc, .shape = SHAPE_ANY,
		.header = "HTTP_X_AUTH_APPLE_TOKEN", .parameter = "apple_token",
		.issuers = { "https://appleid.apple.com" }, .verified_as_text = true,
		.client_ids = conf->apple_client_ids, .jwks_url = conf->apple_jwks_url,
		.kind = IDENTITY_APPLE, .sub_prefix = "",
		.may_register = conf->auto_register,
	};

	add(all, &row);
}

/* In the order of API 2.8. */
static const struct kind {
	const char *name;
	bool (*is_on)(const struct conf *);
	void (*add)(struct providers *, const struct conf *);
} kinds[] = {
	{ "google",   google_is_on,   add_google },
	{ "facebook", facebook_is_on, add_facebook },
	{ "apple",    apple_is_on,    add_apple },
};

size_t
provider_kinds(const struct conf *conf, const char *names[])
{
	size_t count = 0;

	for (size_t i = 0; i < NELEM(kinds); i++) {
		if (kinds[i].is_on(conf))
			names[count++] = kinds[i].name;
	}
	return count;
}

const char *
provider_section_header(struct arena *mem, const struct conf_oidc *oidc)
{
	return *oidc->header ? oidc->header : arena_printf(mem, "X-Auth-%s-Token", oidc->name);
}

const char *
provider_section_parameter(struct arena *mem, const struct conf_oidc *oidc)
{
	return *oidc->parameter ? oidc->parameter : arena_printf(mem, "%s_token", oidc->name);
}

/* "X-Auth-Keycloak-Token" as "HTTP_X_AUTH_KEYCLOAK_TOKEN" (RFC 3875, 4.1.18). */
static const char *
cgi_name(struct arena *mem, const char *header)
{
	char *name = arena_printf(mem, "HTTP_%s", header);

	for (char *c = name; c && *c; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
		else if (*c == '-')
			*c = '_';
	}
	return name;
}

static int
add_section(struct providers *all, const struct conf_oidc *oidc)
{
	struct provider row = {
		.name = oidc->name, .scheme = &scheme_oidc, .shape = SHAPE_ANY,
		.parameter = provider_section_parameter(&all->mem, oidc),
		.issuers = { oidc->issuer },
		.client_ids = oidc->client_ids, .jwks_url = oidc->jwks_url,
		.kind = IDENTITY_OIDC,
		.verified_as_text = oidc->email_verified_as_text,
		.may_link = oidc->link_by_email ? may_always_link : NULL,
		.may_register = oidc->auto_register,
	};
	const char *header = provider_section_header(&all->mem, oidc);

	row.sub_prefix = arena_printf(&all->mem, "%s:", oidc->name);
	row.header = header ? cgi_name(&all->mem, header) : NULL;
	if (!row.header || !row.parameter || !row.sub_prefix)
		return -ENOMEM;
	add(all, &row);
	return 0;
}

/* Google, two of Facebook, Apple, and the sections, in the order of API 2.8. */
static int
list_make(struct providers *all, const struct conf *conf)
{
	int r = 0;

	all->list = arena_alloc(&all->mem, PROVIDERS_MAX * sizeof *all->list);
	if (!all->list)
		return -ENOMEM;
	for (size_t i = 0; i < NELEM(kinds); i++) {
		if (kinds[i].is_on(conf))
			kinds[i].add(all, conf);
	}
	for (size_t i = 0; i < conf->oidc_count && !r; i++)
		r = add_section(all, &conf->oidc[i]);
	return r;
}

/* Everything outside the process. */
static int
parts_open(struct providers *all, const struct conf *conf)
{
	static const struct cache_table tables[] = { [PROVIDER_TABLE] = { "provider", 0 } };
	char cache[PATH_MAX], slots[PATH_MAX];
	int r;

	all->slots = arena_alloc(&all->mem, sizeof *all->slots);
	if (!all->slots)
		return -ENOMEM;
	all->slots->fd = -1;
	r = path_in(cache, conf->run_dir, "cache");
	if (!r)
		r = path_in(slots, conf->run_dir, "provider-slots");
	if (!r && *conf->facebook_app_id)
		r = private_file_read_line(conf->facebook_app_secret_file, &all->mem,
		    &all->facebook_secret);
	if (!r)
		r = cache_open(&all->cache, cache, tables, NELEM(tables));
	if (!r)
		r = slots_open(all->slots, slots);
	if (!r)
		r = upstream_open(&all->up, conf->provider_ca_file, conf->provider_timeout_ms);
	return r;
}

int
providers_list(struct providers **out, const struct conf *conf)
{
	GUARD(providers_close) struct providers *all = NULL;
	int r;

	all = calloc(1, sizeof *all);
	if (!all)
		return -ENOMEM;
	all->conf = conf;
	arena_init(&all->mem, 0);
	r = list_make(all, conf);
	if (r || !all->count)
		return r;
	*out = all;
	all = NULL;
	return 0;
}

int
providers_open(struct providers **out, const struct conf *conf)
{
	int r;

	r = providers_list(out, conf);
	if (r || !*out)
		return r;
	r = parts_open(*out, conf);
	if (r)
		providers_close(out);
	return r;
}

void
providers_close(struct providers **providers)
{
	struct providers *all = *providers;

	if (!all)
		return;
	upstream_close(&all->up);
	if (all->slots)
		slots_close(all->slots);
	cache_close(&all->cache);
	arena_free(&all->mem);
	free(all);
	*providers = NULL;
}

size_t
providers_count(const struct providers *providers)
{
	return providers ? providers->count : 0;
}

const struct provider *
provider_at(const struct providers *providers, size_t i)
{
	return &providers->list[i];
}
