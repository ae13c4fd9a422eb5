// SPDX-License-Identifier: ISC
/* auth/password.c - password hashes: Argon2id of libsodium. */
#include "auth/password.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"
#include "conf/conf.h"

_Static_assert(HASH_SIZE >= crypto_pwhash_STRBYTES, "a record has room for a hash");

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
	memset(out, 0, HASH_SIZE);
	if (crypto_pwhash_str_alg(out, form.bytes, form.len, cost->iterations,
	    cost->memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
		r = log_fault(-ENOMEM, "hashing a password with %zu KiB",
		    cost->memory_bytes / 1024);
	secret_wipe(&form, sizeof form);
	return r;
}

/* A stored hash may come from elsewhere: it must cost no more than a new one may. */
static bool
is_bounded(const char *hash)
{
	unsigned version, memory_kib, passes, lanes;

	if (sscanf(hash, "$argon2id$v=%u$m=%u,t=%u,p=%u$", &version, &memory_kib, &passes,
	    &lanes) != 4)
		return false;
	return memory_kib <= CONF_ARGON2_MEMORY_MAX_KIB &&
	    passes <= CONF_ARGON2_ITERATIONS_MAX && lanes <= 16;
}

static int
verify(const char *hash, const char *password, size_t len)
{
	errno = 0;
	if (crypto_pwhash_str_verify(hash, password, len) == 0)
		return 0;
	/* libsodium has one result for all; errno distinguishes a wrong password from a fault */
	if (errno == EINVAL)
		return V_WRONG_CREDENTIAL;
	return log_fault(errno == ENOMEM ? -ENOMEM : -EBADMSG, "verifying a stored password hash");
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
	r = is_bounded(hash) ? verify(hash, form.bytes, form.len) :
	    log_fault(-EBADMSG, "a stored password hash");
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
	return crypto_pwhash_str_needs_rehash(hash, cost->iterations, cost->memory_bytes) != 0;
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
password_check_new(const char *password, size_t len, int64_t min_characters, const char **why)
{
	if (!text_is_utf8(password, len))
		*why = "a password must be UTF-8";
	else if (unicode_has_control(password, len))
		*why = "a password must not contain control characters";
	else if (len > PASSWORD_MAX)
		*why = "a password has at most 1024 bytes";
	else if (characters(password, len) < (size_t)min_characters)
		*why = "the password is shorter than password_min_length";
	else
		return 0;
	return V_INVALID;
}
