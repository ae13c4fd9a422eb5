// SPDX-License-Identifier: ISC
/* cred/upstream.c - GET over HTTPS with libcurl. */
#include "cred/upstream.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "base/thread.h"
#include "base/verdict.h"

#define CONNECT_SHARE 2		/* connecting may take this fraction of the time */
#define HEADERS_MAX ((size_t)32 * 1024)

/* How many calls are kept for the next ones, connected as they are. */
#define FREE_MAX 4

/* An answer that is being received. */
struct intake {
	struct text body;
	size_t headers_len;
	int64_t max_age_s;
};

/* Between begin and end only its thread touches it, except is_done. */
struct upstream_call {
	CURLSH *kept;			/* its connection, after the call too */
	CURL *curl;			/* has the address, so it ends with the call */
	struct arena mem;		/* of the body */
	struct intake in;
	CURLcode rc;
	long status;
	int done_fd;
	pthread_t thread;
	atomic_bool is_done;
	struct upstream_call *next;	/* of those that are free */
};

struct upstream {
	const char *ca_file;
	int64_t timeout_ms;
	struct upstream_call *free;
	size_t free_count;
};

/* Returning anything but the size makes libcurl stop. */
static size_t
on_body(char *bytes, size_t one, size_t count, void *arg)
{
	struct intake *in = arg;
	size_t len = one * count;

	/* counted here: a chunked answer announces no length */
	if (len > UPSTREAM_BODY_MAX - in->body.len)
		return 0;
	text_put(&in->body, bytes, len);
	return in->body.failed ? 0 : len;
}

/* RFC 9111, 5.2.2.1; 0 for no-store. */
static void
read_cache_control(struct intake *in, const char *value)
{
	const char *age = strcasestr(value, "max-age=");
	int64_t age_s = age ? strtoll(age + strlen("max-age="), NULL, 10) : in->max_age_s;

	if (strcasestr(value, "no-store") || strcasestr(value, "no-cache") || (age && age_s < 0))
		age_s = 0;
	in->max_age_s = age_s;
}

static size_t
on_header(char *bytes, size_t one, size_t count, void *arg)
{
	static const char name[] = "cache-control:";
	struct intake *in = arg;
	size_t len = one * count;
	char line[512];

	in->headers_len += len;
	if (in->headers_len > HEADERS_MAX)
		return 0;
	if (len < sizeof line && strncasecmp(bytes, name, strlen(name)) == 0) {
		memcpy(line, bytes, len);
		line[len] = '\0';
		read_cache_control(in, line + strlen(name));
	}
	return len;
}

/* The options of every request. */
static bool
set_options(CURL *curl, CURLSH *kept, const char *ca_file, int64_t timeout_ms)
{
	CURLcode rc[] = {
		curl_easy_setopt(curl, CURLOPT_SHARE, kept),
		curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L),
		curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms),
		curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms / CONNECT_SHARE),
		/* without it a silent name server holds the worker for 10 s */
		curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L),
		curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L),
		curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https"),
		curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https"),
		curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2),
		curl_easy_setopt(curl, CURLOPT_PROXY, ""),
		curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED),
		curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, (long)UPSTREAM_BODY_MAX),
		curl_easy_setopt(curl, CURLOPT_USERAGENT, "doorward"),
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body),
		curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header),
		*ca_file ? curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file) : CURLE_OK,
	};

	for (size_t i = 0; i < NELEM(rc); i++) {
		if (rc[i] != CURLE_OK)
			return false;
	}
	return true;
}

/* An address has secrets in it, and libcurl keeps the last one in its handle. */
static void
forget(struct upstream_call *call)
{
	if (call->curl)
		curl_easy_cleanup(call->curl);
	call->curl = NULL;
}

static void
call_free(struct upstream_call **call)
{
	if (!*call)
		return;
	forget(*call);
	if ((*call)->kept)
		curl_share_cleanup((*call)->kept);
	arena_free(&(*call)->mem);
	free(*call);
	*call = NULL;
}

/* Only one thread at a time uses a call, so what is shared needs no locks. */
static bool
set_kept(CURLSH *kept)
{
	return kept &&
	    !curl_share_setopt(kept, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT) &&
	    !curl_share_setopt(kept, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) &&
	    !curl_share_setopt(kept, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
}

static int
call_new(struct upstream_call **out)
{
	GUARD(call_free) struct upstream_call *call = calloc(1, sizeof *call);

	if (!call)
		return -ENOMEM;
	arena_init(&call->mem, 0);
	call->kept = curl_share_init();
	if (!set_kept(call->kept))
		return log_fault(-EIO, "libcurl cannot be set up");
	*out = call;
	call = NULL;
	return 0;
}

/* For the next call, which may find its connection open. */
static void
release(struct upstream *up, struct upstream_call **call)
{
	if (up->free_count >= FREE_MAX) {
		call_free(call);
		return;
	}
	forget(*call);
	arena_wipe(&(*call)->mem);
	(*call)->next = up->free;
	up->free = *call;
	up->free_count++;
	*call = NULL;
}

int
upstream_open(struct upstream **out, const char *ca_file, int64_t timeout_ms)
{
	GUARD(upstream_close) struct upstream *up = NULL;
	struct upstream_call *first;
	int r;

	/* the resolver's own timeout is longer than ours */
	if (setenv("RES_OPTIONS", "timeout:1 attempts:1", 0) != 0)
		return -errno;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return log_fault(-EIO, "libcurl cannot start");
	up = calloc(1, sizeof *up);
	if (!up)
		return -ENOMEM;
	up->ca_file = ca_file;
	up->timeout_ms = timeout_ms;
	r = call_new(&first);
	if (r)
		return r;
	release(up, &first);
	*out = up;
	up = NULL;
	return 0;
}

void
upstream_close(struct upstream **up)
{
	struct upstream_call *next;

	if (!*up)
		return;
	for (struct upstream_call *call = (*up)->free; call; call = next) {
		next = call->next;
		call_free(&call);
	}
	free(*up);
	*up = NULL;
}

/* --- a call ------------------------------------------------------------------- */

/* A free call, or a new one. */
static int
take(struct upstream *up, struct upstream_call **out)
{
	if (!up->free)
		return call_new(out);
	*out = up->free;
	up->free = up->free->next;
	up->free_count--;
	return 0;
}

static int
prepare(struct upstream *up, const char *url, struct upstream_call **out)
{
	struct upstream_call *call;
	int r;

	r = take(up, &call);
	if (r)
		return r;
	call->curl = curl_easy_init();
	if (!call->curl || !set_options(call->curl, call->kept, up->ca_file, up->timeout_ms)) {
		release(up, &call);
		return log_fault(-EIO, "libcurl cannot be set up");
	}
	call->in = (struct intake){ .max_age_s = -1 };
	text_init(&call->in.body, &call->mem);
	atomic_store(&call->is_done, false);
	call->rc = curl_easy_setopt(call->curl, CURLOPT_URL, url);
	if (call->rc == CURLE_OK)
		call->rc = curl_easy_setopt(call->curl, CURLOPT_WRITEDATA, &call->in);
	if (call->rc == CURLE_OK)
		call->rc = curl_easy_setopt(call->curl, CURLOPT_HEADERDATA, &call->in);
	*out = call;
	return 0;
}

static void
perform(struct upstream_call *call)
{
	if (call->rc == CURLE_OK)
		call->rc = curl_easy_perform(call->curl);
	if (call->rc == CURLE_OK)
		call->rc = curl_easy_getinfo(call->curl, CURLINFO_RESPONSE_CODE, &call->status);
}

static int
read_answer(const struct upstream_call *call, struct arena *mem, const char *what,
    struct upstream_answer *answer)
{
	const struct text *body = &call->in.body;

	if (call->rc != CURLE_OK) {
		log_error("%s: %s", what, curl_easy_strerror(call->rc));
		return body->failed ? -ENOMEM : V_UNAVAILABLE;
	}
	answer->status = call->status;
	answer->max_age_s = call->in.max_age_s;
	answer->body_len = body->len;
	answer->body = arena_strndup(mem, body->data ? body->data : "", body->len);
	return answer->body ? 0 : -ENOMEM;
}

int
upstream_get(struct upstream *up, struct arena *mem, const char *what, const char *url,
    struct upstream_answer *answer)
{
	struct upstream_call *call;
	int r;

	r = prepare(up, url, &call);
	if (r)
		return r;
	perform(call);
	r = read_answer(call, mem, what, answer);
	release(up, &call);
	return r;
}

static void *
perform_apart(void *arg)
{
	struct upstream_call *call = arg;
	const uint64_t one = 1;
	int done_fd = call->done_fd;

	perform(call);
	atomic_store(&call->is_done, true);
	/* full means readable: nothing is lost */
	if (write(done_fd, &one, sizeof one) < 0 && errno != EAGAIN)
		log_fault(-errno, "eventfd");
	return NULL;
}

int
upstream_begin(struct upstream *up, const char *url, int done_fd, struct upstream_call **out)
{
	struct upstream_call *call;
	int r;

	r = prepare(up, url, &call);
	if (r)
		return r;
	call->done_fd = done_fd;
	r = thread_start(&call->thread, "ask a provider", perform_apart, call);
	if (r)
		release(up, &call);
	else
		*out = call;
	return r;
}

bool
upstream_is_done(const struct upstream_call *call)
{
	return atomic_load(&call->is_done);
}

int
upstream_end(struct upstream *up, struct upstream_call **call, struct arena *mem,
    const char *what, struct upstream_answer *answer)
{
	int r;

	pthread_join((*call)->thread, NULL);
	r = read_answer(*call, mem, what, answer);
	release(up, call);
	return r;
}

void
upstream_drop(struct upstream *up, struct upstream_call **call)
{
	if (!*call)
		return;
	pthread_join((*call)->thread, NULL);
	release(up, call);
}

const char *
upstream_escape(struct arena *mem, const char *text)
{
	const char *out;
	struct text t;

	text_init(&t, mem);
	text_put_percent(&t, text, TEXT_UNRESERVED);
	return text_done(&t, &out, NULL) ? NULL : out;
}
