// SPDX-License-Identifier: ISC
/*
 * tests/service/forged.h - JWTs of every confusion between algorithms, kids and kinds of
 * keys, for a service with whatever database.
 */
#ifndef SERVICE_FORGED_H
#define SERVICE_FORGED_H

#include "service/box.h"

/*
 * Makes a key of each algorithm, reopening the box, and expects that what they sign for
 * Alice is valid, and nothing else.
 */
void forged_expect(struct box *my);

#endif
