// SPDX-License-Identifier: ISC
/* ctl/ctl_scan.c - doorwardctl token scan: finds live bearer tokens in files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/pages.h"
#include "auth/token.h"
#include "auth/token_scan.h"
#include "base/guard.h"
#include "base/json.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/feeder.h"
#include "ctl/record_show.h"
#include "ctl/resources.h"

/* A token that has been found.  It is told once for each file. */
struct finding {
	struct finding *next;
	struct token token;
	const char *user;		/* the e-mail address */
	bool revoked;
	size_t file;			/* the last one, as in struct leaks */
};

struct leaks {
	struct ctl *ctl;
	bool revokes, json;
	size_t file;			/* which one is read, from 1 on */
	struct finding *first;
	size_t count, revoked, lines;
	struct arena mem;		/* of one line */
	struct token_heads heads;
	struct token_scan scan;
	struct feeder_piece piece;
};

static int
add_head(const void *record, void *heads)
{
	const struct token *token = record;

	token_heads_add(heads, token->head);
	return 0;
}

static int
add_heads_of(const void *record, void *arg)
{
	struct leaks *leaks = arg;
	const struct user *user = record;
	int tries = 3, r;

	/* a page that a revocation has torn is read again */
	do
		r = pages_tokens(leaks->ctl->auth, &user->id, leaks->ctl->now_ms, add_head,
		    &leaks->heads);
	while (r == V_CHANGED && --tries > 0);
	return r;
}

static int
put_line(struct leaks *leaks, const struct finding *f, const char *name)
{
	char shown[TOKEN_SHOWN_SIZE], id[UUID_TEXT_SIZE];
	const struct token *token = &f->token;
	const char *line;
	struct json_out o;
	struct text out;
	int r;

	text_init(&out, &leaks->mem);
	json_open(&o, &out);
	json_add_string(&o, "file", name);
	json_add_integer(&o, "line", (int64_t)leaks->scan.line);
	json_add_string(&o, "token", token_text_shown(token, shown));
	json_add_string(&o, "name", token->name);
	json_add_string(&o, "user", f->user);
	json_add_time(&o, "expired_on", token->expires_ms);
	json_add_string(&o, "uuid", uuid_text(id, &token->id));
	json_add_bool(&o, "revoked", f->revoked);
	json_close(&o);
	r = text_done(&out, &line, NULL);
	if (!r)
		printf("%s%s", leaks->lines ? ",\n" : "[\n", line);
	return r;
}

static int
print_line(struct leaks *leaks, const struct finding *f, const char *name)
{
	char shown[TOKEN_SHOWN_SIZE], id[UUID_TEXT_SIZE];
	const char *file = record_show_clean(&leaks->mem, name);
	const char *title = record_show_clean(&leaks->mem, f->token.name);

	if (!file || !title)
		return -ENOMEM;
	printf("%s:%llu: %s (%s) of %s, uuid %s%s\n", file, (unsigned long long)leaks->scan.line,
	    token_text_shown(&f->token, shown), title, f->user, uuid_text(id, &f->token.id),
	    f->revoked ? ", revoked" : "");
	return 0;
}

static int
tell(struct leaks *leaks, struct finding *f)
{
	const char *name = leaks->ctl->operands[leaks->file - 1];
	int r;

	if (f->file == leaks->file)
		return 0;
	f->file = leaks->file;
	r = leaks->json ? put_line(leaks, f, name) : print_line(leaks, f, name);
	leaks->lines++;
	arena_wipe(&leaks->mem);
	fflush(stdout);			/* what is read may have no end */
	return r;
}

/* Another process may have revoked it at this moment, which is as good. */
static int
revoke(struct leaks *leaks, struct finding *f)
{
	struct identity owner = { .by_token = false };
	char id[UUID_TEXT_SIZE];
	struct token gone;
	int r;

	owner.user.id = f->token.user;
	r = token_revoke(leaks->ctl->auth, &owner, uuid_text(id, &f->token.id),
	    leaks->ctl->now_ms, &gone);
	if (r && r != V_NOT_FOUND)
		return r;
	f->revoked = true;
	leaks->revoked++;
	return 0;
}

static int
add_finding(struct leaks *leaks, const struct token *token, const struct user *user,
    struct finding **out)
{
	struct finding *f = arena_alloc(&leaks->ctl->mem, sizeof *f);
	int r = 0;

	if (!f)
		return -ENOMEM;
	*f = (struct finding){ .next = leaks->first, .token = *token };
	f->user = record_show_clean(&leaks->ctl->mem, user->email);
	if (!f->user)
		return -ENOMEM;
	leaks->first = f;
	leaks->count++;
	if (leaks->revokes)
		r = revoke(leaks, f);
	*out = f;
	return r;
}

/* The finding of this token, which may be revoked by now; NULL if it is new or none. */
static struct finding *
known(const struct leaks *leaks, const char *secret, const struct token *token)
{
	struct finding *f = leaks->first;

	while (f && !(token ? uuid_equal(&f->token.id, &token->id) :
	    f->revoked && token_has_secret(leaks->ctl->auth, &f->token, secret)))
		f = f->next;
	return f;
}

static int
judge(const struct token_scan *scan, const char *secret, void *arg)
{
	struct leaks *leaks = arg;
	struct finding *f;
	struct token token;
	struct user user;
	int r;

	(void)scan;
	r = token_by_secret(leaks->ctl->auth, secret, leaks->ctl->now_ms, &token, &user);
	if (r && r != V_NOT_FOUND)
		return r;
	f = known(leaks, secret, r ? NULL : &token);
	if (!f && !r) {
		r = add_finding(leaks, &token, &user, &f);
		if (r)
			return r;
	}
	return f ? tell(leaks, f) : 0;
}

/*
 * A file that cannot be searched does not spare the others.  The only one there is is told
 * about at the end.
 */
static int
complain(struct leaks *leaks, int r, const char *said)
{
	struct ctl *ctl = leaks->ctl;
	const char *name = ctl->operands[leaks->piece.file];
	const char *shown = record_show_clean(&ctl->mem, name);

	if (!ctl->operands[1]) {
		ctl->about = name;
		ctl->why = said;
		return r;
	}
	fprintf(stderr, "doorwardctl: token scan: %s: %s\n", shown ? shown : "?", said);
	ctl->why = "not everything was searched";
	return r;
}

/* What is wrong with a file that begins so; NULL: nothing. */
static const char *
compression_of(const char *bytes, size_t len)
{
	static const struct { const char *bytes, *said; } rows[] = {
#define COMPRESSED(program) "is compressed; search it by " program \
	" FILE | doorwardctl token scan -"
		{ "\x1f\x8b",		 COMPRESSED("zcat") },
		{ "BZh",		 COMPRESSED("bzcat") },
		{ "\xfd" "7zXZ",	 COMPRESSED("xzcat") },
		{ "\x28\xb5\x2f\xfd", COMPRESSED("zstdcat") },
		{ "PK\x03\x04",	 COMPRESSED("unzip -p") },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		if (len >= strlen(rows[i].bytes) &&
		    memcmp(bytes, rows[i].bytes, strlen(rows[i].bytes)) == 0)
			return rows[i].said;
	}
	return NULL;
}

/* *unread: -errno of the last file that could not be searched. */
static int
scan_piece(struct leaks *leaks, int *unread)
{
	const struct feeder_piece *piece = &leaks->piece;
	const char *compressed = NULL;
	int r;

	if (leaks->file != piece->file + 1)
		compressed = compression_of(piece->bytes, piece->len);
	leaks->file = piece->file + 1;
	if (compressed)
		*unread = complain(leaks, -EINVAL, compressed);
	r = piece->len ? token_scan_add(&leaks->scan, piece->bytes, piece->len) :
	    token_scan_end(&leaks->scan);
	if (!r && piece->r)
		*unread = complain(leaks, piece->r, strerror(-piece->r));
	return r;
}

static int
scan_all(struct leaks *leaks, struct feeder *feeder)
{
	int r, unread = 0;

	leaks->ctl->about = NULL;
	token_scan_begin(&leaks->scan, &leaks->heads, judge, leaks);
	while ((r = feeder_next(feeder, &leaks->piece)) > 0) {
		r = scan_piece(leaks, &unread);
		if (r) {
			leaks->ctl->about = leaks->ctl->why = NULL;
			return r;
		}
	}
	return r ? r : unread;
}

/* The exit code tells scripts whether live tokens are left. */
static int
conclude(struct leaks *leaks, int r)
{
	struct ctl *ctl = leaks->ctl;

	if (leaks->json)
		fputs(leaks->lines ? "\n]\n" : "[]\n", stdout);
	if (r < 0 && leaks->lines && !ctl->why)
		ctl->why = "not everything was searched";
	if (r || leaks->count == leaks->revoked)
		return r;
	ctl->why = arena_printf(&ctl->mem, "%zu live token%s found; --revoke revokes them",
	    leaks->count, leaks->count == 1 ? "" : "s");
	return ctl->why ? V_INVALID : -ENOMEM;
}

static void
drop(struct leaks **leaks)
{
	if (*leaks)
		arena_free(&(*leaks)->mem);
	free(*leaks);
}

int
ctl_token_scan(struct ctl *ctl)
{
	GUARD(feeder_close) struct feeder feeder = { -1, -1 };
	GUARD(drop) struct leaks *leaks = calloc(1, sizeof *leaks);
	int r;

	if (!leaks)
		return -ENOMEM;
	leaks->ctl = ctl;
	leaks->revokes = arguments_has(ctl, "revoke");
	leaks->json = arguments_has(ctl, "json");
	arena_init(&leaks->mem, 0);
	/* the files are the caller's, who may be root */
	r = feeder_open(&feeder, ctl->operands);
	if (!r)
		r = resources_open(ctl, NEED_AUTH);
	if (!r)
		r = pages_users(ctl->auth, UINT64_MAX, add_heads_of, leaks);
	if (r)
		return r;
	return conclude(leaks, scan_all(leaks, &feeder));
}
