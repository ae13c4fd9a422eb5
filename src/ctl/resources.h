// SPDX-License-Identifier: ISC
/* ctl/resources.h - what a command works with: configuration, store, keys. */
#ifndef CTL_RESOURCES_H
#define CTL_RESOURCES_H

#include "ctl/ctl.h"

/*
 * Opens what need says and is not open yet, from the store on as the user of the
 * service.  -EINVAL: the configuration is
 * wrong, and the lines that are have been printed on stderr.
 */
int resources_open(struct ctl *ctl, enum need need);

/* r; if it is a fault of the key file, ctl->about and why say so, and what helps. */
int resources_explain_key(struct ctl *ctl, int r);

void resources_close(struct ctl *ctl);

/*
 * Root becomes the user of the service for good: the owner of data_dir, with the
 * group of data_dir.  The files there are what that user made of them, links to
 * other files perhaps, so root opens none.  To be called before any is opened;
 * what the caller alone can read, the key and files named as arguments, is read
 * before.  -EPERM: data_dir is root's, but others may write there.
 */
int resources_become_service(struct ctl *ctl);

/*
 * Gives an open file of root's to the user that resources_become_service makes of
 * root, before that.
 */
int resources_give(struct ctl *ctl, int fd);

#endif
