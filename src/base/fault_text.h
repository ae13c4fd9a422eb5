// SPDX-License-Identifier: ISC
/* base/fault_text.h - what an administrator reads of an error. */
#ifndef BASE_FAULT_TEXT_H
#define BASE_FAULT_TEXT_H

#include <stdbool.h>

/*
 * In words, for an errno above 0: those of the system, except for the numbers to which we
 * give a meaning of our own, such as EBADMSG.
 */
const char *fault_text(int error);

/* Has it a meaning of our own, which a line of the log says itself? */
bool fault_is_ours(int error);

#endif
