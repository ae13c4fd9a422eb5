// SPDX-License-Identifier: ISC
/*
 * conf/conf_rules.h - rules that the row of a single option cannot express.
 */
#ifndef CONF_CONF_RULES_H
#define CONF_CONF_RULES_H

#include "conf/conf.h"

/*
 * Checks the elements of lists, and options against each other.  V_INVALID:
 * errors has a line for each error, which begins with path.
 */
int conf_check_rules(const struct conf *conf, const char *path, struct text *errors);

#endif
