// SPDX-License-Identifier: ISC
/* http/exposition.c - writes metrics as Prometheus reads them. */
#include "http/exposition.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>


/* --- which format -------------------------------------------------------------------- */

/* A weight in thousandths (RFC 9110, 12.4.2); one that is not right counts as the least. */
static int
parse_weight(const char *text)
{
	int weight = *text == '1' ? 1000 : 0, digit = 100;

	if (weight || *text != '0' || text[1] != '.')
		return weight;
	for (text += 2; *text >= '0' && *text <= '9' && digit; text++, digit /= 10)
		weight += digit * (*text - '0');
	return weight;
}

/* The weight of one element, "type/subtype;a=b;q=0.5", of len bytes. */
static int
weight_of(const char *element, size_t len)
{
	const char *end = element + len, *at = element;

	while ((at = memchr(at, ';', (size_t)(end - at)))) {
		at++;
		at += strspn(at, " \t");
		if (end - at >= 2 && strncasecmp(at, "q=", 2) == 0)
			return parse_weight(at + 2);
	}
	return 1000;
}

static bool
is_type(const char *element, size_t len, const char *type)
{
	return len == strlen(type) && strncasecmp(element, type, len) == 0;
}

bool
exposition_wants_open(const char *accept)
{
	int open = 0, text = 0, weight;
	size_t len, type_len;

	while (*accept) {
		accept += strspn(accept, " \t,");
		len = strcspn(accept, ",");
		type_len = strcspn(accept, "; \t,");
		weight = weight_of(accept, len);
		if (is_type(accept, type_len, EXPOSITION_OPEN_TYPE) && weight > open)
			open = weight;
		if (is_type(accept, type_len, "text/plain") && weight > text)
			text = weight;
		accept += len;
	}
	return open && open >= text;
}

const char *
exposition_type(bool is_open)
{
	return is_open ? EXPOSITION_OPEN_TYPE "; version=1.0.0; charset=utf-8" :
	    "text/plain; version=0.0.4; charset=utf-8";
}

/* --- samples --------------------------------------------------------------------------- */

static const struct {
	const char *name, *plain;	/* plain: in the format 0.0.4 */
	const char *suffix;		/* of a sample, and in 0.0.4 of the metric */
} types[] = {
	[METRIC_COUNTER] =   { "counter",   "counter",   "_total" },
	[METRIC_GAUGE] =     { "gauge",     "gauge",     "" },
	[METRIC_HISTOGRAM] = { "histogram", "histogram", "" },
	[METRIC_INFO] =      { "info",      "gauge",     "_info" },
};

void
exposition_head(struct exposition *e, const struct metric *metric)
{
	const char *suffix = e->is_open ? "" : types[metric->type].suffix;

	text_printf(e->out, "# HELP %s%s %s\n# TYPE %s%s %s\n", metric->name, suffix,
	    metric->help, metric->name, suffix,
	    e->is_open ? types[metric->type].name : types[metric->type].plain);
	if (e->is_open && *metric->unit)
		text_printf(e->out, "# UNIT %s %s\n", metric->name, metric->unit);
}

/* In the text of a label. */
static void
put_escaped(struct text *t, const char *value)
{
	for (; *value; value++) {
		if (*value == '\n') {
			text_puts(t, "\\n");
			continue;
		}
		if (*value == '"' || *value == '\\')
			text_puts(t, "\\");
		text_put(t, value, 1);
	}
}

static void
put_number(struct text *t, int64_t number, bool micro)
{
	uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

	if (micro)
		text_printf(t, "%s%" PRIu64 ".%06" PRIu64, number < 0 ? "-" : "",
		    size / 1000000, size % 1000000);
	else
		text_put_integer(t, number);
}

/* "0.005", "1.0": as OpenMetrics writes it, so that both formats have the same series. */
static void
put_bound(struct text *t, uint64_t bound, bool micro)
{
	unsigned digits = 6;
	uint64_t part = bound % 1000000;

	if (!micro) {
		text_printf(t, "%" PRIu64 ".0", bound);
		return;
	}
	for (; digits > 1 && part % 10 == 0; digits--)
		part /= 10;
	text_printf(t, "%" PRIu64 ".%0*" PRIu64, bound / 1000000, (int)digits, part);
}

/* NAMEsuffix{label="value",le="…"}; bound NULL: there is none. */
static void
put_series(struct exposition *e, const struct metric *metric, const char *suffix,
    const char *const *values, const char *bound)
{
	const char *before = "{";
	size_t i;

	text_printf(e->out, "%s%s", metric->name, suffix);
	for (i = 0; metric->labels[i]; i++) {
		text_printf(e->out, "%s%s=\"", before, metric->labels[i]);
		put_escaped(e->out, values[i]);
		text_puts(e->out, "\"");
		before = ",";
	}
	if (bound)
		text_printf(e->out, "%sle=\"%s\"", before, bound);
	text_puts(e->out, i || bound ? "} " : " ");
}

void
exposition_sample(struct exposition *e, const struct metric *metric,
    const char *const *values, int64_t number, bool micro)
{
	put_series(e, metric, types[metric->type].suffix, values, NULL);
	put_number(e->out, number, micro);
	text_puts(e->out, "\n");
}

void
exposition_histogram(struct exposition *e, const struct metric *metric,
    const char *const *values, const uint64_t *bounds, size_t bound_count,
    const uint64_t *counts, bool micro)
{
	uint64_t upto = 0;
	struct text bound;
	const char *name;

	for (size_t i = 0; i <= bound_count; i++) {
		name = "+Inf";
		text_init(&bound, e->out->mem);
		if (i < bound_count) {
			put_bound(&bound, bounds[i], micro);
			if (text_done(&bound, &name, NULL)) {
				e->out->failed = true;
				return;
			}
		}
		upto += counts[i];
		put_series(e, metric, "_bucket", values, name);
		text_printf(e->out, "%" PRIu64 "\n", upto);
	}
	put_series(e, metric, "_sum", values, NULL);
	put_number(e->out, (int64_t)counts[bound_count + 1], micro);
	text_puts(e->out, "\n");
	put_series(e, metric, "_count", values, NULL);
	text_printf(e->out, "%" PRIu64 "\n", upto);
}

void
exposition_end(struct exposition *e)
{
	if (e->is_open)
		text_puts(e->out, "# EOF\n");
}
