// SPDX-License-Identifier: ISC
/*
 * conf/conf_places.h - the files and directories that a configuration names.
 */
#ifndef CONF_CONF_PLACES_H
#define CONF_CONF_PLACES_H

#include "conf/conf.h"

/*
 * Checks, with the rights of the process, whether a service can start with them
 * and users can log in.  The database and the key file are not checked, because
 * they may not exist yet.  -errno of the first that is wrong; logs a line for
 * each.
 */
int conf_check_places(const struct conf *conf);

#endif
