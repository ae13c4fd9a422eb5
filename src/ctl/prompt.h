// SPDX-License-Identifier: ISC
/* ctl/prompt.h - asking the person at the terminal, and only there. */
#ifndef CTL_PROMPT_H
#define CTL_PROMPT_H

#include "ctl/ctl.h"

/*
 * A new password for whom: one line of stdin with --password-stdin, else asked
 * for twice without echo.  *password is in ctl->mem; it may break any rule.
 * V_MALFORMED: there is no terminal.  V_INVALID: the two differ.
 */
int prompt_password(struct ctl *ctl, const char *whom, const char **password, size_t *len);

/* Asks only if stdin is a terminal.  V_INVALID: the answer was not yes. */
int prompt_consent(struct ctl *ctl, const char *question);

#endif
