// SPDX-License-Identifier: ISC
/* ctl/prompt.h - asks questions on the terminal, and only there. */
#ifndef CTL_PROMPT_H
#define CTL_PROMPT_H

#include "ctl/ctl.h"

/*
 * Reads a new password for whom: one line of stdin with --password-stdin; else
 * asks for it twice without echo.  *password is in ctl->mem, and not yet checked.
 * V_MALFORMED: there is no terminal.  V_INVALID: the two differ.
 */
int prompt_password(struct ctl *ctl, const char *whom, const char **password, size_t *len);

/* Is stdin a terminal? */
bool prompt_possible(void);

/* Asks only if stdin is a terminal.  V_INVALID: the answer was not yes. */
int prompt_consent(struct ctl *ctl, const char *question);

#endif
