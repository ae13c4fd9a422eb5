// SPDX-License-Identifier: ISC
/*
 * tests/provider/provider.c - a provider of identities on loopback, to try
 * doorward with: a server, and a signer of ID tokens.
 *
 *	provider serve DIR [PORT]
 * makes DIR/ca.pem (for provider_ca_file) and the keys DIR/k1 and DIR/k2, lets
 * /certs answer with both, prints its address, and serves the files of DIR as
 * server.h has it.
 *
 *	provider keys DIR/KEY...
 * prints the JWK Set of these keys; a key that is not there is made.
 *
 *	provider sign DIR/KEY CLAIMS [HEADER]
 * prints an ID token.  CLAIMS and HEADER are JSON; HEADER has alg, typ and the
 * key's name as kid, if not given.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/guard.h"
#include "base/text.h"
#include "certificate.h"
#include "key.h"
#include "server.h"

static struct arena mem;

static const char *
kid_of(const char *path)
{
	return strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
}

static const char *
key_set(char *const *paths, int count)
{
	const char *out;
	struct text t;

	text_init(&t, &mem);
	text_puts(&t, "{\"keys\":[");
	for (int i = 0; i < count; i++) {
		GUARD(key_drop) EVP_PKEY *key = key_get(paths[i]);

		text_printf(&t, "%s%s", i ? "," : "", key_jwk(&mem, key, kid_of(paths[i])));
	}
	text_puts(&t, "]}");
	return text_done(&t, &out, NULL) ? "" : out;
}

static int
keys(int argc, char **argv)
{
	if (argc < 1)
		return 2;
	puts(key_set(argv, argc));
	return 0;
}

static int
sign(int argc, char **argv)
{
	GUARD(key_drop) EVP_PKEY *key = NULL;
	const char *header;

	if (argc != 2 && argc != 3)
		return 2;
	key = key_get(argv[0]);
	header = argc == 3 ? argv[2] :
	    arena_printf(&mem, "{\"alg\":\"%s\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
	    key_method(key), kid_of(argv[0]));
	puts(key_sign(&mem, key, key_method(key), header, argv[1]));
	return 0;
}

/* What /certs answers until somebody writes another file. */
static void
put_certs(const char *directory)
{
	char *paths[] = { arena_printf(&mem, "%s/k1", directory),
	    arena_printf(&mem, "%s/k2", directory) };
	const char *path = arena_printf(&mem, "%s/certs", directory);
	FILE *file;

	if (access(path, F_OK) == 0)
		return;
	file = fopen(path, "w");
	if (!file)
		give_up(path);
	fprintf(file, "200\nCache-Control: public, max-age=3600\n"
	    "Content-Type: application/json\n\n%s\n", key_set(paths, NELEM(paths)));
	fclose(file);
}

static int
serve(int argc, char **argv)
{
	int port = argc == 2 ? atoi(argv[1]) : 0, fd;

	if (argc != 1 && argc != 2)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	umask(077);
	certificate_authority(argv[0]);
	put_certs(argv[0]);
	fd = server_listen(&port);
	printf("https://localhost:%d\n", port);
	fflush(stdout);
	server_run(fd, argv[0]);
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} modes[] = {
	{ "serve", serve },
	{ "keys", keys },
	{ "sign", sign },
};

int
main(int argc, char **argv)
{
	int status = 2;

	if (descriptors_fill())
		return 99;
	arena_init(&mem, 0);
	for (size_t i = 0; argc > 1 && i < NELEM(modes); i++) {
		if (strcmp(modes[i].name, argv[1]) == 0)
			status = modes[i].run(argc - 2, argv + 2);
	}
	if (status == 2)
		fputs("usage: provider serve DIR [PORT] | keys KEY... | sign KEY CLAIMS [HEADER]\n",
		    stderr);
	arena_free(&mem);
	return status;
}
