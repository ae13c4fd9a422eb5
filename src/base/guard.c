// SPDX-License-Identifier: ISC
/* base/guard.c - the guard of a file descriptor. */
#include "base/guard.h"

#include <unistd.h>

void
fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
