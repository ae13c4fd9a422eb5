// SPDX-License-Identifier: ISC
/*
 * tests/galera/cluster.h - a Galera cluster of three private MariaDB servers, which
 * deploy/database-node starts; and stores in it.
 */
#ifndef TESTS_GALERA_CLUSTER_H
#define TESTS_GALERA_CLUSTER_H

#include <stdbool.h>

#include "store/store.h"
#include "store/store_where.h"

#define NODES 3

/*
 * Starts all nodes, once in a program; they end with it.  0, or 1 if that fails.  Each
 * has a network of its own where that can be made (net.h).
 */
int cluster_need(void);

/* Stops, kills or starts node n, from 1 on; starting waits until it is part of the cluster. */
void cluster_do(const char *action, unsigned n);

/* Starts two nodes of which neither can do without the other. */
void cluster_start_two(unsigned n, unsigned other);

/* All three are part of it again; false if that does not come about in a minute. */
bool cluster_is_whole(void);

void cluster_signal(unsigned n, int signum);

/* Nothing passes between node n and the others, where it has a network of its own. */
void cluster_cut(unsigned n, bool cut);

/* An empty database, and one that is initialised, with user 1; there is one at a time. */
void cluster_new_database(void);
void cluster_make_store(void);

/* Where an empty database is by way of node n alone. */
struct store_where cluster_where(unsigned n);

/* That store by way of node n alone; with others, they are tried after it. */
struct store *cluster_open(unsigned n, bool others);

#endif
