// SPDX-License-Identifier: ISC
/* tests/fuzz/conf_fuzz.c - bytes as a file of the configuration. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "conf/conf.h"
#include "fuzz.h"

/* What the rows say about an option holds for what was read. */
static void
check_numbers(const struct conf *conf)
{
	for (size_t i = 0; i < options_count; i++) {
		const struct option_row *row = &options[i];
		int64_t value;

		if (row->type != OPTION_NUMBER)
			continue;
		memcpy(&value, (const char *)conf + row->offset, sizeof value);
		HOLDS(value >= row->min && value <= row->max);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	GUARD(arena_free) struct arena mem;
	struct conf *conf = NULL;
	const char *lines;
	struct text errors;
	size_t lines_len;
	char path[64];
	int fd, r;

	fd = memfd_create("doorward.conf", MFD_CLOEXEC);
	HOLDS(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	arena_init(&mem, 0);
	text_init(&errors, &mem);
	r = conf_load(&conf, path, &errors);
	HOLDS(text_done(&errors, &lines, &lines_len) == 0);
	HOLDS(r == 0 || (r == V_INVALID && lines_len));
	HOLDS((r == 0) == (conf != NULL));
	if (conf)
		check_numbers(conf);
	conf_drop(&conf);
	close(fd);
	return 0;
}
