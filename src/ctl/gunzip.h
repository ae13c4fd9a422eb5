// SPDX-License-Identifier: ISC
/*
 * ctl/gunzip.h - the bytes of a file as they were before gzip(1), if it compressed them
 * (RFC 1952), piece by piece.
 */
#ifndef CTL_GUNZIP_H
#define CTL_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

#include <zlib.h>

/* Takes the next plain bytes; a result that is not 0 is passed up. */
typedef int gunzip_take(const char *bytes, size_t len, void *arg);

struct gunzip {
	z_stream stream;
	bool is_open;
	enum { GUNZIP_FIRST, GUNZIP_PLAIN, GUNZIP_INSIDE, GUNZIP_BETWEEN } state;
	unsigned char head[2];		/* of a file, until it can be told what it is */
	size_t head_len;
	gunzip_take *take;
	void *arg;
};

/* For a file after another too. */
void gunzip_begin(struct gunzip *g, gunzip_take *take, void *arg);

/* -EBADMSG: it is damaged.  -ENOTSUP: xz(1), zstd(1), bzip2(1) or lz4(1) compressed it. */
int gunzip_add(struct gunzip *g, const char *bytes, size_t len);

/* The file ends here.  -EBADMSG: too early. */
int gunzip_end(struct gunzip *g);

/* For GUARD. */
void gunzip_close(struct gunzip *g);

#endif
