// SPDX-License-Identifier: ISC
/* base/leave.c - a process that cannot recover by itself asks to be replaced. */
#include "base/leave.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"

#define WHY_SIZE 512

static bool is_asked;

void
leave_ask(const char *format, ...)
{
	char why[WHY_SIZE];
	va_list args;

	if (is_asked)
		return;
	is_asked = true;
	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	log_error("%s; this process must end, and another open it anew", why);
}

bool
leave_is_asked(void)
{
	return is_asked;
}
