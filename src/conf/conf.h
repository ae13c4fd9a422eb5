// SPDX-License-Identifier: ISC
/*
 * conf/conf.h - what the operator decides: one struct, filled from one table.
 *
 * An option is one row of options[] in conf/options.c and one member here.
 * The shipped doorward.conf and doorward.conf(5) are checked against the rows.
 */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

/* Numbers are in the unit their name says; strings are never NULL. */
struct conf {
	struct arena mem;		/* holds the strings */

	const char *data_dir;
	const char *run_dir;
	const char *key_file;
	const char *listen;		/* "" stands for run_dir/doorward.sock */
	int64_t workers;
	int64_t worker_max_requests;
	int64_t request_deadline_s;
	const char *log_target;
	const char *log_level;

	const char *host_name;
	const char *realm;
	bool allow_plain_http;
	bool accept_query_credentials;
	bool basic_challenge;
	int64_t max_body_bytes;

	int64_t jwt_ttl_s;
	int64_t max_session_s;
	int64_t token_ttl_default_s;
	int64_t token_ttl_max_s;
	int64_t max_tokens_per_user;
	bool bearer_may_create;

	int64_t argon2_memory_kib;
	int64_t argon2_iterations;
	int64_t password_min_length;

	int64_t store_max_mib;
};

enum option_type { OPTION_TEXT, OPTION_PATH, OPTION_CHOICE, OPTION_NUMBER, OPTION_BOOL };

struct option_row {
	const char *name;
	enum option_type type;
	size_t offset;			/* of the member of struct conf */
	const char *preset;		/* the default, as written in a file */
	int64_t min, max;		/* OPTION_NUMBER; lengths of OPTION_TEXT and _PATH */
	const char *unit;		/* or the choices, separated by '|' */
	const char *meaning;		/* one sentence */
};

extern const struct option_row options[];
extern const size_t options_count;

/* The row of a name, NULL if there is none. */
const struct option_row *option_find(const char *name);

/* The value of a row in conf as a file would have it; strings are quoted. */
void option_put(struct text *out, const struct option_row *row, const struct conf *conf);

/*
 * Reads the file into *conf, which the caller ends with conf_drop.
 * V_INVALID: something in the file is wrong; errors then holds lines of
 * "file:line: what".  -errno if the file cannot be read.
 */
int conf_load(struct conf **conf, const char *path, struct text *errors);

/* All options at their defaults. */
int conf_defaults(struct conf **conf);

void conf_drop(struct conf **conf);

#endif
