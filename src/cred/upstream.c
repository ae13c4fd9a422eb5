// SPDX-License-Identifier: ISC
/* cred/upstream.c - GET over HTTPS with libcurl. */
#include "cred/upstream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"

#define CONNECT_SHARE 2		/* connecting may take this fraction of the time */
#define HEADERS_MAX ((size_t)32 * 1024)

struct upstream {
	CURL *curl;
};

/* An answer that is being received. */
struct intake {
	struct text body;
	size_t headers_len;
	int64_t max_age_s;
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
set_options(CURL *curl, const char *ca_file, int64_t timeout_ms)
{
	CURLcode rc[] = {
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

int
upstream_open(struct upstream **out, const char *ca_file, int64_t timeout_ms)
{
	GUARD(upstream_close) struct upstream *up = NULL;

	/* the resolver's own timeout is longer than ours */
	if (setenv("RES_OPTIONS", "timeout:1 attempts:1", 0) != 0)
		return -errno;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return log_fault(-EIO, "libcurl cannot start");
	up = calloc(1, sizeof *up);
	if (!up)
		return -ENOMEM;
	up->curl = curl_easy_init();
	if (!up->curl || !set_options(up->curl, ca_file, timeout_ms))
		return log_fault(-EIO, "libcurl cannot be set up");
	*out = up;
	up = NULL;
	return 0;
}

void
upstream_close(struct upstream **up)
{
	if (!*up)
		return;
	if ((*up)->curl)
		curl_easy_cleanup((*up)->curl);
	free(*up);
	*up = NULL;
}

int
upstream_get(struct upstream *up, struct arena *mem, const char *what, const char *url,
    struct upstream_answer *answer)
{
	struct intake in = { .max_age_s = -1 };
	CURLcode rc;
	long status;

	text_init(&in.body, mem);
	rc = curl_easy_setopt(up->curl, CURLOPT_URL, url);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(up->curl, CURLOPT_WRITEDATA, &in);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(up->curl, CURLOPT_HEADERDATA, &in);
	if (rc == CURLE_OK)
		rc = curl_easy_perform(up->curl);
	if (rc == CURLE_OK)
		rc = curl_easy_getinfo(up->curl, CURLINFO_RESPONSE_CODE, &status);
	if (rc != CURLE_OK) {
		log_error("%s: %s", what, curl_easy_strerror(rc));
		return in.body.failed ? -ENOMEM : V_UNAVAILABLE;
	}
	answer->status = status;
	answer->max_age_s = in.max_age_s;
	return text_done(&in.body, &answer->body, &answer->body_len);
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
