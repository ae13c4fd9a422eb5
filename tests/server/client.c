// SPDX-License-Identifier: ISC
/* tests/server/client.c - a small FastCGI client. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <fastcgi.h>

#include "base/guard.h"
#include "base/text.h"
#include "server_test.h"

static char received[LARGE_LEN + 65536], output[LARGE_LEN + 65536];

static void
put_record(struct text *out, int type, const char *bytes, size_t len)
{
	char header[FCGI_HEADER_LEN] = { FCGI_VERSION_1, (char)type, 0, 1,
	    (char)(len >> 8), (char)len, 0, 0 };

	text_put(out, header, sizeof header);
	text_put(out, bytes, len);
}

/* As many records as it takes, and the empty one that ends the stream. */
static void
put_stream(struct text *out, int type, const char *bytes, size_t len)
{
	size_t piece;

	for (; len; bytes += piece, len -= piece) {
		piece = len < FCGI_MAX_LENGTH ? len : FCGI_MAX_LENGTH;
		put_record(out, type, bytes, piece);
	}
	put_record(out, type, "", 0);
}

static void
put_length(struct text *out, size_t len)
{
	uint32_t wide = htonl((uint32_t)len | 0x80000000U);
	char narrow = (char)len;

	if (len < 0x80)
		text_put(out, &narrow, 1);
	else
		text_put(out, (const char *)&wide, sizeof wide);
}

static void
put_pair(struct text *out, const char *name, const char *value)
{
	if (!name || !value)
		return;
	put_length(out, strlen(name));
	put_length(out, strlen(value));
	text_puts(out, name);
	text_puts(out, value);
}

static void
put_request(struct text *out, struct arena *mem, const struct call *call)
{
	char begin[8] = { 0, (char)(call->role ? call->role : FCGI_RESPONDER) };
	struct text params, body;

	text_init(&params, mem);
	text_init(&body, mem);
	put_pair(&params, "SCRIPT_NAME", call->path);
	put_pair(&params, "REQUEST_METHOD", call->method ? call->method : "GET");
	put_pair(&params, "CONTENT_LENGTH", call->length);
	put_pair(&params, call->name, call->value);
	for (size_t i = 0; i < call->body_len; i++)
		text_put(&body, call->body ? call->body + i : "x", 1);
	put_record(out, FCGI_BEGIN_REQUEST, begin, sizeof begin);
	put_stream(out, FCGI_PARAMS, params.data, params.len);
	put_stream(out, FCGI_STDIN, body.data, body.len);
}

char *
client_wire(const struct call *call, size_t *len)
{
	GUARD(arena_free) struct arena mem;
	const char *wire;
	struct text out;
	char *copy;

	arena_init(&mem, 0);
	text_init(&out, &mem);
	put_request(&out, &mem, call);
	if (text_done(&out, &wire, len) || !(copy = malloc(*len)))
		abort();
	return memcpy(copy, wire, *len);
}

int
client_connect(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };
	int fd;

	text_copy(name.sun_path, sizeof name.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(fd, (struct sockaddr *)&name, sizeof name) != 0) {
		close(fd);
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	return fd;
}

void
client_send(int fd, const struct call *call)
{
	size_t len, done = 0;
	ssize_t sent = 1;
	char *wire;

	wire = client_wire(call, &len);
	for (; done < len && sent > 0; done += (size_t)sent)
		sent = send(fd, wire + done, len - done, MSG_NOSIGNAL);
	free(wire);
}

/* Standard output of the records in received, into output. */
static size_t
unpack(size_t len, struct answer *answer)
{
	size_t at = 0, out = 0, content;

	while (at + FCGI_HEADER_LEN <= len) {
		const unsigned char *header = (const unsigned char *)received + at;

		content = (size_t)header[4] << 8 | header[5];
		at += FCGI_HEADER_LEN;
		if (at + content + header[6] > len)
			break;
		if (header[1] == FCGI_STDOUT) {
			memcpy(output + out, received + at, content);
			out += content;
		}
		if (header[1] == FCGI_END_REQUEST)
			answer->ended = true;
		at += content + header[6];
	}
	output[out] = '\0';
	return out;
}

static void
split(size_t len, struct answer *answer)
{
	char *blank = strstr(output, "\r\n\r\n");

	if (!blank)
		return;
	blank[2] = '\0';
	answer->head = output;
	answer->body = blank + 4;
	answer->body_len = len - (size_t)(answer->body - output);
	if (sscanf(output, "Status: %d ", &answer->status) != 1)
		answer->status = 0;
}

void
client_read(int fd, struct answer *answer)
{
	size_t len = 0;
	ssize_t got;

	while ((got = read(fd, received + len, sizeof received - len)) > 0)
		len += (size_t)got;
	close(fd);
	*answer = (struct answer){ .head = "", .body = "" };
	split(unpack(len, answer), answer);
}

void
client_ask(const char *path, const struct call *call, struct answer *answer)
{
	int fd;

	*answer = (struct answer){ .head = "", .body = "" };
	fd = client_connect(path);
	if (fd < 0)
		return;
	client_send(fd, call);
	client_read(fd, answer);
}
