// SPDX-License-Identifier: ISC
/*
 * tests/fuzz/backup_fuzz.c - what doorwardctl restore reads: a whole file, or a good backup
 * that was changed.
 *
 * The first byte has the options; the second says what follows: f, a file; c, changes, each
 * a letter with its operands, up to the end or a letter that is none:
 *
 *	w OFFSET(3) LENGTH(1) BYTES	writes over bytes of the file
 *	x OFFSET(3)			cuts it off there
 *	e TABLE(1) RECORD(1) OFFSET(1) LENGTH(1) BYTES	writes over the value of a record, and
 *					gives it a sound checksum
 *	k the same of its key
 *	d TABLE(1) RECORD(1)		drops it
 *
 * Random bytes are the same in each run, so that inputs find the same backup.  LMDB trusts
 * its pages, so the command reads them in a child process, which may crash in LMDB, but not
 * by a finding of a sanitizer.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/domain_token.h"
#include "auth/where.h"
#include "base/descriptors.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/ctl.h"
#include "child.h"
#include "fuzz.h"
#include "service/box.h"
#include "service/random.h"
#include "store/lmdb/codec.h"
#include "store/lmdb/lmdb_place.h"
#include "store/store_care.h"
#include "store_at.h"

#define FILE_MAX	((size_t)1 << 22)
#define MAP_BYTES	((size_t)1 << 24)

static char dir[128], data[160], made[160];	/* the database, and where a backup is changed */
static struct { uint8_t bytes[FILE_MAX]; size_t len; } good, backup;
static struct conf *conf;

/* --- a good backup --------------------------------------------------------------------- */

static void
read_file(const char *path, uint8_t *bytes, size_t *len)
{
	GUARD(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	HOLDS(fd >= 0);
	got = read(fd, bytes, FILE_MAX);
	HOLDS(got >= 0);
	*len = (size_t)got;
}

static void
write_file(const char *path, const uint8_t *bytes, size_t len)
{
	GUARD(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	HOLDS(fd >= 0 && descriptors_write(fd, bytes, len) == 0);
}

static void
add_records(struct box *my)
{
	struct account account = { .id = uuid_new(), .created_ms = NOW_MS, .name = "Acme" };
	struct domain_token domain_token = { .id = uuid_new(), .domain = "example.org",
	    .role = "user", .created_by = "root", .created_ms = NOW_MS,
	    .expires_ms = NOW_MS + DAY, .enabled = true };
	struct role role = { .name = "operator", .modified_ms = NOW_MS, .acl = "{}" };
	struct user alice = box_alice(my);
	struct store *st = my->auth->store;

	box_names_make(my);
	alice.account = account.id;
	HOLDS(store_account_add(st, &account) == 0);
	HOLDS(store_user_set(st, &alice, field_bit(&user_kind, "account"), NOW_MS, &alice) == 0);
	HOLDS(store_domain_token_add(st, &domain_token, 10, NOW_MS) == 0);
	HOLDS(store_role_set(st, &role) == 0);
}

static void
make_good(void)
{
	GUARD(fd_close) int fd = -1;
	char path[256];
	struct box my;

	snprintf(path, sizeof path, "%s/good", dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	box_open(&my, data);
	add_records(&my);
	HOLDS(fd >= 0 && store_copy(my.auth->store, fd) == 0);
	box_close(&my);
	read_file(path, good.bytes, &good.len);
	unlink(path);
}

static void
clean(void)
{
	static const char *const files[] = { "lock.mdb", "lock.ns", "last-commit", "data.mdb" };
	char path[256];

	for (size_t i = 0; i < NELEM(files); i++) {
		snprintf(path, sizeof path, "%s/draft/%s", data, files[i]);
		unlink(path);
		snprintf(path, sizeof path, "%s/%s", data, files[i]);
		unlink(path);
	}
	snprintf(path, sizeof path, "%s/replaced-20231114T221320.000Z.mdb", data);
	unlink(path);
	snprintf(path, sizeof path, "%s/draft", data);
	board_forget(path);
	rmdir(path);
	board_forget(data);
}

static void
finish(void)
{
	char path[256];

	clean();
	snprintf(path, sizeof path, "%s/master.key", data);
	unlink(path);
	rmdir(data);
	rmdir(made);
	snprintf(path, sizeof path, "%s/backup", dir);
	unlink(path);
	rmdir(dir);
}

static void
prepare(void)
{
	const char *parent = getenv("TMPDIR");

	random_repeat(0);
	HOLDS(secret_init() == 0 && log_open("/dev/null", LOG_LEVEL_INFO) == 0);
	HOLDS((size_t)snprintf(dir, sizeof dir, "%s/backup.XXXXXX", parent ? parent : "/tmp") <
	    sizeof dir);
	HOLDS(mkdtemp(dir));
	snprintf(data, sizeof data, "%s/data", dir);
	snprintf(made, sizeof made, "%s/made", dir);
	HOLDS(mkdir(data, 0700) == 0 && mkdir(made, 0700) == 0);
	make_good();
	conf = box_conf(data);
	conf->user = "";
	atexit(finish);
	child_follow();
}

/* --- changes ----------------------------------------------------------------------------- */

struct input { const uint8_t *at, *end; };

static size_t
take_number(struct input *in, size_t bytes)
{
	size_t number = 0;

	for (; bytes && in->at < in->end; bytes--)
		number = number << 8 | *in->at++;
	return number;
}

/* As many bytes as there are, at most so many. */
static const uint8_t *
take_bytes(struct input *in, size_t *len)
{
	const uint8_t *bytes = in->at;

	*len = take_number(in, 1);
	bytes = in->at;
	if (*len > (size_t)(in->end - bytes))
		*len = (size_t)(in->end - bytes);
	in->at += *len;
	return bytes;
}

/* Into at, of len bytes and room for size: more of it if need be, and of zeros. */
static void
overwrite(uint8_t *at, size_t *len, size_t size, struct input *in)
{
	const size_t offset = take_number(in, 1);
	size_t more;
	const uint8_t *bytes = take_bytes(in, &more);

	if (offset + more > size)
		return;
	if (offset > *len)
		memset(at + *len, 0, offset - *len);
	if (more)
		memcpy(at + offset, bytes, more);
	if (offset + more > *len)
		*len = offset + more;
}

static void
put_record(struct txn *tx, MDB_dbi dbi, MDB_cursor *cursor, uint8_t letter, struct input *in)
{
	static uint8_t key[PLACE_KEY_MAX + 1], val[CODEC_SIZE_MAX];
	MDB_val key_is, val_is;
	size_t key_len, len;

	HOLDS(mdb_cursor_get(cursor, &key_is, &val_is, MDB_GET_CURRENT) == 0);
	if (val_is.mv_size < CHECKSUM_LEN || key_is.mv_size > sizeof key)
		return;
	key_len = key_is.mv_size;
	len = val_is.mv_size - CHECKSUM_LEN;
	memcpy(key, key_is.mv_data, key_len);
	memcpy(val, val_is.mv_data, len);
	HOLDS(letter == 'e' || mdb_cursor_del(cursor, 0) == 0);
	if (letter == 'd')
		return;
	if (letter == 'e')
		overwrite(val, &len, sizeof val - CHECKSUM_LEN, in);
	else
		overwrite(key, &key_len, sizeof key, in);
	secret_checksum(val + len, key, key_len, val, len);
	key_is = (MDB_val){ key_len, key };
	val_is = (MDB_val){ len + CHECKSUM_LEN, val };
	HOLDS(mdb_put(tx->mdb, dbi, &key_is, &val_is, 0) == 0);
}

/* One of the records that the backup has, whatever it is then. */
static void
change_record(struct txn *tx, uint8_t letter, struct input *in)
{
	const enum table table = (enum table)(take_number(in, 1) % TABLES);
	size_t record = take_number(in, 1);
	MDB_cursor *cursor;
	MDB_val key, val;
	int rc;

	HOLDS(mdb_cursor_open(tx->mdb, tx->db->dbi[table], &cursor) == 0);
	do {
		rc = mdb_cursor_get(cursor, &key, &val, MDB_NEXT);
	} while (!rc && record--);
	if (!rc)
		put_record(tx, tx->db->dbi[table], cursor, letter, in);
	mdb_cursor_close(cursor);
	tx->dirty = true;
}

static void
change_records(struct input *in)
{
	GUARD(store_close) struct store *st = NULL;
	struct txn tx = { 0 };
	char path[256];

	snprintf(path, sizeof path, "%s/data.mdb", made);
	write_file(path, good.bytes, good.len);
	HOLDS(open_lmdb(&st, made, MAP_BYTES, STORE_USE) == 0);
	HOLDS(txn_begin((struct lmdb *)st, 0, &tx) == 0);
	while (in->at < in->end && strchr("ekd", *in->at) && *in->at)
		change_record(&tx, *in->at++, in);
	HOLDS(txn_commit(&tx) == 0);
	store_close(&st);
	read_file(path, backup.bytes, &backup.len);
	remove_lmdb(made);
	HOLDS(mkdir(made, 0700) == 0);
}

static void
change_bytes(struct input *in)
{
	const uint8_t *bytes;
	size_t offset, len;
	uint8_t letter;

	while (in->at < in->end) {
		letter = *in->at++;
		offset = take_number(in, 3);
		if (letter == 'x' && offset < backup.len)
			backup.len = offset;
		if (letter == 'x')
			continue;
		bytes = take_bytes(in, &len);
		if (letter != 'w' || offset + len > backup.len)
			return;
		if (len)
			memcpy(backup.bytes + offset, bytes, len);
	}
}

/* Changes of records come first: LMDB makes them, in a good file. */
static void
make_backup(struct input *in)
{
	if (take_number(in, 1) == 'f') {
		backup.len = (size_t)(in->end - in->at);
		if (backup.len)
			memcpy(backup.bytes, in->at, backup.len);
		return;
	}
	if (in->at < in->end && *in->at != 'w' && *in->at != 'x') {
		change_records(in);
	} else {
		memcpy(backup.bytes, good.bytes, good.len);
		backup.len = good.len;
	}
	change_bytes(in);
}

/* --- what must hold ------------------------------------------------------------------------ */

static int
ignore(void *arg, const struct store_finding *finding)
{
	(void)arg, (void)finding;
	return 0;
}

/* The database can be read to its end, in this very process. */
static void
check_restored(bool is_whole)
{
	const struct store_where where = where_store(conf);
	struct store_check check = { .now_ms = NOW_MS, .found = ignore };
	GUARD(store_close) struct store *st = NULL;
	int r;

	r = store_open(&st, &where, STORE_USE);
	if (!r)
		r = store_check(st, &check);
	HOLDS(!is_whole || (r == 0 && !check.faults));
	HOLDS(r <= 0);
}

/* The former database is as it was. */
static void
check_former(void)
{
	static uint8_t now[FILE_MAX];
	char path[256];
	size_t len;

	snprintf(path, sizeof path, "%s/data.mdb", data);
	read_file(path, now, &len);
	HOLDS(len == good.len && memcmp(now, good.bytes, len) == 0);
}

static void
restore(const char *path, unsigned flags)
{
	char *operands[] = { (char *)path, NULL };
	struct given given[] = {
		{ .argument = { "json", NULL, "" }, .value = flags & 1 ? "" : NULL },
		{ .argument = { "keep-sessions", NULL, "" }, .value = flags & 2 ? "" : NULL },
		{ .argument = { "drop-tokens", NULL, "" }, .value = flags & 4 ? "" : NULL },
	};
	struct ctl ctl = { .conf = conf, .now_ms = NOW_MS, .given = given,
	    .given_count = NELEM(given), .operands = operands };
	const int out = dup(STDOUT_FILENO), null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	bool is_done;
	int r;

	dup2(null, STDOUT_FILENO);
	r = ctl_restore(&ctl);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(null);
	close(out);
	if (getenv("FUZZ_SHOW"))
		fprintf(stderr, "%d: %s: %s\n", r, ctl.about ? ctl.about : "-",
		    ctl.why ? ctl.why : "-");
	HOLDS(r <= 0);
	HOLDS(ctl.about && (!r || ctl.why));
	is_done = !r || strncmp(ctl.why, "restored", 8) == 0;
	HOLDS(is_done || r != -EBADMSG || strcmp(ctl.why, "is damaged") == 0);
	if (is_done)
		check_restored(!r || r == -EKEYREJECTED);
	else
		check_former();
	arena_free(&ctl.mem);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct input in = { bytes, bytes + len };
	const unsigned flags = (unsigned)take_number(&in, 1);
	char path[256];

	if (!conf)
		prepare();
	random_repeat(UINT32_MAX);
	make_backup(&in);
	snprintf(path, sizeof path, "%s/data.mdb", data);
	write_file(path, good.bytes, good.len);
	snprintf(path, sizeof path, "%s/backup", dir);
	write_file(path, backup.bytes, backup.len);
	restore(path, flags);
	clean();
	child_reached();
	return 0;
}
