// SPDX-License-Identifier: ISC
/* tests/service/random.h - in place of random bytes the same ones in each run. */
#ifndef SERVICE_RANDOM_H
#define SERVICE_RANDOM_H

#include <stdint.h>

/* From now on, as if they had been drawn so often; called again, they are the same again. */
void random_repeat(uint64_t drawn);

/* Random ones again. */
void random_restore(void);

#endif
