// SPDX-License-Identifier: ISC
/*
 * conf/conf_places.h - the files and directories that a configuration names.
 */
#ifndef CONF_CONF_PLACES_H
#define CONF_CONF_PLACES_H

#include "conf/conf.h"

/*
 * Looks with the rights of the process whether a service can start with them
 * and its users can log in.  The database and the key file are not looked at:
 * they may still have to be made.  -errno of the first that is wrong, with a
 * line in the log for each.
 */
int conf_check_places(const struct conf *conf);

#endif
