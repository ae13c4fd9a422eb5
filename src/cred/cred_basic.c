// SPDX-License-Identifier: ISC
/* cred/cred_basic.c - Basic: e-mail and password, or a bearer token (RFC 7617). */
#include <errno.h>
#include <string.h>

#include "auth/token_password.h"
#include "auth/user_login.h"
#include "base/b64.h"
#include "base/form.h"
#include "base/text.h"
#include "base/verdict.h"
#include "cred/scheme.h"

/* The bytes of a base64 text; some clients omit its padding.  V_MALFORMED. */
static int
decode(struct arena *mem, const char *value, char **bytes, size_t *len)
{
	static const char *const padding[] = { "", "", "==", "=" };
	char *padded = arena_printf(mem, "%s%s", value, padding[strlen(value) % 4]);
	size_t size;

	if (!padded)
		return -ENOMEM;
	size = strlen(padded);
	*bytes = arena_alloc(mem, size + 1);
	if (!*bytes)
		return -ENOMEM;
	return b64_decode(B64_PADDED, padded, size, *bytes, size, len);
}

/* Bytes that are not UTF-8 are Latin-1: widespread clients send that (API 2.4). */
static int
from_latin1(struct arena *mem, char **bytes, size_t *len)
{
	const unsigned char *from = (const unsigned char *)*bytes;
	char *to;
	size_t n = 0;

	if (text_is_utf8(*bytes, *len))
		return 0;
	to = arena_alloc(mem, 2 * *len + 1);
	if (!to)
		return -ENOMEM;
	for (size_t i = 0; i < *len; i++) {
		if (from[i] >= 0x80)
			to[n++] = (char)(0xc0 | from[i] >> 6);
		to[n++] = (char)(from[i] >= 0x80 ? 0x80 | (from[i] & 0x3f) : from[i]);
	}
	*bytes = to;
	*len = n;
	return 0;
}

/*
 * Clients of OAuth encode both like parts of a form (RFC 6749, 2.3.1).  It shows in the
 * name: an e-mail address has an '@' itself.
 */
static int
decode_client(struct attempt *a, struct login *login)
{
	size_t name_len, password_len;
	char *name, *password;
	int r;

	if (strchr(login->name, '@') || !strstr(login->name, "%40"))
		return 0;
	r = form_decode(a->mem, login->name, strlen(login->name), &name, &name_len);
	if (!r)
		r = form_decode(a->mem, login->password, login->len, &password, &password_len);
	if (r)
		return r;
	if (text_has_control(name, name_len) || text_has_control(password, password_len))
		return V_MALFORMED;
	login->name = name;
	login->password = password;
	login->len = password_len;
	return 0;
}

/* Fills in name and password.  Splits at the first colon: an e-mail has none, a password may. */
static int
read_pair(struct attempt *a, struct login *login)
{
	char *pair, *colon;
	size_t len;
	int r;

	r = decode(a->mem, a->value, &pair, &len);
	if (!r)
		r = from_latin1(a->mem, &pair, &len);
	if (r)
		return r;
	colon = memchr(pair, ':', len);
	if (!colon || text_has_control(pair, len))	/* RFC 7617, 2 */
		return V_MALFORMED;
	login->password = colon + 1;
	login->len = len - (size_t)(colon + 1 - pair);
	while (colon > pair && colon[-1] == ' ')	/* fields that a user filled in */
		colon--;
	*colon = '\0';
	login->name = pair;
	return decode_client(a, login);
}

static int
verify(struct attempt *a)
{
	struct identity who = { .authenticated_s = a->now_ms / 1000 };
	struct login login = { .source = a->source, .names = LOGIN_BY_EMAIL,
	    .outcome = a->outcome, .mem = a->mem, .wait = a->wait };
	bool is_token;
	int r;

	r = read_pair(a, &login);
	if (r)
		return r == V_MALFORMED ?
		    refusal(&a->auth->refusal, V_WRONG_CREDENTIAL, WHY_FORM) : r;
	a->auth->refusal.why = WHY_NONE;
	r = token_password_verify(a->auth, login.name, login.password, login.len, a->now_ms,
	    a->who);
	if (r != V_WRONG_CREDENTIAL)
		return r;
	is_token = a->auth->refusal.why == WHY_NAME;
	a->charged = true;
	r = user_login(a->auth, &login, a->now_ms, &who.user);
	if (r == V_NOT_FOUND)
		r = V_WRONG_CREDENTIAL;
	if (r == V_WRONG_CREDENTIAL && is_token)
		return refusal(&a->auth->refusal, r, WHY_NAME);
	if (r)
		return r;
	*a->who = who;
	return 0;
}

const struct scheme scheme_basic = { .name = "basic", .is_ambient = true, .verify = verify };
