// SPDX-License-Identifier: ISC
/* auth/audit.c - the log line of each request. */
#include "auth/audit.h"

#include <stdio.h>
#include <string.h>

#include "auth/mask.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/verdict.h"

/* What is longer is cut. */
#define SHOWN_LEN 64
#define AGENT_LEN 120

/*
 * From a random one upwards, so that a request costs no random bytes: with the
 * process id of the line it is unique.  Nothing depends on its being secret.
 */
static uint32_t
next_id(void)
{
	static uint32_t last;
	static pid_t owner;

	if (owner != log_pid())
		secret_random(&last, sizeof last);
	owner = log_pid();
	return ++last;
}

/* A line on its way, with what its fields point to. */
#define FIELDS_MAX 16
#define IDS_MAX 4

struct line {
	struct log_field fields[FIELDS_MAX];
	size_t count;
	char ids[IDS_MAX][UUID_TEXT_SIZE];
	size_t ids_count;
	char source[SHOWN_LEN + 1], name[SHOWN_LEN + 1], rid[sizeof "e40c1602"];
	char agent[AGENT_LEN + 1];
};

static void
add(struct line *l, const char *name, enum log_kind kind, const char *text)
{
	l->fields[l->count++] = (struct log_field){ .name = name, .kind = kind, .text = text };
}

static void
add_id(struct line *l, const char *name, const struct uuid *id)
{
	add(l, name, LOG_WORD, id ? uuid_text(l->ids[l->ids_count++], id) : NULL);
}

static void
add_number(struct line *l, const char *name, int64_t number)
{
	l->fields[l->count++] = (struct log_field){ .name = name, .kind = LOG_NUMBER,
	    .number = number };
}

/* In the order of the line. */
static void
add_fields(struct line *l, const struct audit *a)
{
	add(l, "event", LOG_WORD, a->event);
	add(l, "result", LOG_WORD, verdict_name(a->result));
	add(l, "step", LOG_WORD, a->step);
	strncpy(l->source, a->source ? a->source : "", SHOWN_LEN);
	add(l, "ip", LOG_FOREIGN, l->source);
	add(l, "via", LOG_WORD, a->via);
	add_id(l, "user", a->user);
	if (a->by)
		add_id(l, "by", a->by);
	if (a->object)
		add_id(l, "object", a->object);
	add_id(l, "token", a->token);
	add_number(l, "ms", a->ms);
	snprintf(l->rid, sizeof l->rid, "%08x", next_id());
	add(l, "rid", LOG_WORD, l->rid);
	add(l, "failed", LOG_WORD, a->failed);
	add(l, "why", LOG_WORD, a->why);
	mask_secrets(a->agent ? a->agent : "", l->agent, sizeof l->agent);
	add(l, "ua", LOG_FOREIGN, l->agent);
	mask_name(a->name ? a->name : "", l->name, sizeof l->name);
	add(l, "name", LOG_TAIL, l->name);
}

void
audit_log(const struct audit *a)
{
	struct line l = { .count = 0 };

	add_fields(&l, a);
	log_info_fields("call", (struct log_fields){ l.fields, l.count });
}

void
audit_log_later(const struct audit *a)
{
	struct line l = { .count = 0 };

	add_fields(&l, a);
	log_later_fields("call", (struct log_fields){ l.fields, l.count });
}
