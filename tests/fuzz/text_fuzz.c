// SPDX-License-Identifier: ISC
/* tests/fuzz/text_fuzz.c - bytes as a uuid, a time, a number, an address, a name: read, written, the same. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "auth/login_name.h"
#include "auth/password.h"
#include "base/address.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/text.h"
#include "base/uuid.h"
#include "base/verdict.h"
#include "fuzz.h"

static void
as_uuid(const char *text, size_t len)
{
	char out[UUID_TEXT_SIZE] = "", lower[UUID_TEXT_SIZE] = "";
	struct uuid id;

	if (uuid_parse(text, len, &id))
		return;
	HOLDS(len == UUID_TEXT_SIZE - 1);
	memcpy(lower, text, len);
	text_lower(lower);
	HOLDS(strcmp(uuid_text(out, &id), lower) == 0);
}

static void
as_number(const char *text, size_t len)
{
	char out[32];
	int64_t number;

	if (text_integer(text, len, &number))
		return;
	snprintf(out, sizeof out, "%lld", (long long)number);
	HOLDS(strlen(out) == len && memcmp(out, text, len) == 0);
}

static void
as_hex(const char *text, size_t len)
{
	uint8_t bytes[16];
	char out[33];

	if (text_unhex(text, len, bytes, sizeof bytes))
		return;
	text_hex(out, bytes, sizeof bytes);
	HOLDS(len == 32 && strncasecmp(out, text, len) == 0);
}

/* Those that take a string that ends with a NUL. */
static void
as_string(const char *text)
{
	char out[CLOCK_ISO_SIZE];
	struct network net;
	struct address address;
	int64_t ms;

	if (clock_parse_iso(text, &ms) == 0) {
		clock_iso(out, ms);
		HOLDS(strlen(out) == 24 && strncmp(out, text, strcspn(text, "Z")) == 0);
	}
	if (address_parse(text, &address) == 0)
		HOLDS(network_parse(text, &net) == 0 && network_has(&net, &address));
	if (network_parse(text, &net) == 0)
		HOLDS(net.bits <= 128 && network_has(&net, &net.base));
}

static void
as_utf8(struct arena *mem, const char *text, size_t len)
{
	const char *out;
	struct text t;

	HOLDS(text_characters(text, len) <= len);
	if (!text_is_utf8(text, len))
		return;
	text_init(&t, mem);
	text_put_percent(&t, text, TEXT_PATH);
	HOLDS(text_done(&t, &out, NULL) == 0);
	HOLDS(!text_has_control(out, strlen(out)) && !strchr(out, ' '));
}

/* One form: what is in it stays as it is, and it is UTF-8 that was UTF-8 before. */
static void
as_password(const char *text, size_t len)
{
	struct password_form once, twice;

	if (password_form_make(&once, text, len))
		return;
	HOLDS(text_is_utf8(once.bytes, once.len) == text_is_utf8(text, len));
	HOLDS(once.len <= UNICODE_NFC_GROWTH * len);
	if (password_form_make(&twice, once.bytes, once.len))
		return;		/* it has become longer than an input may be */
	HOLDS(twice.len == once.len && memcmp(twice.bytes, once.bytes, once.len) == 0);
}

static void
as_login(const char *text)
{
	char once[LOGIN_SIZE], twice[LOGIN_SIZE];
	struct login_forms forms;

	HOLDS(login_name_forms(text, &forms) == 0 && forms.count <= LOGIN_FORMS_MAX);
	if (login_name_make(text, once))
		return;
	HOLDS(forms.count && strcmp(forms.at[0], once) == 0);
	HOLDS(login_name_make(once, twice) == 0 && strcmp(once, twice) == 0);
	HOLDS(text_is_utf8(once, strlen(once)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	GUARD(arena_free) struct arena mem;
	const char *string;

	arena_init(&mem, 0);
	as_uuid((const char *)bytes, len);
	as_number((const char *)bytes, len);
	as_hex((const char *)bytes, len);
	string = arena_strndup(&mem, (const char *)bytes, len);
	as_string(string);
	as_utf8(&mem, string, len);
	as_password(string, len);
	as_login(string);
	return 0;
}
