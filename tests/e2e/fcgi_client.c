// SPDX-License-Identifier: ISC
/* tests/e2e/fcgi_client.c - the web server's side of FastCGI. */
#include "fcgi_client.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <fastcgi.h>

#include "base/text.h"

#define REQUEST_ID 1

int
fcgi_connect(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = 20 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", getenv("E2E_SOCKET"));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	close(fd);
	return -1;
}

/* A peer that has hung up shows when its answer is read. */
static void
send_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len) {
		ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		at += sent;
		len -= (size_t)sent;
	}
}

static void
send_record(int fd, int type, const void *content, size_t len)
{
	FCGI_Header header = {
		.version = FCGI_VERSION_1,
		.type = (unsigned char)type,
		.requestIdB0 = REQUEST_ID,
		.contentLengthB1 = (unsigned char)(len >> 8),
		.contentLengthB0 = (unsigned char)len,
	};

	send_all(fd, &header, sizeof header);
	send_all(fd, content, len);
}

void
fcgi_begin(int fd, int role)
{
	FCGI_BeginRequestBody body = { .roleB0 = (unsigned char)(role ? role : FCGI_RESPONDER) };

	send_record(fd, FCGI_BEGIN_REQUEST, &body, sizeof body);
}

/* Lengths of four bytes, with the top bit set, are allowed for any length. */
static size_t
put_length(unsigned char *at, size_t len)
{
	at[0] = (unsigned char)(len >> 24 | 0x80);
	at[1] = (unsigned char)(len >> 16);
	at[2] = (unsigned char)(len >> 8);
	at[3] = (unsigned char)len;
	return 4;
}

void
fcgi_params(int fd, const struct fcgi_param *params, bool last)
{
	unsigned char bytes[16384];

	for (; params->name; params++) {
		size_t name_len = strlen(params->name), value_len = strlen(params->value), len = 0;

		len += put_length(bytes + len, name_len);
		len += put_length(bytes + len, value_len);
		memcpy(bytes + len, params->name, name_len);
		len += name_len;
		memcpy(bytes + len, params->value, value_len);
		len += value_len;
		send_record(fd, FCGI_PARAMS, bytes, len);
	}
	if (last)
		send_record(fd, FCGI_PARAMS, "", 0);
}

void
fcgi_stdin(int fd, const char *bytes, size_t len)
{
	while (len > 32768) {
		send_record(fd, FCGI_STDIN, bytes, 32768);
		bytes += 32768;
		len -= 32768;
	}
	send_record(fd, FCGI_STDIN, bytes, len);
}

static bool
receive(int fd, void *bytes, size_t len)
{
	return len == 0 || recv(fd, bytes, len, MSG_WAITALL) == (ssize_t)len;
}

/* The next record's type, its content put into out if it is STDOUT; -1: no more. */
static int
receive_record(int fd, struct text *out)
{
	unsigned char content[65536 + 256];
	FCGI_Header header;
	size_t len;

	if (!receive(fd, &header, sizeof header))
		return -1;
	len = (size_t)header.contentLengthB1 << 8 | header.contentLengthB0;
	if (!receive(fd, content, len + header.paddingLength))
		return -1;
	if (header.type == FCGI_STDOUT)
		text_put(out, (char *)content, len);
	return header.type;
}

static void
split(struct arena *mem, const char *whole, struct fcgi_answer *answer)
{
	const char *end = strstr(whole, "\r\n\r\n");
	const char *status;

	if (!end)
		return;
	answer->head = arena_strndup(mem, whole, (size_t)(end - whole) + 2);
	answer->body = end + 4;
	status = strcasestr(answer->head, "Status: ");
	if (status)
		answer->status = arena_strndup(mem, status + 8, strcspn(status + 8, "\r"));
}

struct fcgi_answer
fcgi_read(struct arena *mem, int fd)
{
	struct fcgi_answer answer = { .status = "", .head = "", .body = "" };
	struct text out;
	const char *whole;
	size_t len;
	int type;

	text_init(&out, mem);
	do
		type = receive_record(fd, &out);
	while (type != -1 && type != FCGI_END_REQUEST);
	answer.ended = type == FCGI_END_REQUEST;
	if (text_done(&out, &whole, &len) == 0)
		split(mem, whole, &answer);
	return answer;
}
