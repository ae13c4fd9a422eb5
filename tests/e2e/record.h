// SPDX-License-Identifier: ISC
/*
 * tests/e2e/record.h - what was asked and answered, in a form that two runs can be
 * compared in: diff shows what a change of the program does to its clients.
 *
 * Times, uuids, tokens, ports and directories are replaced by their kind.  The
 * file is the one that E2E_RECORD names; without it nothing is recorded.
 */
#ifndef E2E_RECORD_H
#define E2E_RECORD_H

#include "http.h"

/* What a row asked and was answered. */
void record_exchange(const char *row, const struct http_request *ask,
    const struct http_answer *answer);

/* The answer alone. */
void record_answer(const char *row, const char *head, const char *body);

#endif
