// SPDX-License-Identifier: ISC
/* tests/e2e/record.c - requests and answers, in a form in which runs can be compared. */
#include "record.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "test.h"

#define HEX(n) "[0-9A-Fa-f]{" #n "}"

/* Of these the one that fits leftmost is replaced; of several, the first. */
static const struct { const char *pattern, *kind; } kinds[] = {
	{ "[A-Za-z0-9_-]{2,}\\.[A-Za-z0-9_-]{20,}\\.[A-Za-z0-9_-]*", "<jwt>" },
	/* the kid of a JWT has no fixed length */
	{ "Content-Length: [0-9]{3,}", "Content-Length: <number>" },
	{ HEX(8) "-" HEX(4) "-" HEX(4) "-" HEX(4) "-" HEX(12), "<uuid>" },
	{ "(dwt_)?[0-9A-Za-z]{48}", "<secret>" },
	{ "[0-9A-Za-z]{4}\xe2\x80\xa6", "<masked>" },
	{ "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z", "<time>" },
	{ "localhost:[0-9]+", "localhost:<port>" },
	{ "127\\.0\\.0\\.1:[0-9]+", "127.0.0.1:<port>" },
	{ "/tmp/doorward-e2e\\.[A-Za-z0-9]+", "<directory>" },
	{ "[12][0-9]{12}", "<ms>" },
	{ "[12][0-9]{9}", "<s>" },
};

/* headers of the web server that differ from run to run */
static const char *const left_out[] = { "Date:", "ETag:", "Last-Modified:" };

static FILE *
file(void)
{
	static FILE *out;
	const char *path = getenv("E2E_RECORD");

	if (!out && path && *path) {
		out = fopen(path, "a");
		if (!out) {
			perror(path);
			exit(99);
		}
		setvbuf(out, NULL, _IOLBF, 0);
	}
	return out;
}

static const regex_t *
compiled(size_t kind)
{
	static regex_t all[NELEM(kinds)];
	static bool done;

	for (size_t i = 0; !done && i < NELEM(kinds); i++) {
		if (regcomp(&all[i], kinds[i].pattern, REG_EXTENDED) != 0)
			exit(99);
	}
	done = true;
	return &all[kind];
}

/* The kind that fits first in line, at *at; NELEM(kinds) if none does. */
static size_t
first_kind(const char *line, regmatch_t *at)
{
	size_t found = NELEM(kinds);
	regmatch_t here;

	for (size_t i = 0; i < NELEM(kinds); i++) {
		if (regexec(compiled(i), line, 1, &here, 0) != 0 ||
		    (found < NELEM(kinds) && here.rm_so >= at->rm_so))
			continue;
		found = i;
		*at = here;
	}
	return found;
}

static void
put_line(FILE *out, const char *prefix, const char *line)
{
	regmatch_t at;
	size_t kind;

	for (size_t i = 0; i < NELEM(left_out); i++) {
		if (strncasecmp(line, left_out[i], strlen(left_out[i])) == 0)
			return;
	}
	fputs(prefix, out);
	while ((kind = first_kind(line, &at)) < NELEM(kinds)) {
		fprintf(out, "%.*s%s", (int)at.rm_so, line, kinds[kind].kind);
		line += at.rm_eo;
	}
	fprintf(out, "%s\n", line);
}

static void
put(FILE *out, const char *prefix, const char *text, size_t len)
{
	GUARD(arena_free) struct arena mem = { .used = 0 };
	const char *end;

	for (; len; len -= (size_t)(end - text), text = end) {
		end = memchr(text, '\n', len);
		end = end ? end + 1 : text + len;
		put_line(out, prefix, arena_strndup(&mem, text,
		    (size_t)(end - text) - (end[-1] == '\n')));
	}
}

static void
puts_text(FILE *out, const char *prefix, const char *text)
{
	if (text)
		put(out, prefix, text, strlen(text));
}

void
record_exchange(const char *row, const struct http_request *ask,
    const struct http_answer *answer)
{
	FILE *out = file();
	char line[4096];

	if (!out)
		return;
	fprintf(out, "--- %s\n", row);
	snprintf(line, sizeof line, "%s %s", ask->method, ask->url);
	puts_text(out, "> ", line);
	puts_text(out, "> target: ", ask->target);
	for (size_t i = 0; i < HTTP_HEADERS_MAX && ask->headers[i]; i++)
		puts_text(out, "> ", ask->headers[i]);
	put(out, ">> ", ask->body, ask->body_len);
	snprintf(line, sizeof line, "%d %s", answer->status, answer->reason);
	puts_text(out, "< ", line);
	puts_text(out, "< ", answer->headers);
	put(out, "<< ", answer->body, answer->body_len);
}

void
record_answer(const char *row, const char *head, const char *body)
{
	FILE *out = file();

	if (!out)
		return;
	fprintf(out, "--- %s\n", row);
	puts_text(out, "< ", head);
	puts_text(out, "<< ", body);
}
