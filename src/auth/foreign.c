// SPDX-License-Identifier: ISC
/* auth/foreign.c - the table of foreign hashes, and how one is verified. */
#include "auth/foreign.h"

#include <errno.h>
#include <string.h>

#include "auth/foreign_kind.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/verdict.h"

/* Its cost is fixed. */
static bool
any_cost(const char *hash, bool costly)
{
	(void)hash, (void)costly;
	return true;
}

/* What is not here is refused: crypt(3) alone would also run kinds without a bound. */
static const struct foreign_kind kinds[] = {
	{ "$2a$",            bcrypt_form,        bcrypt_cost,        crypt_verify },
	{ "$2b$",            bcrypt_form,        bcrypt_cost,        crypt_verify },
	{ "$2y$",            bcrypt_form,        bcrypt_cost,        crypt_verify },
	{ "$5$",             sha_crypt_form,     sha_crypt_cost,     crypt_verify },
	{ "$6$",             sha_crypt_form,     sha_crypt_cost,     crypt_verify },
	{ "$1$",             md5_crypt_form,     any_cost,           crypt_verify },
	{ "$y$",             yescrypt_form,      yescrypt_cost,      crypt_verify },
	{ "$gy$",            yescrypt_form,      yescrypt_cost,      crypt_verify },
	{ "$wp$2y$",         wordpress_form,     wordpress_cost,     wordpress_verify },
	{ "bcrypt_sha256$$", bcrypt_sha256_form, bcrypt_sha256_cost, bcrypt_sha256_verify },
	{ "$P$",             phpass_form,        phpass_cost,        phpass_verify },
	{ "$H$",             phpass_form,        phpass_cost,        phpass_verify },
	{ "$S$",             phpass_form,        phpass_cost,        phpass_verify },
	{ "U$",              phpass_of_md5_form, phpass_of_md5_cost, phpass_of_md5_verify },
	{ "$apr1$",          apr1_form,          any_cost,           apr1_verify },
	{ "$pbkdf2-",        pbkdf2_form,        pbkdf2_cost,        pbkdf2_verify },
	{ "$argon2i$",       argon2_form,        argon2_cost,        argon2_verify },
	{ "$argon2id$",      argon2_form,        argon2_cost,        argon2_verify },
	{ "$dw-",            wrap_form,          any_cost,           wrap_verify },
};

const struct foreign_kind *
foreign_kind_of(const char *hash)
{
	for (size_t i = 0; i < NELEM(kinds); i++) {
		if (strncmp(hash, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
			return &kinds[i];
	}
	return NULL;
}

bool
foreign_is(const char *hash)
{
	return strncmp(hash, "$argon2id$", 10) != 0;
}

int
foreign_verify(const char *hash, const char *password, size_t len)
{
	const struct foreign_kind *kind = foreign_kind_of(hash);
	int r;

	if (!kind || !kind->form(hash) || !kind->cost(hash, true))
		return log_fault(-EBADMSG, "a stored password hash is damaged");
	/* to crypt(3) it ends the password, and to HMAC one at the end changes nothing */
	if (memchr(password, '\0', len))
		return V_WRONG_CREDENTIAL;
	r = kind->verify(hash, password, len);
	return r < 0 ? log_fault(r, "verifying a hash of the kind %s", kind->prefix) : r;
}

bool
foreign_is_exact(const char *hash, const char *password, size_t len)
{
	return strncmp(hash, "$wp$", 4) != 0 || !wordpress_trims(password, len);
}
