// SPDX-License-Identifier: ISC
/* base/process.c - what the kernel says of another process. */
#include "base/process.h"

#include <stdio.h>

/* Its name, which stands between, has no parenthesis: it is one of our programs. */
static bool
read_stat(pid_t pid, char *state, int *parent)
{
	char path[64];
	FILE *stat;
	int fields;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	stat = fopen(path, "re");
	if (!stat)
		return false;
	fields = fscanf(stat, "%*d (%*[^)]) %c %d", state, parent);
	fclose(stat);
	return fields == 2;
}

bool
process_is_stopped(pid_t pid)
{
	char state;
	int parent;

	return read_stat(pid, &state, &parent) && (state == 'T' || state == 't');
}

bool
process_is_orphan(pid_t pid)
{
	char state;
	int parent;

	return read_stat(pid, &state, &parent) && parent == 1;
}
