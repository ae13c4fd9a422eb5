// SPDX-License-Identifier: ISC
/* auth/outcome.c - the outcome of the credentials of a request. */
#include "auth/outcome.h"

#include <stdio.h>

void
outcome_refused(struct outcome *outcome, const char *scheme, const struct refusal *refusal)
{
	outcome_refuse(outcome, scheme, refusal->why);
	if (outcome->known || !refusal->known)
		return;
	outcome->user = refusal->user;
	outcome->known = true;
	if (refusal->by_token)
		outcome_know_token(outcome, &refusal->token);
}

void
outcome_why(const struct outcome *outcome, char *why, size_t size)
{
	size_t len = 0;
	int n;

	why[0] = '\0';
	for (size_t i = 0; i < outcome->refused; i++) {
		const char *scheme = outcome->refusals[i].scheme;

		n = snprintf(why + len, size - len, "%s%s%s%s", len ? "," : "",
		    scheme ? scheme : "", scheme ? ":" : "",
		    why_name(outcome->refusals[i].why));
		if (n < 0 || (size_t)n >= size - len) {
			why[len] = '\0';
			return;
		}
		len += (size_t)n;
	}
}
