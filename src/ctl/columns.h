// SPDX-License-Identifier: ISC
/* ctl/columns.h - a record on a terminal, its fields side by side. */
#ifndef CTL_COLUMNS_H
#define CTL_COLUMNS_H

#include "ctl/ctl.h"

/* In as many columns as fit into width, each read from top to bottom; no field is left out. */
int columns_show(struct ctl *ctl, const struct record_kind *kind, const void *record,
    unsigned width);

#endif
