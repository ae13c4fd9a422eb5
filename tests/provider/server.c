// SPDX-License-Identifier: ISC
/* tests/provider/server.c - an HTTPS server that answers from files. */
#include "server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/guard.h"
#include "certificate.h"
#include "key.h"

#define ANSWER_MAX	(256 * 1024)
#define REQUEST_MAX	(32 * 1024)
#define PIECE_MS	50
#define LONG_MS		30000

struct answer {
	int status;
	const char *way;
	const char *headers;		/* lines with their ends, or "" */
	const char *body;
	size_t body_len;
};

static void
rest(long ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static bool
put(SSL *peer, const char *bytes, size_t len)
{
	return len == 0 || SSL_write(peer, bytes, (int)len) > 0;
}

static bool
put_head(SSL *peer, const struct answer *a, const char *more)
{
	char head[8192];
	int len;

	len = snprintf(head, sizeof head, "HTTP/1.1 %d Answer\r\nConnection: close\r\n%s%s\r\n",
	    a->status, a->headers, more);
	return put(peer, head, (size_t)len);
}

static bool
put_length(SSL *peer, const struct answer *a, size_t len)
{
	char line[64];

	snprintf(line, sizeof line, "Content-Length: %zu\r\n", len);
	return put_head(peer, a, line);
}

static void
plain(SSL *peer, const struct answer *a)
{
	if (put_length(peer, a, a->body_len))
		put(peer, a->body, a->body_len);
}

static void
slow(SSL *peer, const struct answer *a)
{
	rest(LONG_MS);
	plain(peer, a);
}

static void
delayed(SSL *peer, const struct answer *a)
{
	rest(3 * PIECE_MS);
	plain(peer, a);
}

static void
drip(SSL *peer, const struct answer *a)
{
	if (!put_length(peer, a, a->body_len))
		return;
	for (size_t i = 0; i < a->body_len && put(peer, a->body + i, 1); i++)
		rest(PIECE_MS);
}

static void
silent(SSL *peer, const struct answer *a)
{
	(void)peer, (void)a;
	rest(LONG_MS);
}

/* Promises all, sends half, and closes. */
static void
cut(SSL *peer, const struct answer *a)
{
	if (put_length(peer, a, a->body_len))
		put(peer, a->body, a->body_len / 2);
}

/* 10 MB with a Content-Length, the body first. */
static void
huge(SSL *peer, const struct answer *a)
{
	static char blanks[1000];
	size_t left = 10000000 - a->body_len;

	memset(blanks, ' ', sizeof blanks);
	if (!put_length(peer, a, 10000000) || !put(peer, a->body, a->body_len))
		return;
	for (; left >= sizeof blanks && put(peer, blanks, sizeof blanks); left -= sizeof blanks)
		;
}

/* In chunks, and no Content-Length. */
static void
chunked(SSL *peer, const struct answer *a)
{
	char head[32];

	if (!put_head(peer, a, "Transfer-Encoding: chunked\r\n"))
		return;
	snprintf(head, sizeof head, "%zx\r\n", a->body_len);
	if (put(peer, head, strlen(head)) && put(peer, a->body, a->body_len))
		put(peer, "\r\n0\r\n\r\n", 7);
}

static void
endless(SSL *peer, const struct answer *a)
{
	static char chunk[1000];

	memset(chunk, ' ', sizeof chunk);
	if (!put_head(peer, a, "Transfer-Encoding: chunked\r\n"))
		return;
	while (put(peer, "3e8\r\n", 5) && put(peer, chunk, sizeof chunk) && put(peer, "\r\n", 2))
		;
}

/* Headers without end. */
static void
headers(SSL *peer, const struct answer *a)
{
	static char line[1000];

	(void)a;
	memset(line, 'x', sizeof line);
	memcpy(line, "X-More: ", 8);
	memcpy(line + sizeof line - 2, "\r\n", 2);
	put(peer, "HTTP/1.1 200 Answer\r\n", 21);
	while (put(peer, line, sizeof line))
		;
}

static void
nonsense(SSL *peer, const struct answer *a)
{
	(void)a;
	put(peer, "220 mail.example ESMTP\r\n", 24);
}

static const struct {
	const char *name;
	void (*act)(SSL *peer, const struct answer *a);
} ways[] = {
	{ "plain", plain },
	{ "delayed", delayed },
	{ "slow", slow },
	{ "drip", drip },
	{ "silent", silent },
	{ "cut", cut },
	{ "huge", huge },
	{ "chunked", chunked },
	{ "endless", endless },
	{ "headers", headers },
	{ "nonsense", nonsense },
};

static void
act(SSL *peer, const struct answer *a)
{
	for (size_t i = 0; i < NELEM(ways); i++) {
		if (strcmp(ways[i].name, a->way) == 0)
			ways[i].act(peer, a);
	}
}

/* The whole file, followed by a NUL; -1 if there is none. */
static ssize_t
read_all(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -1;
	len = read(fd, out, size - 1);
	out[len > 0 ? len : 0] = '\0';
	close(fd);
	return len;
}

/* File and its log of the path in target; false for a path of other characters. */
static bool
name_file(const char *directory, const char *target, char *out, size_t size)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-/";
	size_t len = strspn(target, letters);
	char *name;

	if (target[0] != '/' || (target[len] != '?' && target[len] != '\0'))
		return false;
	snprintf(out, size, "%s%.*s", directory, (int)len, target);
	name = out + strlen(directory) + 1;
	for (char *at = strchr(name, '/'); at; at = strchr(at, '/'))
		*at = '.';
	return true;
}

static void
note(const char *file, const char *target)
{
	char path[1024], line[REQUEST_MAX];
	int fd, len;

	snprintf(path, sizeof path, "%s.log", file);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	len = snprintf(line, sizeof line, "%s\n", target);
	if (write(fd, line, (size_t)len) < 0)
		perror(path);
	close(fd);
}

/* The lines of a file as an answer; headers get the line ends of HTTP. */
static void
parse(char *text, size_t len, struct answer *a)
{
	static char headers[4096];
	char *body = strstr(text, "\n\n"), *line = strchr(text, '\n');
	size_t at = 0;

	a->status = atoi(text);
	a->body = body ? body + 2 : "";
	a->body_len = body ? len - (size_t)(a->body - text) : 0;
	if (body)
		body[1] = '\0';
	for (line = line ? line + 1 : text + len; *line; line += strcspn(line, "\n") + 1)
		at += (size_t)snprintf(headers + at, sizeof headers - at, "%.*s\r\n",
		    (int)strcspn(line, "\n"), line);
	a->headers = headers;
	text[strcspn(text, "\n")] = '\0';
	a->way = strchr(text, ' ') ? strchr(text, ' ') + 1 : "plain";
}

static void
answer(SSL *peer, const char *directory, char *request)
{
	static char text[ANSWER_MAX];
	struct answer a = { 404, "plain", "", "", 0 };
	char file[512], *target = strchr(request, ' ');
	ssize_t len = -1;

	if (strncmp(request, "GET ", 4) != 0 || !target)
		return;
	target++;
	target[strcspn(target, " ")] = '\0';
	if (name_file(directory, target, file, sizeof file)) {
		len = read_all(file, text, sizeof text);
		note(file, target);
	}
	if (len > 0)
		parse(text, (size_t)len, &a);
	act(peer, &a);
}

/* Up to the empty line; false if it does not come. */
static bool
read_request(SSL *peer, char *out, size_t size)
{
	size_t len = 0;
	int got;

	do {
		got = SSL_read(peer, out + len, (int)(size - 1 - len));
		len += got > 0 ? (size_t)got : 0;
		out[len] = '\0';
	} while (got > 0 && len < size - 1 && !strstr(out, "\r\n\r\n"));
	return strstr(out, "\r\n\r\n") != NULL;
}

static enum certificate
certificate_wanted(const char *directory)
{
	char path[512], name[64];
	enum certificate which = CERTIFICATE_GOOD;

	snprintf(path, sizeof path, "%s/certificate", directory);
	if (read_all(path, name, sizeof name) < 0)
		return which;
	name[strcspn(name, "\n")] = '\0';
	while (which < CERTIFICATES - 1 && strcmp(certificate_names[which], name) != 0)
		which++;
	return which;
}

static void
serve(int fd, SSL_CTX *const *contexts, const char *directory)
{
	static char request[REQUEST_MAX];
	SSL *peer = SSL_new(contexts[certificate_wanted(directory)]);

	SSL_set_fd(peer, fd);
	if (SSL_accept(peer) > 0 && read_request(peer, request, sizeof request)) {
		answer(peer, directory, request);
		SSL_shutdown(peer);
	}
	SSL_free(peer);
}

int
server_listen(int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((in_port_t)*port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	socklen_t len = sizeof address;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&address, len) || listen(fd, 128) ||
	    getsockname(fd, (struct sockaddr *)&address, &len))
		give_up("127.0.0.1");
	*port = ntohs(address.sin_port);
	return fd;
}

void
server_run(int listen_fd, const char *directory)
{
	SSL_CTX *contexts[CERTIFICATES];
	pid_t server = getpid();
	int fd;

	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	for (enum certificate i = 0; i < CERTIFICATES; i++)
		contexts[i] = certificate_context(directory, i);
	for (;;) {
		fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0 && fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() == server)
				serve(fd, contexts, directory);
			_exit(0);
		}
		if (fd >= 0)
			close(fd);
	}
}
