// SPDX-License-Identifier: ISC
/* base/openssl.h - handles of OpenSSL, for GUARD. */
#ifndef BASE_OPENSSL_H
#define BASE_OPENSSL_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>

#include "base/guard.h"

static inline void
bio_drop(BIO **bio)
{
	BIO_free(*bio);
}

static inline void
bn_drop(BIGNUM **n)
{
	BN_free(*n);
}

static inline void
key_drop(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

/* Of a digest or a signature. */
static inline void
context_drop(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
}

#endif
