// SPDX-License-Identifier: ISC
/* tests/unit/unit.c - files and tokens for unit tests. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/text.h"
#include "service/encode.h"

#define FILE_MAX 65536

const char *
unit_write(struct arena *mem, const void *bytes, size_t len)
{
	const char *path = arena_printf(mem, "%s/file", test_directory());
	FILE *file = fopen(path, "w");

	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0) {
		perror(path);
		exit(99);
	}
	return path;
}

const char *
unit_read(struct arena *mem, const char *path)
{
	char *text = arena_alloc(mem, FILE_MAX);
	FILE *file = fopen(path, "r");

	if (!file)
		return "";
	text[fread(text, 1, FILE_MAX - 1, file)] = '\0';
	fclose(file);
	return text;
}

