// SPDX-License-Identifier: ISC
/*
 * ctl/apart.h - work that a child process does, so that the tool keeps the rights of
 * its caller for files that it names, and survives a database that LMDB cannot read.
 */
#ifndef CTL_APART_H
#define CTL_APART_H

#include <stdatomic.h>
#include <stddef.h>

#include "ctl/ctl.h"

/* In memory that both processes share. */
struct apart {
	_Atomic uint64_t done, total;	/* for the bar; total 0: no bar yet */
	_Atomic(const char *) what;	/* a constant: "copying" */
	int r;
	char about[512], why[1024];	/* as in struct ctl; "" for none */
};

/*
 * An object of size bytes that begins with a struct apart; NULL: no memory.  It is
 * zero, and lasts as long as the process.
 */
void *apart_new(size_t size);

/*
 * Does work in a child and draws how far it has come; watch, which may be NULL, is
 * called before each look at that.  The result is that of work,
 * with about and why; -EBADMSG if LMDB crashed; -EINTR if the tool was interrupted, and
 * then the child has been killed; -EIO if the child ended by itself before it had one.
 */
int apart_run(struct ctl *ctl, struct apart *apart,
    int (*work)(struct ctl *ctl, struct apart *apart), void (*watch)(struct apart *apart));

/* How far it has come: a store_progress whose arg is a struct apart. */
void apart_progress(void *arg, uint64_t done, uint64_t total);

#endif
