// SPDX-License-Identifier: ISC
/*
 * tests/e2e/unsealed_keys.c - "unsealed_keys CONFIG" prints the keys of a service, which only
 * its key file unseals, each in the forms in which one could get out: lines for
 * tests/e2e/memory.  Run by the user whom the key file belongs to.
 */
#include <stdio.h>
#include <string.h>

#include "auth/auth.h"
#include "auth/signing.h"
#include "base/b64.h"
#include "base/descriptors.h"
#include "base/guard.h"
#include "base/text.h"
#include "conf/conf.h"

static void
print_bytes(const char *name, const char *id, const uint8_t bytes[SECRET_KEY_LEN])
{
	char hex[2 * SECRET_KEY_LEN + 1], base64[B64_URL_SIZE(SECRET_KEY_LEN)];

	text_hex(hex, bytes, SECRET_KEY_LEN);
	b64_url_encode(base64, bytes, SECRET_KEY_LEN);
	printf("%s key %s\thex:%s\n", name, id, hex);
	printf("%s key %s in hexadecimal\t%s\n", name, id, hex);
	printf("%s key %s in base64\t%s\n", name, id, base64);
}

/*
 * Of the private key as PEM the first line, which with ES256 ends with 12 bytes of the
 * secret, and these.
 */
static void
print_pem(const struct signing_key *key)
{
	const char *line = strchr(key->texts.private_pem, '\n') + 1;
	uint8_t bytes[48];
	char hex[2 * 12 + 1];
	size_t len;

	if (b64_decode(B64_PADDED, line, strcspn(line, "\n"), bytes, sizeof bytes, &len))
		return;
	text_hex(hex, bytes + len - 12, 12);
	printf("private key %s as PEM\t%.*s\n", key->id, (int)strcspn(line, "\n"), line);
	printf("private key %s in DER\thex:%s\n", key->id, hex);
}

static int
print_all(struct auth *auth)
{
	const struct keyring *ring = &auth->keys;
	const struct signing_key *keys;
	size_t count;
	int r;

	for (size_t i = 0; i < ring->master_count; i++)
		print_bytes("master", ring->masters[i].id, ring->masters[i].bytes);
	for (size_t i = 0; i < ring->count; i++)
		print_bytes(keyring_purpose_name(ring->keys[i].purpose), ring->keys[i].id,
		    ring->keys[i].bytes);
	r = signing_all(auth->signing, &keys, &count);
	for (size_t i = 0; !r && i < count; i++)
		print_pem(&keys[i]);
	return r;
}

int
main(int argc, char **argv)
{
	GUARD(conf_drop) struct conf *conf = NULL;
	GUARD(arena_free) struct arena mem = { .chunks = NULL };
	struct auth *auth = NULL;
	struct text errors;
	int r;

	if (descriptors_fill() || argc != 2)
		return 2;
	arena_init(&mem, 0);
	text_init(&errors, &mem);
	if (conf_load(&conf, argv[1], &errors))
		return 2;
	r = auth_open(&auth, conf);
	if (!r)
		r = print_all(auth);
	auth_close(&auth);
	return r ? 1 : 0;
}
