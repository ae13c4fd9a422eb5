// SPDX-License-Identifier: ISC
/*
 * base/leave.h - a process that cannot recover by itself asks to be replaced.
 *
 * A worker in its sandbox can open no file, so it cannot replace what it has open.
 * It answers the request at hand, exits, and its successor opens everything anew.
 * A process that ends by itself, such as doorwardctl, need not ask.
 */
#ifndef BASE_LEAVE_H
#define BASE_LEAVE_H

#include <stdbool.h>

/* Says once in the log why this process leaves. */
void leave_ask(const char *format, ...) __attribute__((format(printf, 1, 2)));

bool leave_is_asked(void);

#endif
