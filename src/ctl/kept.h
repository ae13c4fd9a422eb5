// SPDX-License-Identifier: ISC
/* ctl/kept.h - copies in data_dir that commands have kept, or left when they were killed. */
#ifndef CTL_KEPT_H
#define CTL_KEPT_H

#include <limits.h>
#include <stdint.h>

struct kept {
	uint64_t files, bytes;
	char oldest[NAME_MAX + 1];	/* "": there are none */
};

/* -errno */
int kept_look(const char *data_dir, struct kept *kept);

#endif
