// SPDX-License-Identifier: ISC
/* tests/print_metrics.c - "TYPE NAME LABEL, LABEL…" of each metric, for check-metrics.sh. */
#include <stdio.h>

#include "base/descriptors.h"
#include "http/metrics.h"

int
main(void)
{
	static const struct { const char *type, *suffix; } types[] = {
		[METRIC_COUNTER] = { "counter", "_total" },
		[METRIC_GAUGE] = { "gauge", "" },
		[METRIC_HISTOGRAM] = { "histogram", "" },
		[METRIC_INFO] = { "info", "_info" },
	};
	const struct metric *m;

	if (descriptors_fill())
		return 99;
	for (size_t i = 0; (m = metrics_at(i)); i++) {
		printf("%s %s%s", types[m->type].type, m->name, types[m->type].suffix);
		for (size_t k = 0; m->labels[k]; k++)
			printf("%s %s", k ? "," : "", m->labels[k]);
		puts("");
	}
	return 0;
}
