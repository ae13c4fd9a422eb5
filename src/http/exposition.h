// SPDX-License-Identifier: ISC
/*
 * http/exposition.h - writes metrics as Prometheus reads them: its own text format, version
 * 0.0.4, or OpenMetrics 1.0.
 */
#ifndef HTTP_EXPOSITION_H
#define HTTP_EXPOSITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define METRIC_LABELS_MAX 3

enum metric_type {
	METRIC_COUNTER,			/* its samples are called NAME_total */
	METRIC_GAUGE,
	METRIC_HISTOGRAM,
	METRIC_INFO,			/* NAME_info, whose labels are what it says */
};

/* What all samples of a name have in common.  help has no quotes, backslashes and lines. */
struct metric {
	const char *name;		/* without _total and _info */
	enum metric_type type;
	const char *unit;		/* the last word of name, "seconds"; or "" */
	const char *labels[METRIC_LABELS_MAX + 1];	/* their names, up to NULL */
	const char *help;
};

/* The type of OpenMetrics. */
#define EXPOSITION_OPEN_TYPE "application/openmetrics-text"

struct exposition {
	struct text *out;
	bool is_open;			/* OpenMetrics */
};

/* Which of the two does Accept (RFC 9110, 12.5.1) prefer?  OpenMetrics if both are as good. */
bool exposition_wants_open(const char *accept);

/* The value of Content-Type. */
const char *exposition_type(bool is_open);

/* Before the samples of a metric, which must follow each other. */
void exposition_head(struct exposition *e, const struct metric *metric);

/* values: of its labels.  micro: number is in millionths. */
void exposition_sample(struct exposition *e, const struct metric *metric,
    const char *const *values, int64_t number, bool micro);

/* counts: for each of the bounds and for what is above, how many; then the sum. */
void exposition_histogram(struct exposition *e, const struct metric *metric,
    const char *const *values, const uint64_t *bounds, size_t bound_count,
    const uint64_t *counts, bool micro);

/* After all metrics. */
void exposition_end(struct exposition *e);

#endif
