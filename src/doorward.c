// SPDX-License-Identifier: ISC
/* doorward.c - the daemon: options and configuration, then master or worker. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/descriptors.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/privs.h"
#include "base/secret.h"
#include "conf/conf.h"
#include "http/openapi.h"
#include "server/start.h"

#define DEFAULT_CONFIG SYSCONFDIR "/doorward/doorward.conf"

enum { EXIT_USAGE = 2 };

static const struct {
	const char *name, *value, *meaning;
} rows[] = {
	{ "check",   NULL,   "Check configuration and database, and exit." },
	{ "config",  "FILE", "Read this configuration instead of $DOORWARD_CONFIG or\n"
	    "\t\t\t" DEFAULT_CONFIG "." },
	{ "help",    NULL,   "Print this help and exit." },
	{ "listen",  "SOCKET", "Listen at this path or loopback address." },
	{ "openapi", NULL,   "Print a description of the HTTP interface and exit." },
	{ "version", NULL,   "Print the version and exit." },
};
enum choice { ARG_CHECK, ARG_CONFIG, ARG_HELP, ARG_LISTEN, ARG_OPENAPI, ARG_VERSION, ARG_CHOICES };
_Static_assert(NELEM(rows) == ARG_CHOICES, "a row for each choice");

/* What was given: the value, "" for an option without one, NULL if not there. */
struct choices {
	const char *given[ARG_CHOICES];
};

static int
usage(FILE *out, int code)
{
	fputs("usage: doorward [OPTION]...\n"
	    "Answer authentication requests from a web server over FastCGI.\n\n", out);
	for (size_t i = 0; i < ARG_CHOICES; i++)
		fprintf(out, "  --%s%s%-*s%s\n", rows[i].name, rows[i].value ? " " : "",
		    rows[i].value ? 19 - (int)strlen(rows[i].name) : 20 - (int)strlen(rows[i].name),
		    rows[i].value ? rows[i].value : "", rows[i].meaning);
	fputs("\nIf standard input is a listening socket and no --listen is given, this process\n"
	    "is a single worker on that socket.  On SIGHUP the master reloads its configuration\n"
	    "and program file.\n", out);
	return code;
}

/* -EINVAL if the command line is wrong; getopt_long has then said what. */
static int
choices_parse(struct choices *c, int argc, char **argv)
{
	struct option longs[ARG_CHOICES + 1] = { { 0 } };
	int found;

	for (int i = 0; i < ARG_CHOICES; i++)
		longs[i] = (struct option){ rows[i].name,
		    rows[i].value ? required_argument : no_argument, NULL, i };
	while ((found = getopt_long(argc, argv, "hV", longs, NULL)) != -1) {
		found = found == 'h' ? ARG_HELP : found == 'V' ? ARG_VERSION : found;
		if (found < 0 || found >= ARG_CHOICES)
			return -EINVAL;
		c->given[found] = optarg ? optarg : "";
	}
	if (optind == argc)
		return 0;
	fprintf(stderr, "doorward: '%s' is not an option\n", argv[optind]);
	return -EINVAL;
}

static const char *
config_path(const struct choices *c)
{
	const char *path = getenv("DOORWARD_CONFIG");

	if (c->given[ARG_CONFIG])
		return c->given[ARG_CONFIG];
	return path && *path ? path : DEFAULT_CONFIG;
}

/* Non-zero after lines on standard error. */
static int
config_read(struct conf **conf, const char *path)
{
	GUARD(arena_free) struct arena mem;
	struct text errors;
	const char *lines;
	int r;

	arena_init(&mem, 0);
	text_init(&errors, &mem);
	r = conf_load(conf, path, &errors);
	if (r < 0)
		fprintf(stderr, "doorward: %s: %s\n", path, strerror(-r));
	else if (r && text_done(&errors, &lines, NULL) == 0)
		fputs(lines, stderr);
	return r;
}

static int
check(struct conf *conf, const char *path)
{
	int code = start_check(conf, path);

	if (code == EXIT_SUCCESS)
		printf("%s: OK\n", path);
	return code;
}

/* What of the interface this configuration switches on. */
static int
describe(const struct conf *conf)
{
	GUARD(arena_free) struct arena mem;
	struct text text;
	const char *whole;
	int r;

	arena_init(&mem, 0);
	text_init(&text, &mem);
	r = openapi_put(&text, conf);
	if (!r)
		r = text_done(&text, &whole, NULL);
	if (!r)
		return puts(whole) < 0;
	fprintf(stderr, "doorward: %s\n", strerror(-r));
	return EXIT_FAILURE;
}

static int
serve_as(struct conf *conf, const struct choices *c, char **argv)
{
	GUARD(program_drop) struct program program = { .path = NULL };

	if (program_find(&program, argv, config_path(c)))
		return EXIT_FAILURE;
	return start_service(conf, c->given[ARG_LISTEN], &program);
}

static int
run(int argc, char **argv)
{
	GUARD(conf_drop) struct conf *conf = NULL;
	struct choices c = { { NULL } };

	if (choices_parse(&c, argc, argv))
		return usage(stderr, EXIT_USAGE);
	if (c.given[ARG_HELP])
		return usage(stdout, EXIT_SUCCESS);
	if (c.given[ARG_VERSION])
		return puts("doorward " PACKAGE_VERSION) < 0;
	if (c.given[ARG_CHECK] || c.given[ARG_OPENAPI])
		log_plain("doorward");
	if (privs_harden() || config_read(&conf, config_path(&c)) || secret_init())
		return EXIT_FAILURE;
	if (c.given[ARG_OPENAPI])
		return describe(conf);
	if (c.given[ARG_CHECK]) {
		if (c.given[ARG_LISTEN])
			conf->listen = c.given[ARG_LISTEN];
		return check(conf, config_path(&c));
	}
	return serve_as(conf, &c, argv);
}

int
main(int argc, char **argv)
{
	int code, r;

	/* a FastCGI manager may leave us descriptor 0 alone */
	if (descriptors_fill())
		return EXIT_FAILURE;
	code = run(argc, argv);
	r = descriptors_end_output();
	if (!r)
		return code;
	fprintf(stderr, "doorward: standard output: %s\n", strerror(-r));
	return code ? code : EXIT_FAILURE;
}
