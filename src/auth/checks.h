// SPDX-License-Identifier: ISC
/*
 * auth/checks.h - password hashing within bounds, so that a flood of logins
 * leaves the processor and the workers to other calls.
 *
 * Over all processes at most max_password_checks hash at once, each in a
 * thread of the lowest priority; those that hash and those that wait for it
 * are half of the workers at most.  The bounds are slots that the kernel lets
 * go with a process, even on kill -9 (base/slots.h).
 */
#ifndef AUTH_CHECKS_H
#define AUTH_CHECKS_H

#include <stdint.h>

#include "base/slots.h"
#include "conf/conf.h"

struct checks;

/* Opens the slots in run_dir, after fork; conf is borrowed.  -errno, logged. */
int checks_open(struct checks **checks, const struct conf *conf);
void checks_close(struct checks **checks);

/*
 * A place among those that hash or wait for it; let go with slot_leave.
 * V_UNAVAILABLE, at once: half of the workers are at it already.  Where checks
 * is NULL there is room for everybody.
 */
int checks_admit(const struct checks *checks, struct slot *place);

/*
 * For one who was admitted: runs work(arg) when there is a slot for it, and waits
 * for its end.  V_UNAVAILABLE, work is not run: there was none for
 * password_wait_ms.  Where checks is NULL it is run right here.
 */
int checks_run(struct checks *checks, void (*work)(void *), void *arg);

/* How often work was run. */
uint64_t checks_count(const struct checks *checks);

#endif
