// SPDX-License-Identifier: ISC
/* ctl/status.h - the state of the service, and a screen of it. */
#ifndef CTL_STATUS_H
#define CTL_STATUS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "auth/auth.h"
#include "auth/care.h"
#include "base/pool_view.h"
#include "ctl/count_view.h"
#include "ctl/ctl.h"
#include "ctl/kept.h"

#define STORE_NAME_SIZE 129

/* The most lines of a screen, which leave room for those that only --watch has. */
#define STATUS_LINES 21

struct status {
	struct meta meta;
	struct store_counts counts;
	struct store_state state;
	uint64_t foreign_hashes;
	char store[STORE_NAME_SIZE], database[STORE_NAME_SIZE];
	char data_dir[PATH_MAX + 1], key_file[PATH_MAX + 1];
	struct kept kept;
	int64_t looked_ms;		/* Unix time */
	bool key_file_ok, is_running;
	uint64_t machines, machines_differ;
	struct pool_view pool;
	struct count_view count;
	int64_t jwt_key_ms;
};

/* In words, in at most STATUS_LINES lines, cut where they are wider.  -ENOMEM. */
int status_screen(struct ctl *ctl, const struct status *status, unsigned width);

#endif
