// SPDX-License-Identifier: ISC
/*
 * conf/conf_unit.h - the unit of systemd that starts the service of a configuration, and
 * what that unit lets it do.
 */
#ifndef CONF_CONF_UNIT_H
#define CONF_CONF_UNIT_H

#include <stdbool.h>

#include "base/arena.h"
#include "conf/conf.h"

/* The directories that systemd makes for a unit: state, runtime, logs and cache. */
#define CONF_UNIT_MADE	4

/* Strings are in the arena, and never NULL. */
struct conf_unit {
	const char *name;		/* "doorward@customer.service" */
	const char *user;		/* "": root */
	const char *group;		/* "": that of the user */
	const char *writable;		/* paths, with blanks between them */
	const char *made[CONF_UNIT_MADE];	/* the same, below /var/lib and the like */
	bool is_strict;			/* it can write to all of those alone */
};

/*
 * For root, asks systemd: doorward.service is that of doorward.conf in the directory of
 * the shipped configuration, doorward@NAME.service that of NAME.conf there.
 * V_NOT_FOUND: there is no systemd, or no such unit.
 */
int conf_unit_find(struct arena *mem, const char *path, struct conf_unit *out);

/* The name of that unit; NULL for a configuration elsewhere, or no memory. */
const char *conf_unit_name(struct arena *mem, const char *path);

/* Takes what "systemctl show" printed, which it changes.  V_NOT_FOUND: no unit that is loaded. */
int conf_unit_read(char *shown, struct conf_unit *out);

/* -EROFS of the first path that the service could not write to; logs a line for each. */
int conf_unit_check(const struct conf_unit *unit, const struct conf *conf);

#endif
