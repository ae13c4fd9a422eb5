// SPDX-License-Identifier: ISC
/*
 * tests/galera/net.h - a network for each node, which can be cut off from the others.
 *
 * That takes Linux, root and ip(8); without them the nodes share one network.
 */
#ifndef TESTS_GALERA_NET_H
#define TESTS_GALERA_NET_H

#include <stdbool.h>

#define NET_PREFIX "10.98.76."		/* node N is at N */

/* 0, or 1: it cannot be done here. */
int net_make(void);

/* For what this process does and starts from here on. */
void net_enter(unsigned node);

void net_cut(unsigned node, bool cut);

#endif
