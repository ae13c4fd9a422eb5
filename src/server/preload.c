// SPDX-License-Identifier: ISC
/* server/preload.c - the libraries that the C library would load when first needed. */
#include "server/preload.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/guard.h"

#define SWITCH "/etc/nsswitch.conf"

static void
file_close(FILE **file)
{
	if (*file)
		fclose(*file);
}

/* It stays loaded: the C library finds it by its name. */
static void
load(const char *library)
{
	(void)dlopen(library, RTLD_NOW);
}

/* The services of a line, as in "files mymachines [NOTFOUND=return] dns". */
static void
load_modules(char *services)
{
	char library[64], *rest = services, *word;
	bool in_action = false;

	while ((word = strtok_r(rest, " \t\n", &rest))) {
		in_action = in_action || *word == '[';
		if (!in_action && (size_t)snprintf(library, sizeof library, "libnss_%s.so.2",
		    word) < sizeof library)
			load(library);
		if (strchr(word, ']'))
			in_action = false;
	}
}

void
preload_name_service(void)
{
	GUARD(file_close) FILE *file = fopen(SWITCH, "re");
	char line[1024];

	/* needed when the threads that look up hosts exit */
	load("libgcc_s.so.1");
	while (file && fgets(line, sizeof line, file)) {
		line[strcspn(line, "#")] = '\0';
		if (strncmp(line, "hosts:", strlen("hosts:")) == 0)
			load_modules(line + strlen("hosts:"));
	}
}
