// SPDX-License-Identifier: ISC
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "unit.h"

static void
table(void)
{
	for (size_t i = 0; i < options_count; i++) {
		const struct option_row *row = &options[i];
		int64_t preset = strtoll(row->preset, NULL, 10);

		EXPECT_TRUE(row->name, option_find(row->name) == row);
		EXPECT_TRUE(row->name, row->offset >= sizeof(struct arena));
		EXPECT_TRUE(row->name, row->offset < sizeof(struct conf));
		EXPECT_TRUE(row->name, row->meaning[strlen(row->meaning) - 1] == '.');
		if (row->type == OPTION_NUMBER) {
			EXPECT_TRUE(row->name, row->min <= preset && preset <= row->max);
			EXPECT_TRUE(row->name, row->unit[0] != '\0');
		}
		for (size_t k = 0; k < i; k++)
			EXPECT_TRUE(row->name, options[k].offset != row->offset);
	}
	for (size_t i = 0; i < oidc_options_count; i++)
		EXPECT_TRUE(oidc_options[i].name,
		    oidc_options[i].offset < sizeof(struct conf_oidc));
	EXPECT_TRUE("unknown", option_find("worker") == NULL);
	EXPECT_TRUE("nothing", option_find("") == NULL);
}

/* All rows of conf as a file. */
static const char *
written(struct arena *mem, const struct conf *conf)
{
	const char *out = "";
	struct text t;

	text_init(&t, mem);
	for (size_t i = 0; i < options_count; i++) {
		text_printf(&t, "%s = ", options[i].name);
		option_put(&t, &options[i], conf);
		text_puts(&t, "\n");
	}
	EXPECT_VERDICT("written", text_done(&t, &out, NULL), 0);
	return out;
}

/* Writes conf as a file, reads that, and expects to get the same. */
static void
round_trip(const char *row, const struct conf *conf)
{
	GUARD(conf_drop) struct conf *again = NULL;
	GUARD(arena_free) struct arena mem;
	const char *first, *lines;
	struct text errors;

	arena_init(&mem, 0);
	text_init(&errors, &mem);
	first = written(&mem, conf);
	EXPECT_VERDICT(row, conf_load(&again, unit_write(&mem, first, strlen(first)), &errors), 0);
	EXPECT_VERDICT(row, text_done(&errors, &lines, NULL), 0);
	EXPECT_STRING(row, lines, "");
	if (again)
		EXPECT_STRING(row, written(&mem, again), first);
}

static void
presets(void)
{
	GUARD(conf_drop) struct conf *conf = NULL;
	GUARD(arena_free) struct arena mem;
	const char *out;
	struct text t;

	arena_init(&mem, 0);
	EXPECT_VERDICT("defaults", conf_defaults(&conf), 0);
	for (size_t i = 0; i < options_count; i++) {
		text_init(&t, &mem);
		option_put(&t, &options[i], conf);
		EXPECT_VERDICT(options[i].name, text_done(&t, &out, NULL), 0);
		if (*out == '"')
			out = arena_strndup(&mem, out + 1, strlen(out) - 2);
		EXPECT_STRING(options[i].name, out,
		    options[i].type == OPTION_LIST ? "{}" : options[i].preset);
	}
	round_trip("defaults", conf);
}

static void
other_values(void)
{
	static const char *const texts[] = {
		"x", "two words", "a#b", "a//b", "/* a */", "a'b", "${HOME}", "$", "a=b, {c}", "é",
		" blanks ", "[x](y)+", "100%",
	};
	static const char *lists[] = { "a", "two words", "a, b", "{", "}", "${HOME}" };
	GUARD(conf_drop) struct conf *conf = NULL;

	EXPECT_VERDICT("defaults", conf_defaults(&conf), 0);
	conf->apple_client_ids = (struct conf_list){ lists, NELEM(lists) };
	conf->google_client_ids = (struct conf_list){ lists, 1 };
	for (size_t i = 0; i < NELEM(texts); i++) {
		conf->realm = texts[i];
		round_trip(texts[i], conf);
	}
	conf->data_dir = "/srv/b c";
	conf->workers = 512;
	conf->worker_max_requests = 0;
	conf->allow_plain_http = true;
	conf->basic_challenge = "no";
	round_trip("other values", conf);
}

static CU_TestInfo tests[] = {
	{ "table", table },
	{ "presets", presets },
	{ "other values", other_values },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("conf/options", tests);
