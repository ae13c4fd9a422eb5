// SPDX-License-Identifier: ISC
/* http/handle_settings.c - GET /rest/settings: what a front end needs (CONTRACT 7, 8.12). */
#include "base/guard.h"
#include "base/json.h"
#include "conf/conf.h"
#include "http/call.h"
#include "http/handle.h"

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
	const struct { const char *name; bool on; } methods[] = {
		{ "basic", true },
		{ "bearer", true },
		{ "jwt", true },
		{ "ha1b", conf->ha1b },
		{ "google", conf->google_client_ids.count > 0 },
		{ "facebook", *conf->facebook_app_id },
		{ "apple", conf->apple_client_ids.count > 0 },
		{ "webitel", conf->webitel },
	};
	struct json_out list;

	json_array_open(&list, out);
	for (size_t i = 0; i < NELEM(methods); i++) {
		if (!methods[i].on)
			continue;
		json_next(&list);
		json_put_string(out, methods[i].name);
	}
	json_array_close(&list);
}

int
on_settings_show(struct call *c)
{
	const struct conf *conf = c->conf;
	struct json_out payload, auth;

	json_open(&payload, &c->payload);
	json_name(&payload, "auth");
	json_open(&auth, &c->payload);
	add_provider(&auth, "google", "client_id",
	    conf->google_client_ids.count ? conf->google_client_ids.at[0] : NULL);
	add_provider(&auth, "facebook", "app_id",
	    *conf->facebook_app_id ? conf->facebook_app_id : NULL);
	json_name(&auth, "methods");
	put_methods(&c->payload, conf);
	json_close(&auth);
	json_close(&payload);
	return 0;
}
