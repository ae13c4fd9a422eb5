// SPDX-License-Identifier: ISC
/*
 * conf/conf_rules.h - what the row of a single option cannot say.
 */
#ifndef CONF_CONF_RULES_H
#define CONF_CONF_RULES_H

#include "conf/conf.h"

/*
 * Holds lists to what their elements must be, and options to one another.
 * V_INVALID: errors has a line for each that is wrong, which begins with path.
 */
int conf_check_rules(const struct conf *conf, const char *path, struct text *errors);

#endif
