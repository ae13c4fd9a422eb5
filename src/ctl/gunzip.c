// SPDX-License-Identifier: ISC
/* ctl/gunzip.c - the bytes of a file as they were before gzip(1). */
#include "ctl/gunzip.h"

#include <errno.h>
#include <string.h>

#include "base/guard.h"

#define PLAIN_SIZE 32768

/* The window of zlib, and a header of gzip. */
#define WINDOW_BITS (15 + 16)

void
gunzip_begin(struct gunzip *g, gunzip_take *take, void *arg)
{
	g->state = GUNZIP_FIRST;
	g->head_len = 0;
	g->take = take;
	g->arg = arg;
}

void
gunzip_close(struct gunzip *g)
{
	if (g->is_open)
		inflateEnd(&g->stream);
	g->is_open = false;
}

static int
start(struct gunzip *g)
{
	int z;

	if (g->is_open) {
		z = inflateReset(&g->stream);
	} else {
		memset(&g->stream, 0, sizeof g->stream);
		z = inflateInit2(&g->stream, WINDOW_BITS);
		g->is_open = z == Z_OK;
	}
	g->state = GUNZIP_INSIDE;
	return z == Z_OK ? 0 : -ENOMEM;
}

/* As much as one buffer holds. */
static int
inflate_some(struct gunzip *g)
{
	unsigned char plain[PLAIN_SIZE];
	int z;

	g->stream.next_out = plain;
	g->stream.avail_out = sizeof plain;
	z = inflate(&g->stream, Z_NO_FLUSH);
	if (z == Z_MEM_ERROR)
		return -ENOMEM;
	if (z != Z_OK && z != Z_STREAM_END && z != Z_BUF_ERROR)
		return -EBADMSG;
	if (z == Z_STREAM_END)
		g->state = GUNZIP_BETWEEN;
	return g->take((const char *)plain, sizeof plain - g->stream.avail_out, g->arg);
}

/* Several compressed files in a row are one. */
static int
inflate_all(struct gunzip *g, const unsigned char *bytes, size_t len)
{
	int r = 0;

	while (!r && len) {
		if (g->state == GUNZIP_BETWEEN)
			r = start(g);
		g->stream.next_in = (unsigned char *)bytes;
		g->stream.avail_in = (unsigned int)len;
		do {
			if (!r)
				r = inflate_some(g);
		} while (!r && g->state == GUNZIP_INSIDE &&
		    (g->stream.avail_in || !g->stream.avail_out));
		bytes += len - g->stream.avail_in;
		len = g->stream.avail_in;
	}
	return r;
}

static int
pass(struct gunzip *g, const char *bytes, size_t len)
{
	if (g->state == GUNZIP_PLAIN)
		return len ? g->take(bytes, len, g->arg) : 0;
	return inflate_all(g, (const unsigned char *)bytes, len);
}

/* Begins it so? */
static bool
is_begun(const struct gunzip *g, const char *with)
{
	return g->head_len == sizeof g->head && memcmp(g->head, with, sizeof g->head) == 0;
}

/* Two bytes tell what a file is: no text that is searched begins as those of others do. */
static int
look(struct gunzip *g)
{
	static const char *const others[] = { "\xfd""7", "\x28\xb5", "BZ", "\x04\x22" };

	g->state = is_begun(g, "\x1f\x8b") ? GUNZIP_BETWEEN : GUNZIP_PLAIN;
	for (size_t i = 0; i < NELEM(others); i++) {
		if (is_begun(g, others[i]))
			return -ENOTSUP;
	}
	return pass(g, (const char *)g->head, g->head_len);
}

int
gunzip_add(struct gunzip *g, const char *bytes, size_t len)
{
	int r = 0;

	while (g->state == GUNZIP_FIRST && len) {
		g->head[g->head_len++] = (unsigned char)*bytes++;
		len--;
		if (g->head_len == sizeof g->head)
			r = look(g);
	}
	return r ? r : pass(g, bytes, len);
}

int
gunzip_end(struct gunzip *g)
{
	if (g->state == GUNZIP_FIRST)
		return look(g);
	return g->state == GUNZIP_INSIDE ? -EBADMSG : 0;
}
