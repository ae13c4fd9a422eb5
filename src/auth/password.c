// SPDX-License-Identifier: ISC
/* auth/password.c - password hashes: Argon2id of libsodium, and foreign ones. */
#include "auth/password.h"

#include <errno.h>
#include <string.h>

#include "auth/foreign.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"

int
password_form_make(struct password_form *form, const char *password, size_t len)
{
	int r;

	if (len > PASSWORD_MAX)
		return V_INVALID;
	r = unicode_opaque(password, len, form->bytes, sizeof form->bytes, &form->len);
	if (r != V_INVALID)
		return r;
	memcpy(form->bytes, password, len);
	form->len = len;
	return 0;
}

int
password_hash(const struct password_cost *cost, const char *password, size_t len,
    char out[HASH_SIZE])
{
	struct password_form form;
	int r;

	r = password_form_make(&form, password, len);
	if (r)
		return r < 0 ? r : log_fault(-EINVAL, "a password of %zu bytes", len);
	r = argon2id_hash(cost, form.bytes, form.len, out);
	secret_wipe(&form, sizeof form);
	return r;
}

static int
verify(const char *hash, const char *password, size_t len)
{
	return foreign_is(hash) ? foreign_verify(hash, password, len) :
	    argon2id_verify(hash, password, len);
}

int
password_verify(const char *hash, const char *password, size_t len, bool *as_typed)
{
	struct password_form form;
	int r;

	*as_typed = false;
	r = password_form_make(&form, password, len);
	if (r)
		return r < 0 ? r : V_WRONG_CREDENTIAL;
	r = verify(hash, form.bytes, form.len);
	if (r == V_WRONG_CREDENTIAL &&
	    (form.len != len || memcmp(form.bytes, password, len) != 0)) {
		r = verify(hash, password, len);
		*as_typed = r == 0;
	}
	secret_wipe(&form, sizeof form);
	return r;
}

bool
password_is_outdated(const struct password_cost *cost, const char *hash)
{
	return foreign_is(hash) || argon2id_is_outdated(cost, hash);
}

/* Of its form; a password that has none has no characters. */
static size_t
characters(const char *password, size_t len)
{
	struct password_form form;
	size_t count = 0;

	if (password_form_make(&form, password, len) == 0)
		count = text_characters(form.bytes, form.len);
	secret_wipe(&form, sizeof form);
	return count;
}

int
password_check_new(const char *password, size_t len, int64_t min_characters,
    struct password_flaw *flaw)
{
	if (!text_is_utf8(password, len))
		*flaw = (struct password_flaw){ "a password must be UTF-8",
		    "invalid string value", 0 };
	else if (unicode_has_control(password, len))
		*flaw = (struct password_flaw){ "a password must not contain control characters",
		    "invalid string value", 0 };
	else if (len > PASSWORD_MAX)
		*flaw = (struct password_flaw){ "a password has at most 1024 bytes", "maxLength",
		    PASSWORD_MAX };
	else if (characters(password, len) < (size_t)min_characters)
		*flaw = (struct password_flaw){ "the password is shorter than password_min_length",
		    "minLength", min_characters };
	else
		return 0;
	return V_INVALID;
}
