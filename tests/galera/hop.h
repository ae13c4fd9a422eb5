// SPDX-License-Identifier: ISC
/* tests/galera/hop.h - a store of which each call goes to another node. */
#ifndef TESTS_GALERA_HOP_H
#define TESTS_GALERA_HOP_H

#include "store/store.h"

/* Opens a store in a new database, by way of all nodes in turn. */
int hop_open(struct store **st);

#endif
