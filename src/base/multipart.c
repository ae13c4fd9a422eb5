// SPDX-License-Identifier: ISC
/* base/multipart.c - names with values: bodies of multipart/form-data. */
#include "base/multipart.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/guard.h"
#include "base/text.h"
#include "base/verdict.h"

#define HEADER_LINE_MAX 998		/* RFC 5322, 2.1.1 */

#define TOKEN TEXT_ALNUM "!#$%&'*+-.^_`|~"		/* RFC 9110, 5.6.2 */
#define UNQUOTED TOKEN "(),/:=?"			/* many send the boundary unquoted */
#define BOUNDARY TEXT_ALNUM "'()+_,-./:=? "		/* RFC 2046, 5.1.1 */

/* Untrusted bytes, and how far they have been read. */
struct span {
	const char *at, *end;
};

struct param {
	struct span name, value;
};

static size_t
left(const struct span *in)
{
	return (size_t)(in->end - in->at);
}

/* Is what is left exactly word, in any case? */
static bool
is_word(const struct span *in, const char *word)
{
	return left(in) == strlen(word) && strncasecmp(in->at, word, left(in)) == 0;
}

/* Skips bytes, if they are next. */
static bool
skip(struct span *in, const char *bytes, size_t len)
{
	if (left(in) < len || memcmp(in->at, bytes, len) != 0)
		return false;
	in->at += len;
	return true;
}

static void
skip_blanks(struct span *in)
{
	while (in->at < in->end && (*in->at == ' ' || *in->at == '\t'))
		in->at++;
}

/* All that comes next out of set; it may be nothing. */
static struct span
read_while(struct span *in, const char *set)
{
	struct span out = { in->at, in->at };

	while (out.end < in->end && *out.end && strchr(set, *out.end))
		out.end++;
	in->at = out.end;
	return out;
}

/* Some parsers take a backslash for an escape, others for itself: we refuse it. */
static int
read_quoted(struct span *in, struct span *out)
{
	const char *quote = memchr(in->at, '"', left(in));

	if (!quote)
		return V_MALFORMED;
	*out = (struct span){ in->at, quote };
	in->at = quote + 1;
	return memchr(out->at, '\\', left(out)) ? V_MALFORMED : 0;
}

/* ; name=value or ; name="value" (RFC 9110, 5.6.6) */
static int
read_param(struct span *in, struct param *out)
{
	skip_blanks(in);
	if (!skip(in, ";", 1))
		return V_MALFORMED;
	skip_blanks(in);
	out->name = read_while(in, TOKEN);
	if (!left(&out->name) || !skip(in, "=", 1))
		return V_MALFORMED;
	if (skip(in, "\"", 1))
		return read_quoted(in, &out->value);
	out->value = read_while(in, UNQUOTED);
	return left(&out->value) ? 0 : V_MALFORMED;
}

static int
read_boundary(const struct span *value, char out[BOUNDARY_SIZE])
{
	struct span rest = *value;
	size_t len = left(value);

	read_while(&rest, BOUNDARY);
	if (left(&rest) || !len || len >= BOUNDARY_SIZE || value->end[-1] == ' ')
		return V_MALFORMED;
	memcpy(out, value->at, len);
	out[len] = '\0';
	return 0;
}

int
multipart_boundary(const char *content_type, char out[BOUNDARY_SIZE])
{
	struct span in = { content_type, content_type + strlen(content_type) };
	struct param param;
	size_t found = 0;
	int r;

	in.at += strcspn(in.at, "; \t");
	skip_blanks(&in);
	for (; left(&in); skip_blanks(&in)) {
		r = read_param(&in, &param);
		if (!r && is_word(&param.name, "boundary")) {
			found++;
			r = read_boundary(&param.value, out);
		}
		if (r)
			return r;
	}
	return found == 1 ? 0 : V_MALFORMED;
}

/* What the headers of a part say. */
struct head {
	size_t dispositions;
	struct span name;
};

/* form-data; name="jwt", and nothing else: what has a filename is a file (RFC 7578, 4.2). */
static int
read_disposition(struct span *value, struct head *head)
{
	struct span type = read_while(value, TOKEN);
	struct param param;
	int r;

	if (!is_word(&type, "form-data") || head->dispositions++)
		return V_MALFORMED;
	r = read_param(value, &param);
	if (r)
		return r;
	skip_blanks(value);
	if (left(value) || !is_word(&param.name, "name") || !left(&param.value))
		return V_MALFORMED;
	head->name = param.value;
	return 0;
}

/* Only what leaves the bytes as they are (RFC 7578, 4.7). */
static int
read_encoding(struct span *value, struct head *head)
{
	(void)head;
	return is_word(value, "7bit") || is_word(value, "8bit") || is_word(value, "binary") ?
	    0 : V_MALFORMED;
}

static int
read_header(struct span line, struct head *head)
{
	static const struct {
		const char *name;
		int (*read)(struct span *value, struct head *head);
	} rows[] = {
		{ "Content-Disposition",	read_disposition },
		{ "Content-Transfer-Encoding",	read_encoding },
	};
	struct span name;

	if (left(&line) > HEADER_LINE_MAX || text_has_control(line.at, left(&line)))
		return V_MALFORMED;
	name = read_while(&line, TOKEN);
	if (!left(&name) || !skip(&line, ":", 1))
		return V_MALFORMED;
	skip_blanks(&line);
	for (size_t i = 0; i < NELEM(rows); i++) {
		if (is_word(&name, rows[i].name))
			return rows[i].read(&line, head);
	}
	return 0;
}

/* Skips the next line and its CRLF. */
static int
read_line(struct span *in, struct span *line)
{
	const char *crlf = memmem(in->at, left(in), "\r\n", 2);

	if (!crlf)
		return V_MALFORMED;
	*line = (struct span){ in->at, crlf };
	in->at = crlf + 2;
	return 0;
}

/* A part begins with the CRLF of the delimiter before it. */
static int
read_part(struct arena *mem, struct span part, struct pair *pair)
{
	struct head head = { .dispositions = 0 };
	struct span line;
	int r;

	r = read_line(&part, &line);
	while (!r) {
		r = read_line(&part, &line);
		if (!r && !left(&line))
			break;
		if (!r)
			r = read_header(line, &head);
	}
	if (r || !head.dispositions)
		return V_MALFORMED;
	pair->name = arena_strndup(mem, head.name.at, left(&head.name));
	pair->value = arena_strndup(mem, part.at, left(&part));
	pair->value_len = left(&part);
	return pair->name && pair->value ? 0 : -ENOMEM;
}

/*
 * Skips the next delimiter, CRLF "--" boundary; *before is what was
 * before it.  V_MALFORMED: there is none, or its line begins with LF alone.
 */
static int
read_delimiter(struct span *in, const char *delimiter, struct span *before)
{
	size_t len = strlen(delimiter);
	const char *lf = memmem(in->at, left(in), delimiter + 1, len - 1);

	if (!lf || lf == in->at || lf[-1] != '\r')
		return V_MALFORMED;
	*before = (struct span){ in->at, lf - 1 };
	in->at = lf + len - 1;
	return 0;
}

/* Goes to the CRLF that ends the line of a delimiter.  Was it the last? */
static int
end_delimiter(struct span *in, bool *last)
{
	*last = skip(in, "--", 2);
	skip_blanks(in);
	if (*last && !left(in))
		return 0;
	return left(in) >= 2 && memcmp(in->at, "\r\n", 2) == 0 ? 0 : V_MALFORMED;
}

static size_t
count_lines(struct span in, const char *start)
{
	size_t n = 0;

	for (; (in.at = memmem(in.at, left(&in), start, strlen(start))); in.at += strlen(start))
		n++;
	return n;
}

static int
read_parts(struct arena *mem, struct span in, const char *delimiter, struct pairs *pairs)
{
	struct span part = in;
	bool last;
	int r = 0;

	if (!skip(&in, delimiter + 2, strlen(delimiter + 2)))
		r = read_delimiter(&in, delimiter, &part);
	if (!r)
		r = end_delimiter(&in, &last);
	while (!r && !last) {
		if (pairs->count == FORM_PAIRS_MAX)
			return V_MALFORMED;
		r = read_delimiter(&in, delimiter, &part);
		if (!r)
			r = read_part(mem, part, &pairs->at[pairs->count++]);
		if (!r)
			r = end_delimiter(&in, &last);
	}
	if (r)
		return r;
	return count_lines(in, delimiter + 1) ? V_MALFORMED : 0;
}

int
multipart_parse(struct arena *mem, const char *bytes, size_t len, const char *boundary,
    struct pairs *out)
{
	struct span in = { bytes, bytes + len };
	struct pairs pairs = { .count = 0 };
	char delimiter[BOUNDARY_SIZE + 4];
	size_t most;
	int r;

	if (memchr(bytes, '\0', len) || !text_is_utf8(bytes, len))
		return V_MALFORMED;
	snprintf(delimiter, sizeof delimiter, "\r\n--%s", boundary);
	most = count_lines(in, delimiter + 1) + 1;
	pairs.at = arena_alloc(mem, (most < FORM_PAIRS_MAX ? most : FORM_PAIRS_MAX) *
	    sizeof *pairs.at);
	if (!pairs.at)
		return -ENOMEM;
	r = len ? read_parts(mem, in, delimiter, &pairs) : 0;
	if (r)
		return r;
	*out = pairs;
	return 0;
}
