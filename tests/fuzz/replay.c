// SPDX-License-Identifier: ISC
/*
 * tests/fuzz/replay.c - main of a fuzz target without a fuzzer: runs the target
 * once for each file named on the command line, or for all files in
 * $srcdir/tests/fuzz/corpus/NAME if the program is called NAME_fuzz.
 *
 * With clang, -fsanitize=fuzzer brings a main of its own in place of this one;
 * tests/fuzz/run builds that.
 */
#ifndef LIBFUZZER
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/descriptors.h"

#define INPUT_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static int
replay(const char *path)
{
	uint8_t *bytes;
	size_t len;
	FILE *file;

	file = fopen(path, "rb");
	bytes = malloc(INPUT_MAX);
	if (!file || !bytes) {
		perror(path);
		exit(99);
	}
	len = fread(bytes, 1, INPUT_MAX, file);
	fclose(file);
	/* to its size, so that a sanitizer sees a read past the end */
	bytes = realloc(bytes, len ? len : 1);
	LLVMFuzzerTestOneInput(bytes, len);
	free(bytes);
	return 1;
}

static int
replay_corpus(const char *program)
{
	const char *srcdir = getenv("srcdir"), *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;
	char directory[2048], path[4096];
	struct dirent *entry;
	int count = 0;
	DIR *dir;

	snprintf(directory, sizeof directory, "%s/tests/fuzz/corpus/%.*s",
	    srcdir ? srcdir : ".", (int)strcspn(name, "_"), name);
	dir = opendir(directory);
	if (!dir) {
		perror(directory);
		return 0;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
		count += replay(path);
	}
	closedir(dir);
	return count;
}

int
main(int argc, char **argv)
{
	int count = 0;

	if (descriptors_fill())
		return 99;
	for (int i = 1; i < argc; i++)
		count += replay(argv[i]);
	if (argc == 1)
		count = replay_corpus(argv[0]);
	printf("%d inputs\n", count);
	return count ? 0 : 1;
}
#endif
