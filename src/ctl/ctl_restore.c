// SPDX-License-Identifier: ISC
/*
 * ctl/ctl_restore.c - doorwardctl restore and compact: another data file in the place of
 * the one that is there, while the service is stopped.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "auth/care.h"
#include "auth/where.h"
#include "base/guard.h"
#include "base/path.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/apart.h"
#include "ctl/arguments.h"
#include "ctl/record_show.h"
#include "ctl/resources.h"

struct restoring {
	struct apart apart;		/* first; both processes share all of it */
	struct store_restore how;
	char kept[PATH_MAX];		/* the former database */
	uint64_t mib;			/* of the backup, at most */
	bool key_file_ok;
	bool key_file_lost;
};

#define FIELD(member, name, type) \
	{ name, type, offsetof(struct restoring, member), \
	    sizeof ((struct restoring *)0)->member }

static const struct field restore_fields[] = {
	FIELD(how.made_ms,          "made_on",          FIELD_TIME),
	FIELD(how.age_s,            "age_s",            FIELD_NUMBER),
	FIELD(how.schema,           "schema",           FIELD_NUMBER),
	FIELD(how.users,            "users",            FIELD_NUMBER),
	FIELD(how.tokens,           "tokens",           FIELD_NUMBER),
	FIELD(how.domain_tokens,    "domain_tokens",    FIELD_NUMBER),
	FIELD(how.sessions,         "sessions",         FIELD_NUMBER),
	FIELD(how.tokens_dropped,   "tokens_dropped",   FIELD_NUMBER),
	FIELD(how.sessions_dropped, "sessions_dropped", FIELD_NUMBER),
	FIELD(how.faults,           "faults",           FIELD_NUMBER),
	FIELD(kept,                 "kept",             FIELD_TEXT),
	FIELD(key_file_ok,          "key_file_ok",      FIELD_BOOL),
};

static const struct record_kind restore_kind = { "restore", 0, sizeof(struct restoring),
    restore_fields, NELEM(restore_fields) };

static const struct field compact_fields[] = {
	FIELD(how.bytes_before, "bytes_before", FIELD_NUMBER),
	FIELD(how.bytes,        "bytes",        FIELD_NUMBER),
};

static const struct record_kind compact_kind = { "compact", 0, sizeof(struct restoring),
    compact_fields, NELEM(compact_fields) };

/* The reasons why neither can be done that an administrator can act on. */
static void
explain(struct ctl *ctl, int r, const char *damaged)
{
	if (r == -EBUSY)
		ctl->why = "other processes have the database open; stop the service first";
	if (r == -EBADMSG)
		ctl->why = damaged;
	if (r == -EPROTO)
		ctl->why = "is not a backup that this version can use";
	if (r == -EOPNOTSUPP)
		ctl->why = "MariaDB uses free space again by itself; 'mysqlcheck --optimize' with "
		    "the name of the database gives it back to the disk";
}

/* Its keys are of no use without the key file that sealed them. */
static int
check_key_file(struct ctl *ctl)
{
	int r;

	r = auth_open_store(ctl->auth);
	return r ? r : keyring_load(&ctl->auth->keys, ctl->auth->store);
}

/*
 * A damaged page can make LMDB search for ever.  Far more processor time than any backup of
 * so many MiB takes; SIGXCPU then ends the child.
 */
static void
limit_time(uint64_t mib)
{
	const rlim_t seconds = 300 + 4 * mib;
	struct rlimit limit;

	if (getrlimit(RLIMIT_CPU, &limit) != 0 || limit.rlim_cur <= seconds)
		return;
	limit.rlim_cur = seconds;
	setrlimit(RLIMIT_CPU, &limit);
}

/* In a child process, which reads the key file as its caller. */
static int
restore(struct ctl *ctl, struct apart *apart)
{
	struct restoring *re = (struct restoring *)apart;
	bool has_key;
	int r;

	ctl->auth = auth_new(ctl->conf);
	if (!ctl->auth)
		return -ENOMEM;
	has_key = auth_read_key(ctl->auth) == 0;
	re->key_file_lost = access(ctl->conf->key_file, F_OK) != 0 && errno == ENOENT;
	r = resources_become_service(ctl);
	if (r)
		return r;
	limit_time(re->mib);
	atomic_store(&apart->what, "restoring");
	r = care_restore(ctl->conf, &re->how);
	ctl->about = r == -EBUSY ? where_name(ctl->conf) : ctl->operands[0];
	explain(ctl, r, "is damaged");
	if (r == -EUCLEAN)
		ctl->why = "lacks its last write; use another backup";
	if (r)
		return r;
	re->key_file_ok = has_key && check_key_file(ctl) == 0;
	return 0;
}

static int
open_backup(struct ctl *ctl, struct restoring *re)
{
	const char *path = ctl->operands[0];
	struct stat file;

	ctl->about = path;
	re->how.fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (re->how.fd < 0 || fstat(re->how.fd, &file) != 0) {
		ctl->why = strerror(errno);
		return -errno;
	}
	if (S_ISDIR(file.st_mode))
		return -EISDIR;
	/* what comes through a pipe does not tell when it was made, nor its size */
	re->how.made_ms = S_ISREG(file.st_mode) ? (int64_t)file.st_mtime * 1000 : 0;
	re->mib = S_ISREG(file.st_mode) ? (uint64_t)file.st_size >> 20 :
	    (uint64_t)ctl->conf->store_max_mib;
	return 0;
}

static int
name_kept(struct ctl *ctl, struct restoring *re)
{
	time_t now = (time_t)(ctl->now_ms / 1000);
	char stamp[32], name[64];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%S", &tm);
	snprintf(name, sizeof name, "replaced-%s.%03dZ.mdb", stamp, (int)(ctl->now_ms % 1000));
	re->how.kept = re->kept;
	return path_in(re->kept, ctl->conf->data_dir, name);
}

/* Credentials that are valid again are what a restore may surprise with. */
static void
say_what_works(const struct ctl *ctl, const struct restoring *re)
{
	const uint64_t tokens = re->how.tokens + re->how.domain_tokens;
	const int64_t minutes = re->how.age_s / 60;
	const bool in_hours = minutes >= 120;

	if (arguments_has(ctl, "json") || !tokens)
		return;
	if (re->how.made_ms)
		printf("the backup is %lld %s old; ",
		    (long long)(in_hours ? minutes / 60 : minutes), in_hours ? "hours" : "minutes");
	printf("%llu bearer and domain tokens of it are valid again; use --drop-tokens to revoke "
	    "them\n", (unsigned long long)tokens);
}

static int
report(struct ctl *ctl, struct restoring *re)
{
	int r;

	if (re->how.made_ms && re->how.made_ms < ctl->now_ms)
		re->how.age_s = (ctl->now_ms - re->how.made_ms) / 1000;
	if (!re->how.had)
		*re->kept = '\0';
	say_what_works(ctl, re);
	r = record_show(ctl, &restore_kind, re);
	if (r)
		return r;
	if (re->how.faults) {
		ctl->why = arena_printf(&ctl->mem, "restored, but with %llu fault%s; "
		    "'doorwardctl check' names them", (unsigned long long)re->how.faults,
		    re->how.faults == 1 ? "" : "s");
		return -EBADMSG;
	}
	if (re->key_file_ok)
		return 0;
	ctl->about = ctl->conf->key_file;
	ctl->why = "restored, but this key file is not the one of the backup; nobody can log in "
	    "until it is";
	if (re->key_file_lost)
		ctl->why = "restored, but the key file is lost; nobody can log in until the copy "
		    "of it is back";
	return -EKEYREJECTED;
}

int
ctl_restore(struct ctl *ctl)
{
	struct restoring *re = apart_new(sizeof *re);
	int r;

	if (!re)
		return -ENOMEM;
	re->how = (struct store_restore){ .now_ms = ctl->now_ms,
	    .keep_sessions = arguments_has(ctl, "keep-sessions"),
	    .drop_tokens = arguments_has(ctl, "drop-tokens"),
	    .progress = apart_progress, .arg = &re->apart };
	r = open_backup(ctl, re);
	if (!r)
		r = name_kept(ctl, re);
	if (!r)
		r = apart_run(ctl, &re->apart, restore, NULL);
	if (r == -EBADMSG)	/* found to be, or so much that the child died of it */
		ctl->why = "is damaged";
	return r ? r : report(ctl, re);
}

static int
compact(struct ctl *ctl, struct apart *apart)
{
	struct restoring *re = (struct restoring *)apart;
	int r;

	r = resources_become_service(ctl);
	if (r)
		return r;
	atomic_store(&apart->what, "compacting");
	r = care_compact(ctl->conf, &re->how);
	ctl->about = where_name(ctl->conf);
	explain(ctl, r, "is damaged; 'doorwardctl check' names the faults");
	return r;
}

int
ctl_compact(struct ctl *ctl)
{
	struct restoring *re = apart_new(sizeof *re);
	int r;

	if (!re)
		return -ENOMEM;
	re->how = (struct store_restore){ .now_ms = ctl->now_ms, .progress = apart_progress,
	    .arg = &re->apart };
	r = apart_run(ctl, &re->apart, compact, NULL);
	return r ? r : record_show(ctl, &compact_kind, re);
}
