// SPDX-License-Identifier: ISC
/* http/openapi_security.c - where credentials are sent, and what each route takes. */
#include <stdio.h>
#include <string.h>

#include "base/guard.h"
#include "cred/cred_webitel.h"
#include "http/gate.h"
#include "http/openapi_parts.h"

#define NAME_SIZE_MAX 300
#define QUERY "query."

/* What is common to the headers of CGI. */
#define CGI "HTTP_"

/* HTTP_X_AUTH_TOKEN as X-Auth-Token. */
static void
header_name(char out[NAME_SIZE_MAX], const char *cgi)
{
	snprintf(out, NAME_SIZE_MAX, "%s", cgi + strlen(CGI));
	text_lower(out);
	for (char *at = out; *at; at++) {
		if (*at == '_')
			*at = '-';
		else if ((at == out || at[-1] == '-') && *at >= 'a' && *at <= 'z')
			*at = (char)(*at - 'a' + 'A');
	}
}

/* What a place is called in the description; false: it cannot be described there. */
static bool
slot_name(char out[NAME_SIZE_MAX], const struct conf *conf, const struct cred_slot *slot)
{
	if (slot->place == PLACE_FORM ||
	    (slot->place == PLACE_QUERY && !conf->accept_query_credentials))
		return false;
	if (slot->place == PLACE_QUERY) {
		snprintf(out, NAME_SIZE_MAX, QUERY "%s", slot->name);
	} else if (slot->prefix) {
		snprintf(out, NAME_SIZE_MAX, "%s", slot->prefix);
		text_lower(out);
	} else {
		header_name(out, slot->name);
	}
	return true;
}

/* Several schemes may share a place: the first of them stands for it. */
static bool
is_first_of_name(const struct conf *conf, const struct cred_slots *slots, size_t i)
{
	char name[NAME_SIZE_MAX], other[NAME_SIZE_MAX];

	if (!slot_name(name, conf, &slots->at[i]))
		return false;
	for (size_t k = 0; k < i; k++) {
		if (slot_name(other, conf, &slots->at[k]) && strcmp(name, other) == 0)
			return false;
	}
	return true;
}

/* "bearer, jwt": all that is taken there. */
static void
put_what(struct json_out *scheme, const struct conf *conf, const struct cred_slots *slots,
    const char *name)
{
	char other[NAME_SIZE_MAX], what[NAME_SIZE_MAX] = "";
	size_t len = 0;

	for (size_t i = 0; i < slots->count && len < sizeof what; i++) {
		const struct cred_slot *slot = &slots->at[i];
		const char *kind = slot->provider ? slot->provider->name : slot->scheme->name;

		if (!slot_name(other, conf, slot) || strcmp(name, other) != 0)
			continue;
		len += (size_t)snprintf(what + len, sizeof what - len, "%s%s", len ? ", " : "",
		    kind);
	}
	json_add_string(scheme, "description", what);
}

static void
put_key(struct json_out *scheme, const char *in, const char *name)
{
	json_add_string(scheme, "type", "apiKey");
	json_add_string(scheme, "in", in);
	json_add_string(scheme, "name", name);
}

static void
put_slot(struct json_out *schemes, const struct conf *conf, const struct cred_slots *slots,
    const struct cred_slot *slot)
{
	char name[NAME_SIZE_MAX];
	struct json_out scheme;

	if (!slot_name(name, conf, slot))
		return;
	json_add_object(schemes, name, &scheme);
	if (slot->place == PLACE_QUERY) {
		put_key(&scheme, "query", slot->name);
	} else if (slot->prefix) {
		json_add_string(&scheme, "type", "http");
		json_add_string(&scheme, "scheme", name);
	} else {
		put_key(&scheme, "header", name);
	}
	put_what(&scheme, conf, slots, name);
	json_close(&scheme);
}

static const struct { const char *header, *what; } webitel[] = {
	{ WEBITEL_TOKEN_HEADER, "the token of a session, or a domain token" },
	{ WEBITEL_KEY_HEADER, "the key of a session" },
};

void
openapi_put_schemes(struct json_out *components, const struct conf *conf,
    const struct cred_slots *slots)
{
	struct json_out schemes, scheme;
	char name[NAME_SIZE_MAX];

	json_add_object(components, "securitySchemes", &schemes);
	for (size_t i = 0; i < slots->count; i++) {
		if (is_first_of_name(conf, slots, i))
			put_slot(&schemes, conf, slots, &slots->at[i]);
	}
	for (size_t i = 0; conf->webitel && i < NELEM(webitel); i++) {
		header_name(name, webitel[i].header);
		json_add_object(&schemes, name, &scheme);
		put_key(&scheme, "header", name);
		json_add_string(&scheme, "description", webitel[i].what);
		json_close(&scheme);
	}
	json_close(&schemes);
}

/* {"NAME":[]}, with what a bearer token must have in its scope. */
static void
put_requirement(struct json_out *security, const char *name, const char *scope)
{
	struct json_out requirement, scopes;

	json_next(security);
	json_open(&requirement, security->out);
	json_add_array(&requirement, name, &scopes);
	if (scope && *scope) {
		json_next(&scopes);
		json_put_string(security->out, scope);
	}
	json_array_close(&scopes);
	json_close(&requirement);
}

/* Both headers of a session; of a domain token the first alone. */
static void
put_webitel(struct json_out *security, size_t headers)
{
	struct json_out requirement, scopes;
	char name[NAME_SIZE_MAX];

	json_next(security);
	json_open(&requirement, security->out);
	for (size_t i = 0; i < headers; i++) {
		header_name(name, webitel[i].header);
		json_add_array(&requirement, name, &scopes);
		json_array_close(&scopes);
	}
	json_close(&requirement);
}

void
openapi_put_security(struct json_out *operation, const struct conf *conf,
    const struct cred_slots *slots, const struct route *route)
{
	const struct gate *gate = openapi_gate(route);
	struct json_out security;
	char name[NAME_SIZE_MAX];

	json_add_array(operation, "security", &security);
	for (size_t i = 0; gate->accepts & ACCEPTS_CREDENTIAL && i < slots->count; i++) {
		const struct cred_slot *slot = &slots->at[i];

		if (is_first_of_name(conf, slots, i) && slot_name(name, conf, slot))
			put_requirement(&security, name, slot->scheme->is_token ? route->scope :
			    NULL);
	}
	if (conf->webitel && gate->accepts & ACCEPTS_SESSION)
		put_webitel(&security, NELEM(webitel));
	if (gate->accepts & ACCEPTS_DOMAIN_TOKEN)
		put_webitel(&security, 1);
	json_array_close(&security);
}
