// SPDX-License-Identifier: ISC
/* ctl/written.c - what a command that has written something prints. */
#include "ctl/written.h"

#include <stdio.h>

#include "base/text.h"
#include "ctl/arguments.h"
#include "ctl/record_show.h"

int
written_record(struct ctl *ctl, const struct record_kind *kind, const void *record)
{
	return arguments_has(ctl, "json") ? record_show(ctl, kind, record) : 0;
}

int
written_count(struct ctl *ctl, const char *what, const char *name, uint64_t count)
{
	if (arguments_has(ctl, "json"))
		printf("{\"%s\":%llu}\n", name, (unsigned long long)count);
	else
		printf("%s: %llu\n", what, (unsigned long long)count);
	return 0;
}

int
written_secret(struct ctl *ctl, const char *secret, const void *record,
    void (*put)(struct json_out *o, const void *record, const char *secret))
{
	struct json_out o;
	const char *json;
	struct text out;
	int r;

	if (!arguments_has(ctl, "json")) {
		puts(secret);
		return 0;
	}
	text_init(&out, &ctl->mem);
	json_open(&o, &out);
	put(&o, record, secret);
	json_close(&o);
	r = text_done(&out, &json, NULL);
	if (!r)
		puts(json);
	return r;
}
