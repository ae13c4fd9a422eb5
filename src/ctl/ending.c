// SPDX-License-Identifier: ISC
/* ctl/ending.c - result → line on stderr and exit code. */
#include "ctl/ending.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/fault_text.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "ctl/record_show.h"

#define CODE_FAULT 1

/* The text is used if the command gives no reason. */
static const struct ending {
	int verdict, code;
	const char *said, *meaning;
} endings[] = {
	{ V_OK,         0,          NULL,             "done" },
	{ -1,           CODE_FAULT, NULL,
	    "failure of the database, key file, system or output" },
	{ V_MALFORMED,  2,          NULL,             "wrong command line" },
	{ V_NOT_FOUND,  3,          "not found",      "not found" },
	{ V_EXISTS,     4,          "exists already", "exists already" },
	{ V_INVALID,    5,          "refused",
	    "refused: a value or password violates a rule" },
};

/* What helps against faults that an administrator can act on. */
static const struct hint {
	int error;
	const char *hint;
} hints[] = {
	{ ENOENT,       "; 'doorwardctl init' creates what is missing, and 'doorwardctl "
	    "restore' brings a backup back" },
	{ EACCES,       "; run it as root or as the user of the service" },
	{ EPERM,        "; run it as root or as the user of the service" },
	{ EKEYREJECTED, "; put the copy of the right key file back" },
	{ ENOKEY,       "; 'doorwardctl key list' shows which there are, and 'doorwardctl "
	    "restore' brings a backup with all of them back" },
	{ ENOSPC,       "; the disk is full, or the database has reached store_max_mib" },
	{ EBADMSG,      "; 'doorwardctl check --repair' saves what can be read, and 'doorwardctl "
	    "restore' puts a backup in its place" },
	{ EPROTO,       "; use the version of doorward that wrote it, or let 'doorwardctl "
	    "restore' put a backup in its place" },
	{ ESTALE,       "; 'doorwardctl upgrade' brings it up to this one" },
	{ EIO,          "; the disk may fail, or the files of the database were replaced: the "
	    "lines above say more" },
	{ EUCLEAN,      "; stop the service, and restore a backup or let 'doorwardctl check "
	    "--repair' go on from this state" },
};

static const struct ending *
ending_of(int verdict)
{
	for (size_t i = 0; i < NELEM(endings); i++) {
		if (endings[i].verdict == verdict)
			return &endings[i];
	}
	return NULL;
}

static const char *
hint_of(int error)
{
	for (size_t i = 0; i < NELEM(hints); i++) {
		if (hints[i].error == error)
			return hints[i].hint;
	}
	return "";
}

/* A file that the command line names, which init does not create. */
static bool
is_argument(const struct ctl *ctl, const char *about)
{
	for (char **operand = ctl->operands; operand && *operand; operand++) {
		if (strcmp(*operand, about) == 0)
			return true;
	}
	for (size_t i = 0; i < ctl->given_count; i++) {
		if (ctl->given[i].value && strcmp(ctl->given[i].value, about) == 0)
			return true;
	}
	return false;
}

/* What root may not do, the service may not either, so advice to become one does not help. */
static bool
is_helped(const struct ctl *ctl, int r)
{
	if (r >= 0 || ctl->why || (ctl->by_root && (r == -EACCES || r == -EPERM)))
		return false;
	return !ctl->about || r != -ENOENT || !is_argument(ctl, ctl->about);
}

/* The names are from a command line or the database, and stderr may be a terminal. */
static void
say(struct ctl *ctl, const char *what, const char *hint)
{
	const char *about = ctl->about ? record_show_clean(&ctl->mem, ctl->about) : NULL;
	const char *shown = record_show_clean(&ctl->mem, what);

	fprintf(stderr, "doorwardctl: ");
	if (ctl->command)
		fprintf(stderr, "%s: ", ctl->command->path);
	if (about)
		fprintf(stderr, "%s: ", about);
	fprintf(stderr, "%s%s\n", shown ? shown : strerror(ENOMEM), hint);
}

int
ending_report(struct ctl *ctl, int r)
{
	const struct ending *ending = r < 0 ? NULL : ending_of(r);
	const char *what = ctl->why;

	if (r == 0)
		return 0;
	if (!what)
		what = ending ? ending->said : r < 0 ? fault_text(-r) : verdict_name(r);
	if (what)
		say(ctl, what, is_helped(ctl, r) ? hint_of(-r) : "");
	return ending ? ending->code : CODE_FAULT;
}

void
ending_print_codes(void)
{
	printf("\nExit status:\n");
	for (size_t i = 0; i < NELEM(endings); i++)
		printf("  %d  %s\n", endings[i].code, endings[i].meaning);
}
