// SPDX-License-Identifier: ISC
/* tests/e2e/guard.c - asks for pages of a guarded site. */
#include "guard.h"

#include <string.h>

bool
guard_is_content(const struct http_answer *answer)
{
	return strstr(answer->body, "begin of private") || strstr(answer->body, "AUTH_USER");
}

static void
check_leaks(const char *row, const struct http_answer *answer)
{
	static const char *const names[] = { "Variable-AUTH_USER", "Variable-AUTH_EMAIL",
	    "Variable-AUTH_ROLE", "Variable-REMOTE_USER", "X-Auth-User", "X-Auth-Email",
	    "X-Auth-Role", "Variable-AUTH_SCOPE", "X-Auth-Scope" };

	for (size_t i = 0; i < NELEM(names); i++)
		EXPECT_STRING(row, http_header(test_mem(), answer, names[i], 0), NULL);
}

struct http_answer
guard_ask(const struct row *general)
{
	struct row row = *general;
	struct http_answer answer;

	row.foreign = true;
	answer = run_row(&row);
	/* PHP's own server, behind SERVICE, now and then says nothing at all */
	if (answer.status == 200 && !answer.body_len && strcmp(row.method, "HEAD") != 0 &&
	    strncmp(row.path, SERVICE, strlen(SERVICE)) == 0)
		answer = run_row(&row);
	check_leaks(row.row, &answer);
	if (!row.plain) {
		EXPECT_STRING(row.row,
		    http_header(test_mem(), &answer, "Strict-Transport-Security", 0),
		    "max-age=31536000");
		EXPECT_STRING(row.row,
		    http_header(test_mem(), &answer, "Strict-Transport-Security", 1), NULL);
	}
	return answer;
}

void
guard_refuse(const struct row *rows, size_t count)
{
	static const char *const pages[] = { PAGE, WHO, SERVICE };
	struct http_answer answer;
	struct row row;

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < (rows[i].path ? 1 : NELEM(pages)); k++) {
			row = rows[i];
			row.path = row.path ? row.path : pages[k];
			row.method = row.method ? row.method : "GET";
			answer = guard_ask(&row);
			EXPECT_TRUE(row.row, !guard_is_content(&answer));
		}
	}
}
