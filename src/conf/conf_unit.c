// SPDX-License-Identifier: ISC
/* conf/conf_unit.c - asks systemd what it lets the service of a configuration do. */
#include "conf/conf_unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"

#define DIRECTORY	SYSCONFDIR "/doorward/"
#define SHOWN_SIZE	8192

/* systemd.exec(5), RuntimeDirectory= */
static const struct { const char *name, *below; } made[CONF_UNIT_MADE] = {
	{ "StateDirectory=",   "/var/lib/" },
	{ "RuntimeDirectory=", "/run/" },
	{ "LogsDirectory=",    "/var/log/" },
	{ "CacheDirectory=",   "/var/cache/" },
};

const char *
conf_unit_name(struct arena *mem, const char *path)
{
	const char *name = path + strlen(DIRECTORY);
	size_t len;

	if (strncmp(path, DIRECTORY, strlen(DIRECTORY)) != 0)
		return NULL;
	len = strspn(name, TEXT_ALNUM "-_");
	if (len == 0 || strcmp(name + len, ".conf") != 0)
		return NULL;
	if (strcmp(name, "doorward.conf") == 0)
		return arena_strdup(mem, "doorward.service");
	return arena_printf(mem, "doorward@%.*s.service", (int)len, name);
}

/* Sets value if the line has that name. */
static void
take(const char *line, const char *name, const char **value)
{
	if (strncmp(line, name, strlen(name)) == 0)
		*value = line + strlen(name);
}

int
conf_unit_read(char *shown, struct conf_unit *out)
{
	bool is_loaded = false;
	char *line, *rest;

	out->user = out->group = out->writable = "";
	for (size_t i = 0; i < CONF_UNIT_MADE; i++)
		out->made[i] = "";
	out->is_strict = false;
	for (line = strtok_r(shown, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		is_loaded |= strcmp(line, "LoadState=loaded") == 0;
		out->is_strict |= strcmp(line, "ProtectSystem=strict") == 0;
		take(line, "User=", &out->user);
		take(line, "Group=", &out->group);
		take(line, "ReadWritePaths=", &out->writable);
		for (size_t i = 0; i < CONF_UNIT_MADE; i++)
			take(line, made[i].name, &out->made[i]);
	}
	return is_loaded ? 0 : V_NOT_FOUND;
}

static void
pipe_close(FILE **from)
{
	if (*from)
		pclose(*from);
}

int
conf_unit_find(struct arena *mem, const char *path, struct conf_unit *out)
{
	GUARD(pipe_close) FILE *from = NULL;
	const char *command;
	char *shown;
	size_t len;

	if (geteuid() != 0 || access("/run/systemd/system", F_OK) != 0)
		return V_NOT_FOUND;
	out->name = conf_unit_name(mem, path);
	if (!out->name)
		return V_NOT_FOUND;
	/* the name has nothing that a shell would read */
	command = arena_printf(mem, "systemctl show -p LoadState,User,Group,ProtectSystem,"
	    "ReadWritePaths,StateDirectory,RuntimeDirectory,LogsDirectory,CacheDirectory"
	    " %s 2>/dev/null", out->name);
	shown = arena_alloc(mem, SHOWN_SIZE);
	if (!command || !shown)
		return -ENOMEM;
	fflush(NULL);
	from = popen(command, "re");
	if (!from)
		return log_fault(-errno, "systemctl");
	len = fread(shown, 1, SHOWN_SIZE - 1, from);
	shown[len] = '\0';
	return conf_unit_read(shown, out);
}

/* Is path one of the paths, which may begin with marks, or below one? */
static bool
is_below(const char *path, const char *paths)
{
	for (size_t len; *paths; paths += len) {
		paths += strspn(paths, " -+");
		len = strcspn(paths, " ");
		if (len && strncmp(path, paths, len) == 0 &&
		    (path[len] == '/' || path[len] == '\0' || paths[len - 1] == '/'))
			return true;
	}
	return false;
}

static bool
is_writable(const struct conf_unit *unit, const char *path)
{
	size_t len;

	for (size_t i = 0; i < CONF_UNIT_MADE; i++) {
		len = strlen(made[i].below);
		if (strncmp(path, made[i].below, len) == 0 && is_below(path + len, unit->made[i]))
			return true;
	}
	return is_below(path, unit->writable) || is_below(path, "/dev /proc /sys");
}

int
conf_unit_check(const struct conf_unit *unit, const struct conf *conf)
{
	const struct { const char *option, *path; } rows[] = {
		{ "data_dir",   conf->data_dir },
		{ "run_dir",    conf->run_dir },
		{ "log_target", conf->log_target },
	};
	int r = 0;

	for (size_t i = 0; unit->is_strict && i < NELEM(rows); i++) {
		if (rows[i].path[0] != '/' || is_writable(unit, rows[i].path))
			continue;
		r = log_fault(-EROFS, "%s %s is outside ReadWritePaths= of %s", rows[i].option,
		    rows[i].path, unit->name);
	}
	return r;
}
