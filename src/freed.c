// SPDX-License-Identifier: ISC
/*
 * freed.c - free and realloc of the daemon, for its libraries too: memory is wiped before it
 * is given back.
 *
 * libfcgi, json-c, libjwt, libcurl and others copy passwords and tokens into memory of
 * their own, and free it as it is.  Only glibc lets a program put something before its
 * free; a sanitizer has a free of its own.
 */
#if defined HAVE___LIBC_FREE && !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* What free and realloc of glibc are as well; no header has them. */
void __libc_free(void *bytes);
void *__libc_realloc(void *bytes, size_t size);

void
free(void *bytes)
{
	if (bytes)
		explicit_bzero(bytes, malloc_usable_size(bytes));
	__libc_free(bytes);
}

/* What realloc moves, it would leave behind: so bytes move here, and only grow in place. */
void *
realloc(void *bytes, size_t size)
{
	const size_t had = bytes ? malloc_usable_size(bytes) : 0;
	void *moved;

	if (!bytes || !size) {
		if (bytes)
			explicit_bzero(bytes, had);
		return __libc_realloc(bytes, size);
	}
	if (size <= had && size >= had / 2)
		return bytes;
	moved = malloc(size);
	if (!moved)
		return NULL;
	memcpy(moved, bytes, size < had ? size : had);
	free(bytes);
	return moved;
}
#else
/* ISO C wants a declaration. */
extern int freed_as_it_is;
#endif
