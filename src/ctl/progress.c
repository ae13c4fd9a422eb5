// SPDX-License-Identifier: ISC
/* ctl/progress.c - a bar on a terminal that shows how far something has come. */
#include "ctl/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define BAR_WIDTH	40
#define DRAW_MS		100

static int64_t drawn_ms;
static bool is_drawn;

void
progress_draw(const char *what, uint64_t done, uint64_t total)
{
	static const char bar[BAR_WIDTH + 1] = "########################################";
	const uint64_t part = total ? done < total ? done : total : 1, whole = total ? total : 1;
	const int64_t now_ms = clock_steady_ms();

	if (!isatty(STDERR_FILENO) || (is_drawn && now_ms < drawn_ms + DRAW_MS))
		return;
	is_drawn = true;
	drawn_ms = now_ms;
	fprintf(stderr, "\r%s [%-*.*s] %3d %%", what, BAR_WIDTH,
	    (int)((double)part / (double)whole * BAR_WIDTH), bar,
	    (int)((double)part / (double)whole * 100));
}

void
progress_end(void)
{
	if (is_drawn)
		fputs("\r\033[K", stderr);
	is_drawn = false;
}
