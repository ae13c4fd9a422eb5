// SPDX-License-Identifier: ISC
/* tests/provider/certificate.c - certificates of servers on loopback. */
#include "certificate.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/guard.h"
#include "key.h"

#define DAY_S 86400L

const char *const certificate_names[CERTIFICATES] = {
	[CERTIFICATE_GOOD] = "good",
	[CERTIFICATE_OTHER_NAME] = "other-name",
	[CERTIFICATE_EXPIRED] = "expired",
	[CERTIFICATE_UNKNOWN_CA] = "unknown-ca",
};

static const struct row {
	const char *names;
	long begins_s, ends_s;		/* from now */
	bool unknown_ca;
} rows[CERTIFICATES] = {
	[CERTIFICATE_GOOD] =	   { "DNS:localhost,IP:127.0.0.1", -DAY_S, 3650 * DAY_S, false },
	[CERTIFICATE_OTHER_NAME] = { "DNS:elsewhere.example", -DAY_S, 3650 * DAY_S, false },
	[CERTIFICATE_EXPIRED] =	   { "DNS:localhost", -9 * DAY_S, -DAY_S, false },
	[CERTIFICATE_UNKNOWN_CA] = { "DNS:localhost", -DAY_S, 3650 * DAY_S, true },
};

static void
certificate_drop(X509 **certificate)
{
	X509_free(*certificate);
}

static void
add_extension(X509 *certificate, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	if (!extension || !X509_add_ext(certificate, extension, -1))
		give_up(value);
	X509_EXTENSION_free(extension);
}

/* Of key, by that issuer; NULL for one that signs itself. */
static X509 *
certificate_make(EVP_PKEY *key, const char *name, const struct row *row, X509 *issuer,
    EVP_PKEY *issuer_key)
{
	static long serial = 1;
	X509 *made = X509_new();
	X509_NAME *subject = X509_get_subject_name(made);

	X509_set_version(made, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial);
	X509_gmtime_adj(X509_getm_notBefore(made), row->begins_s);
	X509_gmtime_adj(X509_getm_notAfter(made), row->ends_s);
	X509_set_pubkey(made, key);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1,
	    -1, 0);
	X509_set_issuer_name(made, issuer ? X509_get_subject_name(issuer) : subject);
	if (issuer)
		add_extension(made, NID_subject_alt_name, row->names);
	else
		add_extension(made, NID_basic_constraints, "critical,CA:TRUE");
	if (!X509_sign(made, issuer_key, EVP_sha256()))
		give_up("certificate");
	return made;
}

static EVP_PKEY *
fresh_key(void)
{
	return EVP_EC_gen("P-256");
}

void
certificate_authority(const char *directory)
{
	GUARD(key_drop) EVP_PKEY *key = NULL;
	GUARD(certificate_drop) X509 *made = NULL;
	char path[512];
	FILE *file;

	snprintf(path, sizeof path, "%s/ca.pem", directory);
	if (access(path, F_OK) == 0)
		return;
	key = fresh_key();
	made = certificate_make(key, "test authority", &rows[CERTIFICATE_GOOD], NULL, key);
	file = fopen(path, "wx");
	if (!file || !PEM_write_X509(file, made) || fclose(file))
		give_up(path);
	snprintf(path, sizeof path, "%s/ca.key", directory);
	file = fopen(path, "wx");
	if (!file || !PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) || fclose(file))
		give_up(path);
}

static void
authority_read(const char *directory, X509 **certificate, EVP_PKEY **key)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof path, "%s/ca.pem", directory);
	file = fopen(path, "r");
	if (!file || !(*certificate = PEM_read_X509(file, NULL, NULL, NULL)))
		give_up(path);
	fclose(file);
	snprintf(path, sizeof path, "%s/ca.key", directory);
	*key = key_get(path);
}

/* A certificate of key, signed anew. */
static X509 *
certificate_new(const char *directory, enum certificate which, EVP_PKEY *key)
{
	GUARD(key_drop) EVP_PKEY *ca_key = NULL;
	GUARD(certificate_drop) X509 *ca = NULL;

	if (rows[which].unknown_ca) {
		ca_key = fresh_key();
		ca = certificate_make(ca_key, "nobody's authority", &rows[CERTIFICATE_GOOD], NULL,
		    ca_key);
	} else {
		authority_read(directory, &ca, &ca_key);
	}
	return certificate_make(key, "provider", &rows[which], ca, ca_key);
}

void
certificate_file(const char *directory, enum certificate which, const char *path)
{
	GUARD(key_drop) EVP_PKEY *key = fresh_key();
	GUARD(certificate_drop) X509 *made = certificate_new(directory, which, key);
	FILE *file = fopen(path, "w");

	if (!file || !PEM_write_X509(file, made) ||
	    !PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) || fclose(file))
		give_up(path);
}

SSL_CTX *
certificate_context(const char *directory, enum certificate which)
{
	GUARD(key_drop) EVP_PKEY *key = fresh_key();
	GUARD(certificate_drop) X509 *made = certificate_new(directory, which, key);
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	if (!context || !SSL_CTX_use_certificate(context, made) ||
	    !SSL_CTX_use_PrivateKey(context, key))
		give_up("TLS");
	return context;
}
