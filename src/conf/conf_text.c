// SPDX-License-Identifier: ISC
/* conf/conf_text.c - finds the comments of a configuration, as libconfuse does. */
#include "conf/conf_text.h"

#include <stdbool.h>
#include <string.h>

/* What is left to read. */
struct rest {
	char *at, *end;
};

static bool
begins(const struct rest *rest, const char *with)
{
	size_t len = strlen(with);

	return (size_t)(rest->end - rest->at) >= len && memcmp(rest->at, with, len) == 0;
}

/* The end of what begins with open, behind its mark; the end of all if there is none. */
static char *
end_of(const struct rest *rest, const char *open, const char *mark)
{
	size_t skip = strlen(open);
	char *found = memmem(rest->at + skip, (size_t)(rest->end - rest->at) - skip, mark,
	    strlen(mark));

	return found ? found + strlen(mark) : rest->end;
}

/* A variable of the environment may contain anything but its brace. */
static char *
skip_variable(const struct rest *rest)
{
	return memchr(rest->at, '}', (size_t)(rest->end - rest->at)) ? end_of(rest, "${", "}") :
	    rest->at + 1;
}

static char *
skip_string(struct rest rest)
{
	char quote = *rest.at++;

	while (rest.at < rest.end && *rest.at != quote) {
		if (quote == '"' && begins(&rest, "${"))
			rest.at = skip_variable(&rest);
		else
			rest.at += *rest.at == '\\' && rest.at + 1 < rest.end ? 2 : 1;
	}
	return rest.at < rest.end ? rest.at + 1 : rest.end;
}

static void
blank(char *from, const char *to)
{
	for (; from < to; from++) {
		if (*from != '\n')
			*from = ' ';
	}
}

static unsigned
line_of(const char *text, const char *at)
{
	unsigned line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

/* After one of these, and at the start, a slash can begin a comment. */
static bool
is_apart(const char *text, const char *at)
{
	return at == text || strchr(" \t\r\n={}()+,\"'*", at[-1]);
}

unsigned
conf_text_nul(const char *text, size_t len)
{
	const char *nul = memchr(text, '\0', len);

	return nul ? line_of(text, nul) : 0;
}

unsigned
conf_text_blank(char *text, size_t len)
{
	struct rest rest = { text, text + len };
	char *next;

	for (; rest.at < rest.end; rest.at = next) {
		next = rest.at + 1;
		if (*rest.at == '"' || *rest.at == '\'') {
			next = skip_string(rest);
		} else if (begins(&rest, "${")) {
			next = skip_variable(&rest);
		} else if (*rest.at == '#' ||
		    (begins(&rest, "//") && is_apart(text, rest.at))) {
			next = end_of(&rest, "#", "\n");
			blank(rest.at, next);
		} else if (begins(&rest, "/*") && is_apart(text, rest.at)) {
			next = end_of(&rest, "/*", "*/");
			if (next - rest.at < 4 || memcmp(next - 2, "*/", 2) != 0)
				return line_of(text, rest.at);
			blank(rest.at, next);
		}
	}
	return 0;
}
