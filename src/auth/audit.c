// SPDX-License-Identifier: ISC
/* auth/audit.c - the log line of each request. */
#include "auth/audit.h"

#include <stdio.h>
#include <string.h>

#include "auth/mask.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"

/* A longer name is truncated. */
#define NAME_SHOWN 64

static const char *
encode(struct arena *mem, const char *string)
{
	char shown[NAME_SHOWN + 1] = "";
	const char *encoded;
	struct text t;

	text_init(&t, mem);
	strncpy(shown, string ? string : "", NAME_SHOWN);
	text_put_percent(&t, shown, TEXT_PATH);
	return text_done(&t, &encoded, NULL) ? "" : encoded;
}

const char *
audit_name(struct arena *mem, const char *name)
{
	char shown[NAME_SHOWN + 1];

	if (!name)
		return NULL;
	mask_name(name, shown, sizeof shown);
	return arena_strdup(mem, shown);
}

/* A field is never empty, so that the order of fields is always clear. */
static const char *
or_dash(const char *string)
{
	return string && *string ? string : "-";
}

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

/* " by=UUID", or nothing. */
#define ID_SIZE (sizeof " object=" + UUID_TEXT_SIZE)

static const char *
id_field(char field[ID_SIZE], const char *name, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	field[0] = '\0';
	if (id)
		snprintf(field, ID_SIZE, " %s=%s", name, uuid_text(text, id));
	return field;
}

typedef void writer(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void
audit_write(struct arena *mem, const struct audit *a, writer *write)
{
	char id[UUID_TEXT_SIZE], by[ID_SIZE], object[ID_SIZE];

	write("call event=%s result=%s step=%s ip=%s via=%s user=%s%s%s ms=%lld rid=%08x "
	    "failed=%s name=%s", a->event, verdict_name(a->result), a->step,
	    or_dash(encode(mem, a->source)), or_dash(a->via),
	    a->user ? uuid_text(id, a->user) : "-", id_field(by, "by", a->by),
	    id_field(object, "object", a->by ? a->object : NULL), (long long)a->ms, next_id(),
	    or_dash(a->failed), encode(mem, a->name));
}

void
audit_log(struct arena *mem, const struct audit *a)
{
	audit_write(mem, a, log_info);
}

void
audit_log_later(struct arena *mem, const struct audit *a)
{
	audit_write(mem, a, log_later);
}
