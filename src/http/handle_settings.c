// SPDX-License-Identifier: ISC
/* http/handle_settings.c - GET /rest/settings: what a front end needs (API 8). */
#include <errno.h>

#include "base/json.h"
#include "conf/conf.h"
#include "cred/provider.h"
#include "http/answer.h"
#include "http/call.h"
#include "http/handle.h"

/* What is printed below. */
#define TEXT_OR_NULL(name) { name, ANSWER_STRING, .is_nullable = true }
#define TEXT(name) { name, ANSWER_STRING, .summary = NULL }

static const struct answer_field google_fields[] = { TEXT_OR_NULL("client_id"), { .name = NULL } };
static const struct answer_field facebook_fields[] = { TEXT_OR_NULL("app_id"), { .name = NULL } };
static const struct answer_field section_fields[] = {
	TEXT("name"), TEXT("issuer"), TEXT_OR_NULL("client_id"), TEXT("header"),
	TEXT("parameter"), { .name = NULL },
};
static const struct answer_shape google_shape = { .name = "Google", .fields = google_fields };
static const struct answer_shape facebook_shape = { .name = "Facebook",
    .fields = facebook_fields };
static const struct answer_shape section_shape = { .name = "Provider",
    .fields = section_fields };

enum part { PART_OIDC = 1 };

static const struct answer_field methods_fields[] = {
	{ "google",   ANSWER_OBJECT, .shape = &google_shape },
	{ "facebook", ANSWER_OBJECT, .shape = &facebook_shape },
	{ "methods",  ANSWER_JSON,   .summary = NULL,
	    .json = "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}" },
	{ "oidc",     ANSWER_LIST,   .part = PART_OIDC, .shape = &section_shape },
	{ .name = NULL },
};
static const struct answer_shape methods_shape = { .name = "Methods",
    .fields = methods_fields, .may = PART_OIDC };
static const struct answer_field settings_fields[] = {
	{ "auth", ANSWER_OBJECT, .shape = &methods_shape },
	{ .name = NULL },
};
static const struct answer_shape settings_shape = { .name = "Settings",
    .fields = settings_fields };
const struct answer answer_settings = { .shape = &settings_shape };

/* {"NAME":{"KEY":value}} as a member; value NULL is null. */
static void
add_provider(struct json_out *o, const char *name, const char *key, const char *value)
{
	struct json_out provider;

	json_name(o, name);
	json_open(&provider, o->out);
	json_add_string(&provider, key, value);
	json_close(&provider);
}

static void
put_methods(struct text *out, const struct conf *conf)
{
	const char *names[CRED_METHODS_MAX];
	size_t count = cred_methods(conf, names);
	struct json_out list;

	json_array_open(&list, out);
	for (size_t i = 0; i < count; i++) {
		json_next(&list);
		json_put_string(out, names[i]);
	}
	json_array_close(&list);
}

/* What a front end needs to get a token from this provider and to send it; false: no memory. */
static bool
put_section(struct text *out, struct arena *mem, const struct conf_oidc *oidc)
{
	const char *header = provider_section_header(mem, oidc);
	const char *parameter = provider_section_parameter(mem, oidc);
	struct json_out o;

	json_open(&o, out);
	json_add_string(&o, "name", oidc->name);
	json_add_string(&o, "issuer", oidc->issuer);
	json_add_string(&o, "client_id", oidc->client_ids.count ? oidc->client_ids.at[0] : NULL);
	json_add_string(&o, "header", header);
	json_add_string(&o, "parameter", parameter);
	json_close(&o);
	return header && parameter;
}

static int
put_sections(struct call *c)
{
	const struct conf *conf = c->conf;
	struct json_out list;

	json_array_open(&list, &c->payload);
	for (size_t i = 0; i < conf->oidc_count; i++) {
		json_next(&list);
		if (!put_section(&c->payload, c->mem, &conf->oidc[i]))
			return -ENOMEM;
	}
	json_array_close(&list);
	return 0;
}

/* The member "oidc" is there only where there are such sections. */
int
on_settings_show(struct call *c)
{
	const struct conf *conf = c->conf;
	struct json_out payload, auth;
	int r = 0;

	json_open(&payload, &c->payload);
	json_name(&payload, "auth");
	json_open(&auth, &c->payload);
	add_provider(&auth, "google", "client_id",
	    conf->google_client_ids.count ? conf->google_client_ids.at[0] : NULL);
	add_provider(&auth, "facebook", "app_id",
	    *conf->facebook_app_id ? conf->facebook_app_id : NULL);
	json_name(&auth, "methods");
	put_methods(&c->payload, conf);
	if (conf->oidc_count) {
		json_name(&auth, "oidc");
		r = put_sections(c);
	}
	json_close(&auth);
	json_close(&payload);
	return r;
}
