// SPDX-License-Identifier: ISC
/* http/metrics.h - the table of metrics (API 13.2). */
#ifndef HTTP_METRICS_H
#define HTTP_METRICS_H

#include <stddef.h>

#include "http/exposition.h"

struct call;

/*
 * Writes all metrics.  What cannot be read is left out, and doorward_store_up says so.
 * -ENOMEM.
 */
int metrics_write(struct call *c, struct exposition *e);

/* One after the other, by i; NULL: there are no more. */
const struct metric *metrics_at(size_t i);

#endif
