// SPDX-License-Identifier: ISC
/*
 * auth/issued.h - bearer tokens and session keys that were once valid, shared by
 * all workers: a secret known here is not a guess after it has expired, even if
 * the store no longer has it.
 *
 * ISSUED_MAX digests, 8 bytes of each, are shared through a file in run_dir
 * (base/shared.h) and written without locks.  It outlives the workers, but not the machine.
 * A new digest may replace others; a secret that is used again is noted again.
 * Being noted here never makes a secret valid.
 */
#ifndef AUTH_ISSUED_H
#define AUTH_ISSUED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/secret.h"

#define ISSUED_MAX 65536

struct issued;

/* Opens the file in run_dir, or creates it.  -errno, logged. */
int issued_open(struct issued **issued, const char *run_dir);
void issued_close(struct issued **issued);

/* digest: the keyed digest of the secret, as in the store.  If issued is NULL, notes nothing. */
void issued_note(struct issued *issued, const uint8_t digest[DIGEST_LEN]);
bool issued_has(const struct issued *issued, const uint8_t digest[DIGEST_LEN]);

#endif
