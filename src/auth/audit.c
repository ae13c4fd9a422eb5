// SPDX-License-Identifier: ISC
/* auth/audit.c - the one line of each call. */
#include "auth/audit.h"

#include <string.h>

#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"

/* A longer name is cut: what counts stands before it. */
#define NAME_SHOWN 64

void
audit_log(struct arena *mem, const struct audit *a)
{
	char id[UUID_TEXT_SIZE] = "-", name[NAME_SHOWN + 1] = "";
	const char *encoded;
	uint32_t request;
	struct text t;

	text_init(&t, mem);
	strncpy(name, a->name ? a->name : "", NAME_SHOWN);
	text_put_percent(&t, name);
	if (text_done(&t, &encoded, NULL))
		encoded = "";
	secret_random(&request, sizeof request);
	log_info("call event=%s result=%s step=%s ip=%s via=%s user=%s ms=%lld rid=%08x name=%s",
	    a->event, verdict_name(a->result), a->step, a->source, a->via ? a->via : "-",
	    a->user ? uuid_text(id, a->user) : "-", (long long)a->ms, request, encoded);
}
