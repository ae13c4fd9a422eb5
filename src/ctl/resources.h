// SPDX-License-Identifier: ISC
/* ctl/resources.h - what a command works with: configuration, store, keys. */
#ifndef CTL_RESOURCES_H
#define CTL_RESOURCES_H

#include "ctl/ctl.h"

/*
 * Opens what need says and is not open yet.  -EINVAL: the configuration is
 * wrong, and the lines that are have been printed on stderr.
 */
int resources_open(struct ctl *ctl, enum need need);

void resources_close(struct ctl *ctl);

/*
 * Root makes files for the group of the data directory, so that the service
 * can use them.  To be called before anything is made there.
 */
int resources_join_group(struct ctl *ctl);

#endif
