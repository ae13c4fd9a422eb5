// SPDX-License-Identifier: ISC
/* cred/cred_slots.h - the table of places in which credentials may stand. */
#ifndef CRED_CRED_SLOTS_H
#define CRED_CRED_SLOTS_H

#include "cred/cred.h"

/* Fills slots and headers of cred, by what is switched on; -ENOMEM. */
int cred_slots_make(struct cred *cred);

#endif
