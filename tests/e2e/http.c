// SPDX-License-Identifier: ISC
/* tests/e2e/http.c - one HTTP exchange, by libcurl. */
#include "http.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <curl/curl.h>

#include "base/text.h"

static CURL *curl;

static size_t
take_body(char *bytes, size_t size, size_t count, void *to)
{
	text_put(to, bytes, size * count);
	return size * count;
}

/* Apache joins headers of one name, which means the same (RFC 9110, 5.3). */
static void
put_header(struct text *headers, const char *line, size_t len)
{
	const char *second = memmem(line, len, ", Bearer ", strlen(", Bearer "));

	if (second) {
		text_put(headers, line, (size_t)(second - line));
		text_puts(headers, "\nWWW-Authenticate: ");
		second += strlen(", ");
		len -= (size_t)(second - line);
		line = second;
	}
	text_put(headers, line, len);
	text_put(headers, "\n", 1);
}

/* A status line begins the headers anew: those of a 100 Continue are dropped. */
static size_t
take_header(char *bytes, size_t size, size_t count, void *to)
{
	struct text *headers = to;
	size_t len = size * count;

	if (len > 5 && strncmp(bytes, "HTTP/", 5) == 0)
		headers->len = 0;
	while (len && (bytes[len - 1] == '\r' || bytes[len - 1] == '\n'))
		len--;
	put_header(headers, bytes, len);
	return size * count;
}

static struct curl_slist *
list_headers(const struct http_request *ask)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	bool has_type = false;

	for (size_t i = 0; i < HTTP_HEADERS_MAX && ask->headers[i]; i++) {
		list = curl_slist_append(list, ask->headers[i]);
		has_type |= strncasecmp(ask->headers[i], "Content-Type:", 13) == 0;
	}
	/* libcurl would add one of its own. */
	return has_type ? list : curl_slist_append(list, "Content-Type:");
}

/* What is left of a body that is sent slowly. */
struct slow_body {
	const char *at;
	size_t len;
	int pause_ms;
};

static size_t
give_slowly(char *bytes, size_t size, size_t count, void *from)
{
	struct slow_body *body = from;
	struct timespec pause = { .tv_nsec = body->pause_ms * 1000000L };
	size_t len = body->len < 4 ? body->len : 4;

	nanosleep(&pause, NULL);
	if (len > size * count)
		len = size * count;
	memcpy(bytes, body->at, len);
	body->at += len;
	body->len -= len;
	return len;
}

static void
set_body(const struct http_request *ask, struct slow_body *slow)
{
	if (!ask->body)
		return;
	curl_easy_setopt(curl, CURLOPT_POST, 1L);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)ask->body_len);
	if (!ask->pause_ms) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->body);
		return;
	}
	*slow = (struct slow_body){ ask->body, ask->body_len, ask->pause_ms };
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_slowly);
	curl_easy_setopt(curl, CURLOPT_READDATA, slow);
}

static void
set_options(const struct http_request *ask, struct curl_slist *headers, struct slow_body *slow)
{
	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, ask->url);
	curl_easy_setopt(curl, CURLOPT_CAINFO, getenv("E2E_CA"));
	curl_easy_setopt(curl, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
	curl_easy_setopt(curl, CURLOPT_INTERFACE, ask->from ? ask->from : "127.0.0.1");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
	    (long)(ask->http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_REQUEST_TARGET, ask->target);
	curl_easy_setopt(curl, CURLOPT_INTERFACE, ask->from);
	curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, ask->from ? 1L : 0L);
	set_body(ask, slow);
	if (strcmp(ask->method, "HEAD") == 0)
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, ask->method);
}

/* "HTTP/1.1 404 Not Found\n": the phrase, cut out of the headers. */
static const char *
cut_reason(struct arena *mem, const char **headers)
{
	const char *line = *headers, *end = strchr(line, '\n');
	const char *blank = end ? memchr(line, ' ', (size_t)(end - line)) : NULL;

	if (!blank || end - blank < 5)
		return "";
	*headers = end + 1;
	return arena_strndup(mem, blank + 5, (size_t)(end - blank) - 5);
}

struct http_answer
http_call(struct arena *mem, const struct http_request *ask)
{
	struct http_answer answer = { .reason = "", .headers = "", .body = "" };
	struct curl_slist *list = list_headers(ask);
	struct text headers, body;
	struct slow_body slow;
	size_t headers_len;
	long status = 0;
	CURLcode code;

	text_init(&headers, mem);
	text_init(&body, mem);
	curl = curl ? curl : curl_easy_init();
	set_options(ask, list, &slow);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(list);
	if (code != CURLE_OK)
		printf("\n    %s %s: %s", ask->method, ask->url, curl_easy_strerror(code));
	if (code != CURLE_OK || text_done(&headers, &answer.headers, &headers_len) != 0 ||
	    text_done(&body, &answer.body, &answer.body_len) != 0)
		return answer;
	answer.status = (int)status;
	answer.reason = cut_reason(mem, &answer.headers);
	return answer;
}

/* All that comes until the peer closes, for 20 s at most. */
static void
receive(CURL *raw, struct text *all)
{
	struct pollfd peer = { .events = POLLIN };
	curl_socket_t fd = CURL_SOCKET_BAD;
	char bytes[4096];
	CURLcode code;
	size_t len;

	curl_easy_getinfo(raw, CURLINFO_ACTIVESOCKET, &fd);
	peer.fd = fd;
	for (;;) {
		code = curl_easy_recv(raw, bytes, sizeof bytes, &len);
		if (code == CURLE_AGAIN && poll(&peer, 1, 20000) > 0)
			continue;
		if (code != CURLE_OK || !len)
			return;
		text_put(all, bytes, len);
	}
}

static struct http_answer
parse(struct arena *mem, char *all)
{
	struct http_answer answer = { .reason = "", .headers = "", .body = "" };
	char *body = strstr(all, "\r\n\r\n");

	if (!body || sscanf(all, "HTTP/1.%*1d %3d", &answer.status) != 1)
		return answer;
	*body = '\0';
	answer.body = body + 4;
	answer.body_len = strlen(answer.body);
	answer.headers = arena_printf(mem, "%s\n", all);
	answer.reason = cut_reason(mem, &answer.headers);
	return answer;
}

struct http_answer
http_raw(struct arena *mem, const char *base, const char *bytes)
{
	struct http_request ask = { .method = "GET", .url = base };
	CURL *kept = curl;
	struct text all;
	size_t sent;

	curl = curl_easy_init();
	set_options(&ask, NULL, NULL);
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	text_init(&all, mem);
	text_puts(&all, "");
	if (curl_easy_perform(curl) == CURLE_OK &&
	    curl_easy_send(curl, bytes, strlen(bytes), &sent) == CURLE_OK && sent == strlen(bytes))
		receive(curl, &all);
	curl_easy_cleanup(curl);
	curl = kept;
	return parse(mem, all.data);
}

const char *
http_header(struct arena *mem, const struct http_answer *answer, const char *name, int n)
{
	size_t len = strlen(name);

	for (const char *line = answer->headers, *end; (end = strchr(line, '\n')); line = end + 1) {
		if (strncasecmp(line, name, len) != 0 || line[len] != ':' || n-- > 0)
			continue;
		line += len + 1;
		line += strspn(line, " ");
		return arena_strndup(mem, line, (size_t)(end - line));
	}
	return NULL;
}

void
http_end(void)
{
	curl_easy_cleanup(curl);
	curl = NULL;
}

void
http_forget(void)
{
	curl = NULL;
}
