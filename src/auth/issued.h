// SPDX-License-Identifier: ISC
/*
 * auth/issued.h - bearer tokens and session keys that were good once, shared by
 * all workers: what is known here is no guess after it has ended, though the
 * store has forgotten it.
 *
 * ISSUED_MAX digests, 8 bytes of each, are shared through a file in run_dir
 * (base/shared.h) and written without locks.  It outlives the workers, not the machine.
 * Others may be forgotten for a new one; whatever is used again is noted again.
 * Nothing is let in for standing here.
 */
#ifndef AUTH_ISSUED_H
#define AUTH_ISSUED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/secret.h"

#define ISSUED_MAX 65536

struct issued;

/* Opens the file in run_dir, and makes it if there is none.  -errno, logged. */
int issued_open(struct issued **issued, const char *run_dir);
void issued_close(struct issued **issued);

/* digest: of the secret, keyed, as the store has it.  NULL notes nothing and has none. */
void issued_note(struct issued *issued, const uint8_t digest[DIGEST_LEN]);
bool issued_has(const struct issued *issued, const uint8_t digest[DIGEST_LEN]);

#endif
