// SPDX-License-Identifier: ISC
/*
 * tests/provider/certificate.h - certificates of servers on loopback: the right
 * one, and those that must be refused.
 */
#ifndef PROVIDER_CERTIFICATE_H
#define PROVIDER_CERTIFICATE_H

#include <openssl/ssl.h>

enum certificate {
	CERTIFICATE_GOOD,		/* for localhost and 127.0.0.1, by the CA of ca.pem */
	CERTIFICATE_OTHER_NAME,		/* by that CA, for elsewhere.example */
	CERTIFICATE_EXPIRED,		/* by that CA, for localhost, until yesterday */
	CERTIFICATE_UNKNOWN_CA,		/* for localhost, by another CA */
	CERTIFICATES
};

/* Their names in the file "certificate". */
extern const char *const certificate_names[CERTIFICATES];

/* Creates directory/ca.pem and its key, unless they exist. */
void certificate_authority(const char *directory);

/* Writes a certificate, signed anew, and then its key to path. */
void certificate_file(const char *directory, enum certificate which, const char *path);

/* What a TLS server needs to present that certificate, signed anew. */
SSL_CTX *certificate_context(const char *directory, enum certificate which);

#endif
