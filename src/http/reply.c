// SPDX-License-Identifier: ISC
/* http/reply.c - results as HTTP answers: the words of http/dialect.c and all around them. */
#include "http/reply.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "http/call.h"
#include "http/dialect.h"
#include "http/envelope.h"
#include "http/gate.h"
#include "http/origin.h"

#define RETRY_AFTER_S "5"

/* How long what is the same for all is kept. */
#define CACHE_MAX_S 300

/* A query is copied to Location, except for bytes that a header must not have. */
#define IN_QUERY TEXT_ALNUM "!#$%&'()*+,-./:;=?@[]_~"

/* All that is printable but '%', so that no two values become one. */
#define IN_HEADER TEXT_ALNUM "!\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~"

static const struct wording *
wording_of(const struct call *c, int r)
{
	const struct wording *wording = dialect_wording(c->dialect, r);

	if (r == V_WEB_SERVER_ERROR)
		return dialect_web_server_wording(c->server_status);
	return wording->carries & EXTRA_LOCATION && c->method == METHOD_GET ? &dialect_moved :
	    wording;
}

static void
add_header(struct reply *reply, const char *name, const char *value)
{
	if (reply->header_count < REPLY_HEADERS_MAX)
		reply->headers[reply->header_count++] = (struct reply_header){ name, value };
}

/* Does the browser say that a script is asking?  Then no dialog must open (Fetch Metadata, 2.3). */
static bool
is_script(const struct call *c)
{
	static const char *const modes[] = { "cors", "no-cors", "same-origin", "websocket" };
	const char *mode = request_get(c->req, PARAM_SEC_FETCH_MODE);

	for (size_t i = 0; i < NELEM(modes); i++) {
		if (strcmp(mode, modes[i]) == 0)
			return true;
	}
	return false;
}

static bool
offers_basic(const struct call *c)
{
	if (strcmp(c->conf->basic_challenge, "auto") == 0)
		return !is_script(c);
	return strcmp(c->conf->basic_challenge, "yes") == 0;
}

/* RFC 7617, 2.1 and RFC 6750, 3: what could be sent instead. */
static bool
add_challenges(struct call *c, struct reply *reply)
{
	const char *realm = c->conf->realm;
	bool by_token = cred_has_token(&c->presented);
	char *basic, *bearer;

	basic = arena_printf(c->mem, "Basic realm=\"%s\", charset=\"UTF-8\"", realm);
	bearer = arena_printf(c->mem, "Bearer realm=\"%s\"%s", realm,
	    by_token ? ", error=\"invalid_token\"" : "");
	if (!basic || !bearer)
		return false;
	if (offers_basic(c))
		add_header(reply, "WWW-Authenticate", basic);
	add_header(reply, "WWW-Authenticate", bearer);
	return true;
}

static bool
add_webitel_challenge(struct call *c, struct reply *reply)
{
	char *webitel = arena_printf(c->mem, "Webitel realm=\"%s\"", c->conf->realm);

	add_header(reply, "WWW-Authenticate", webitel);
	return webitel;
}

/* The configured name, never the request's Host (API 1.1). */
static bool
add_location(struct call *c, struct reply *reply)
{
	const char *location;
	struct text t;

	text_init(&t, c->mem);
	text_printf(&t, "https://%s", c->conf->host_name);
	text_put_percent(&t, c->path, TEXT_PATH);
	if (*c->query) {
		text_puts(&t, "?");
		text_put_percent(&t, c->query, IN_QUERY);
	}
	if (text_done(&t, &location, NULL))
		return false;
	add_header(reply, "Location", location);
	return true;
}

static bool
add_allow(struct call *c, struct reply *reply)
{
	const char *allow;

	if (route_allow(c->mem, c->pattern, &allow))
		return false;
	add_header(reply, "Allow", allow);
	return true;
}

/* How long the throttle lets this source wait (RFC 6585, 4). */
static bool
add_wait(struct call *c, struct reply *reply)
{
	const char *wait = arena_printf(c->mem, "%lld", (long long)c->outcome.wait_s);

	if (wait)
		add_header(reply, "Retry-After", wait);
	return wait != NULL;
}

/* How long until the queue of logins is shorter, if that is why; else a while. */
static bool
add_retry(struct call *c, struct reply *reply)
{
	if (c->outcome.wait_s)
		return add_wait(c, reply);
	add_header(reply, "Retry-After", RETRY_AFTER_S);
	return true;
}

/* Whatever is in the record. */
static const char *
header_value(struct arena *mem, const char *value)
{
	const char *out;
	struct text t;

	text_init(&t, mem);
	text_put_percent(&t, value, IN_HEADER);
	return text_done(&t, &out, NULL) ? NULL : out;
}

enum who { WHO_ID, WHO_EMAIL, WHO_ROLE, WHO_SCOPE };

struct who_header {
	const char *name;
	enum who what;
};

static bool
add_who(struct call *c, const struct who_header *headers, size_t count, struct reply *reply)
{
	char id[UUID_TEXT_SIZE];
	const char *const values[] = {
		[WHO_ID] = uuid_text(id, &c->id.user.id),
		[WHO_EMAIL] = c->id.user.email,
		[WHO_ROLE] = c->id.user.role,
		[WHO_SCOPE] = c->id.scope,
	};
	const char *value;

	for (size_t i = 0; i < count; i++) {
		/* without a limit there is no header; the blanks between names stay */
		if (headers[i].what == WHO_SCOPE && !*c->id.scope)
			continue;
		value = headers[i].what == WHO_SCOPE ? arena_strdup(c->mem, c->id.scope) :
		    header_value(c->mem, values[headers[i].what]);
		if (!value)
			return false;
		add_header(reply, headers[i].name, value);
	}
	return true;
}

static bool
add_user_headers(struct call *c, struct reply *reply)
{
	static const struct who_header headers[] = {
		{ "X-Auth-User", WHO_ID },
		{ "X-Auth-Email", WHO_EMAIL },
		{ "X-Auth-Role", WHO_ROLE },
		{ "X-Auth-Scope", WHO_SCOPE },
	};

	return add_who(c, headers, NELEM(headers), reply);
}

/* REMOTE_USER is what programs show as the name of a user, hence the e-mail. */
static bool
add_user_variables(struct call *c, struct reply *reply)
{
	static const struct who_header headers[] = {
		{ "Variable-AUTH_USER", WHO_ID },
		{ "Variable-AUTH_EMAIL", WHO_EMAIL },
		{ "Variable-AUTH_ROLE", WHO_ROLE },
		{ "Variable-AUTH_SCOPE", WHO_SCOPE },
		{ "Variable-REMOTE_USER", WHO_EMAIL },
	};

	return add_who(c, headers, NELEM(headers), reply);
}

static bool
add_extras(struct call *c, unsigned carries, struct reply *reply)
{
	static const struct {
		enum extra extra;
		bool (*add)(struct call *, struct reply *);
	} rows[] = {
		{ EXTRA_CHALLENGE,		add_challenges },
		{ EXTRA_WEBITEL_CHALLENGE,	add_webitel_challenge },
		{ EXTRA_LOCATION,		add_location },
		{ EXTRA_ALLOW,			add_allow },
		{ EXTRA_RETRY,			add_retry },
		{ EXTRA_WAIT,			add_wait },
		{ EXTRA_USER_HEADERS,		add_user_headers },
		{ EXTRA_USER_VARIABLES,		add_user_variables },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		if (carries & rows[i].extra && !rows[i].add(c, reply))
			return false;
	}
	return true;
}

/* "Authorization, Content-Type, …": what pages send, and the headers that schemes read. */
static const char *
allowed_headers(struct call *c)
{
	const char *out;
	struct text t;

	text_init(&t, c->mem);
	text_puts(&t, "Authorization, Content-Type, X-Requested-With");
	for (size_t i = 0; i < c->cred->slots.header_count; i++) {
		const char *name = c->cred->slots.headers[i] + strlen("HTTP_");

		if (strcmp(name, "AUTHORIZATION") == 0)
			continue;
		text_puts(&t, ", ");
		for (; *name; name++)
			text_put(&t, *name == '_' ? "-" : name, 1);
	}
	return text_done(&t, &out, NULL) ? NULL : out;
}

/* Exact origins, never '*', never with credentials (API 1.3; Fetch, 3.2). */
static bool
add_cors(struct call *c, int r, struct reply *reply)
{
	const char *headers, *methods;

	if (!c->conf->cors_origins.count || !dialect_has_cors(c->dialect))
		return true;
	add_header(reply, "Vary", "Origin");
	if (!origin_is_listed(c))
		return true;
	add_header(reply, "Access-Control-Allow-Origin", request_get(c->req, PARAM_ORIGIN));
	add_header(reply, "Access-Control-Expose-Headers", "Retry-After, WWW-Authenticate");
	if (r != V_PREFLIGHT)
		return true;
	headers = allowed_headers(c);
	if (!headers || route_allow(c->mem, c->pattern, &methods))
		return false;
	add_header(reply, "Access-Control-Allow-Methods", methods);
	add_header(reply, "Access-Control-Allow-Headers", headers);
	add_header(reply, "Access-Control-Max-Age", "600");
	return true;
}

const struct reply reply_fault = {
	.status = 500, .reason = "Internal Server Error",
	.headers = {
		{ "Content-Type", "application/json; charset=utf-8" },
		{ "Cache-Control", "no-store" },
		{ "X-Content-Type-Options", "nosniff" },
	},
	.header_count = 3, .body = ENVELOPE_FAULT, .body_len = sizeof ENVELOPE_FAULT - 1,
};

const struct reply reply_unavailable = {
	.status = 503, .reason = "Service Unavailable",
	.headers = {
		{ "Content-Type", "application/json; charset=utf-8" },
		{ "Cache-Control", "no-store" },
		{ "X-Content-Type-Options", "nosniff" },
		{ "Retry-After", RETRY_AFTER_S },
	},
	.header_count = 4, .body = ENVELOPE_UNAVAILABLE,
	.body_len = sizeof ENVELOPE_UNAVAILABLE - 1,
};

static bool
add_body(struct call *c, int r, const struct wording *wording, struct reply *reply)
{
	const struct envelope *envelope = envelope_of(c->dialect);
	const char *type = "application/json; charset=utf-8";
	struct text t;

	text_init(&t, c->mem);
	if (wording->carries & EXTRA_PAYLOAD) {
		text_puts(&t, envelope->before);
		text_put(&t, c->payload.data, c->payload.len);
		text_puts(&t, envelope->after);
		type = c->media_type ? c->media_type : type;
	} else if (wording->message) {
		envelope_put_error(&t, c, wording, c->in.errors.len &&
		    (r == V_BAD_FIELDS || r == V_TAKEN));
	} else {
		return true;
	}
	add_header(reply, "Content-Type", type);
	return !c->payload.failed && text_done(&t, &reply->body, &reply->body_len) == 0;
}

/*
 * A set of keys that somebody keeps must end before a key that it lacks signs, which is
 * jwt_key_lead_s after it was published (API 10.4).
 */
static const char *
cache_control(struct call *c, int r)
{
	const int64_t third_s = c->conf->jwt_key_lead_s / 3;
	const int64_t age_s = third_s < CACHE_MAX_S ? third_s : CACHE_MAX_S;
	const char *value = NULL;

	if (!r && c->gate && c->gate->may_be_kept && age_s)
		value = arena_printf(c->mem, "public, max-age=%lld", (long long)age_s);
	return value ? value : "no-store";
}

static void
start(struct reply *reply, const struct wording *wording, const char *caching)
{
	*reply = (struct reply){ .status = wording->status, .reason = wording->reason };
	if (wording->carries & EXTRA_BARE)
		return;
	add_header(reply, "Cache-Control", caching);
	add_header(reply, "X-Content-Type-Options", "nosniff");
}

static void
start_fault(struct call *c, struct reply *reply)
{
	start(reply, dialect_wording(c->dialect, -EINVAL), "no-store");
	add_header(reply, "Content-Type", "application/json; charset=utf-8");
	reply->body = envelope_of(c->dialect)->fault;
	reply->body_len = strlen(reply->body);
}

/* In the authorizer role the method is that of a request to another site. */
static bool
is_head(const struct call *c)
{
	return c->dialect != DIALECT_AUTHORIZER &&
	    strcmp(request_get(c->req, PARAM_REQUEST_METHOD), "HEAD") == 0;
}

int
reply_make(struct call *c, int r, struct reply *reply)
{
	const struct wording *wording = wording_of(c, r);

	start(reply, wording, cache_control(c, r));
	if (!add_body(c, r, wording, reply) || !add_extras(c, wording->carries, reply) ||
	    !add_cors(c, r, reply)) {
		start_fault(c, reply);
		r = r < 0 ? r : -ENOMEM;
	}
	reply->head = is_head(c);
	return r;
}
