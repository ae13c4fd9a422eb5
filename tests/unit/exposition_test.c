// SPDX-License-Identifier: ISC
#include "http/exposition.h"

#include <string.h>

#include "unit.h"

static void
accept(void)
{
	static const struct { const char *accept; bool open; } t[] = {
		{ "", false },
		{ "*/*", false },
		{ "text/plain", false },
		{ "text/plain;version=0.0.4", false },
		{ "application/json", false },
		{ "application/openmetrics-text", true },
		{ "Application/OpenMetrics-Text; version=1.0.0", true },
		{ "application/openmetrics-text;q=0", false },
		{ "application/openmetrics-text; q=0.000, text/plain", false },
		{ "application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
		    "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true },
		{ "text/plain;q=0.5,application/openmetrics-text;q=0.4", false },
		{ "text/plain;q=0.5 , application/openmetrics-text ;q=0.5", true },
		{ "text/plain, application/openmetrics-text;q=0.999", false },
		{ "application/openmetrics-texts", false },
		{ "xapplication/openmetrics-text", false },
		{ "application/openmetrics-text;q=x", false },
		{ "application/openmetrics-text;q=", false },
		{ "application/openmetrics-text;", true },
		{ ",,;,q=1,", false },
		{ ",, application/openmetrics-text", true },
	};

	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].accept, exposition_wants_open(t[i].accept), t[i].open);
}

static const struct metric counter = { "a_things", METRIC_COUNTER, "", { "kind", "other" },
    "Things." };
static const struct metric gauge = { "a_bytes", METRIC_GAUGE, "bytes", { NULL }, "Size." };
static const struct metric info = { "a_build", METRIC_INFO, "", { "version" }, "Version." };
static const struct metric times = { "a_seconds", METRIC_HISTOGRAM, "seconds", { "of" },
    "Times." };
static const struct metric sizes = { "a_sizes", METRIC_HISTOGRAM, "", { NULL }, "Sizes." };

static void
write_all(struct exposition *e)
{
	static const uint64_t bounds_us[] = { 50, 1000000, 2500000 };
	static const uint64_t bounds[] = { 1, 64 };
	static const uint64_t counts[] = { 1, 2, 0, 4, 12345678 };
	const char *const values[] = { "ok", "a\"b\\c\nd" };

	exposition_head(e, &counter);
	exposition_sample(e, &counter, values, 7, false);
	exposition_head(e, &gauge);
	exposition_sample(e, &gauge, NULL, -1, false);
	exposition_sample(e, &gauge, NULL, -1500000, true);
	exposition_head(e, &info);
	exposition_sample(e, &info, values, 1, false);
	exposition_head(e, &times);
	exposition_histogram(e, &times, values, bounds_us, NELEM(bounds_us), counts, true);
	exposition_head(e, &sizes);
	exposition_histogram(e, &sizes, NULL, bounds, NELEM(bounds), counts, false);
	exposition_end(e);
}

#define SAMPLES_COUNTER "a_things_total{kind=\"ok\",other=\"a\\\"b\\\\c\\nd\"} 7\n"
#define SAMPLES_GAUGE "a_bytes -1\na_bytes -1.500000\n"
#define SAMPLES_INFO "a_build_info{version=\"ok\"} 1\n"
#define SAMPLES_TIMES "a_seconds_bucket{of=\"ok\",le=\"0.00005\"} 1\n" \
	"a_seconds_bucket{of=\"ok\",le=\"1.0\"} 3\n" \
	"a_seconds_bucket{of=\"ok\",le=\"2.5\"} 3\n" \
	"a_seconds_bucket{of=\"ok\",le=\"+Inf\"} 7\n" \
	"a_seconds_sum{of=\"ok\"} 12.345678\n" \
	"a_seconds_count{of=\"ok\"} 7\n"
#define SAMPLES_SIZES "a_sizes_bucket{le=\"1.0\"} 1\n" \
	"a_sizes_bucket{le=\"64.0\"} 3\n" \
	"a_sizes_bucket{le=\"+Inf\"} 3\n" \
	"a_sizes_sum 4\n" \
	"a_sizes_count 3\n"

static void
formats(void)
{
	static const struct { const char *row; bool is_open; const char *want; } t[] = {
		{ "0.0.4", false,
		    "# HELP a_things_total Things.\n# TYPE a_things_total counter\n"
		    SAMPLES_COUNTER "# HELP a_bytes Size.\n# TYPE a_bytes gauge\n"
		    SAMPLES_GAUGE "# HELP a_build_info Version.\n# TYPE a_build_info gauge\n"
		    SAMPLES_INFO "# HELP a_seconds Times.\n# TYPE a_seconds histogram\n"
		    SAMPLES_TIMES "# HELP a_sizes Sizes.\n# TYPE a_sizes histogram\n"
		    SAMPLES_SIZES },
		{ "OpenMetrics", true,
		    "# HELP a_things Things.\n# TYPE a_things counter\n"
		    SAMPLES_COUNTER "# HELP a_bytes Size.\n# TYPE a_bytes gauge\n"
		    "# UNIT a_bytes bytes\n"
		    SAMPLES_GAUGE "# HELP a_build Version.\n# TYPE a_build info\n"
		    SAMPLES_INFO "# HELP a_seconds Times.\n# TYPE a_seconds histogram\n"
		    "# UNIT a_seconds seconds\n"
		    SAMPLES_TIMES "# HELP a_sizes Sizes.\n# TYPE a_sizes histogram\n"
		    SAMPLES_SIZES "# EOF\n" },
	};
	struct text text;
	struct exposition e = { .out = &text };
	const char *got;

	for (size_t i = 0; i < NELEM(t); i++) {
		text_init(&text, test_mem());
		e.is_open = t[i].is_open;
		write_all(&e);
		EXPECT_VERDICT(t[i].row, text_done(&text, &got, NULL), 0);
		EXPECT_STRING(t[i].row, got, t[i].want);
	}
	EXPECT_STRING("type", exposition_type(false), "text/plain; version=0.0.4; charset=utf-8");
	EXPECT_STRING("open type", exposition_type(true),
	    "application/openmetrics-text; version=1.0.0; charset=utf-8");
}

static CU_TestInfo tests[] = {
	{ "Accept", accept },
	{ "formats", formats },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/exposition", tests);
