// SPDX-License-Identifier: ISC
/* store/lmdb/lmdb_board.c - the file in which processes leave operations for a common commit. */
#include "store/lmdb/lmdb_board.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file_lock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/mdb_call.h"
#include "base/path.h"
#include "base/secret.h"

/* "commits-" and the layout; without one in programs that did not know of layouts. */
#define FILE_NAME	"commits"

/* How often to open a file that another process removes at this moment, and to wait for that. */
#define TRIES		5
#define MOMENTS		20
#define MOMENT_NS	1000000

/* --- the layout ------------------------------------------------------------------- */

static uint64_t
mix(uint64_t layout, const void *bytes, size_t len)
{
	uint8_t sum[CHECKSUM_LEN];

	secret_checksum(sum, &layout, sizeof layout, bytes, len);
	memcpy(&layout, sum, sizeof layout);
	return layout;
}

static uint64_t
mix_numbers(uint64_t layout, const size_t *numbers, size_t count)
{
	return mix(layout, numbers, count * sizeof *numbers);
}

static uint64_t
mix_kind(uint64_t layout, const struct record_kind *kind)
{
	layout = mix(layout, kind->name, strlen(kind->name));
	layout = mix_numbers(layout, (const size_t[]){ kind->size, kind->count }, 2);
	for (size_t i = 0; i < kind->count; i++) {
		const struct field *field = &kind->fields[i];

		layout = mix(layout, field->name, strlen(field->name));
		layout = mix_numbers(layout, (const size_t[]){ field->type, field->offset,
		    field->size }, 3);
	}
	return layout;
}

uint64_t
board_layout(void)
{
	static const struct record_kind *const kinds[] = { &user_kind, &password_kind,
	    &account_kind, &token_kind, &key_kind, &meta_kind, &domain_token_kind, &role_kind };
	static const size_t numbers[] = { STORE_SCHEMA, SLOTS, SLOT_STATES, sizeof(struct slot),
	    offsetof(struct slot, op), offsetof(struct slot, result), offsetof(struct op, u),
	    sizeof(struct op), OP_KINDS, offsetof(struct op_result, u),
	    sizeof(struct op_result) };
	uint64_t layout = mix(0, PACKAGE_VERSION, strlen(PACKAGE_VERSION));

	layout = mix_numbers(layout, numbers, NELEM(numbers));
	for (size_t i = 0; i < NELEM(kinds); i++)
		layout = mix_kind(layout, kinds[i]);
	return layout;
}

/* --- a slot ----------------------------------------------------------------------- */

/* A combiner may be committing it. */
static bool
is_pending(const struct slot *slot)
{
	const int state = atomic_load(&slot->state);

	return state == SLOT_WAITING || state == SLOT_APPLIED || state == SLOT_LEFT;
}

/* What the dead left is freed by a combiner: waiting for one could take as long as a write. */
static int
try_slot(struct share *share, off_t at)
{
	struct slot *slot = &share->board->slots[at];
	int r = is_pending(slot) ? -EAGAIN : file_lock(share->file.fd, F_WRLCK, at, 1);

	if (r)
		return r;
	if (is_pending(slot))
		return file_lock(share->file.fd, F_UNLCK, at, 1) ? -EIO : -EAGAIN;
	atomic_store(&slot->state, SLOT_FREE);
	share->own = slot;
	return 0;
}

static int
take_slot(struct share *share)
{
	unsigned high = atomic_load(&share->board->high), at = 0;
	int r = -EAGAIN;

	for (; at < SLOTS && r == -EAGAIN; at++)
		r = try_slot(share, at);
	while (!r && high < at &&
	    !atomic_compare_exchange_weak(&share->board->high, &high, at))
		continue;
	return r;
}

/* --- the file ------------------------------------------------------------------------- */

static bool
is_removed(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink == 0;
}

/* A process that removes the file has locked all of it, what is behind its end as well. */
static void
let_remove(int fd)
{
	const struct timespec moment = { .tv_nsec = MOMENT_NS };

	for (int i = 0; i < MOMENTS && !file_lock_is_free(fd, BEHIND, 1); i++)
		nanosleep(&moment, NULL);
}

/* Nobody removes a file in which a slot is taken, but it may have been removed before. */
static int
open_file(struct share *share, const char *path)
{
	int r;

	for (int i = 0; i < TRIES; i++) {
		r = shared_open(&share->file, path, sizeof *share->board, sizeof *share->board);
		if (r)
			return r;
		share->board = share->file.at;
		r = take_slot(share);
		if (r == -EAGAIN)
			let_remove(share->file.fd);
		else if (!is_removed(share->file.fd))
			return r;
		shared_close(&share->file);
	}
	return -EAGAIN;
}

/* A process that has a slot holds a lock. */
static void
remove_unused(const char *path)
{
	GUARD(fd_close) int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd >= 0 && file_lock(fd, F_WRLCK, 0, 0) == 0)
		unlink(path);
}

/* Calls remove_one for all those in data_dir but `except`. */
static int
remove_files(const char *data_dir, const char *except, void (*remove_one)(const char *path))
{
	DIR *dir = opendir(data_dir);
	const struct dirent *entry;
	char path[PATH_MAX];

	if (!dir)
		return log_fault(-errno, "store: %s", data_dir);
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, FILE_NAME, strlen(FILE_NAME)) == 0 &&
		    strcmp(entry->d_name, except) != 0 &&
		    path_in(path, data_dir, entry->d_name) == 0)
			remove_one(path);
	}
	closedir(dir);
	return 0;
}

int
board_open(struct share *share, const char *data_dir)
{
	char path[PATH_MAX], name[sizeof FILE_NAME + 20];
	int r;

	snprintf(name, sizeof name, FILE_NAME "-%016" PRIx64, share->layout);
	r = path_in(path, data_dir, name);
	if (!r)
		r = open_file(share, path);
	return r ? r : remove_files(data_dir, name, remove_unused);
}

static void
remove_always(const char *path)
{
	if (unlink(path) != 0)
		log_fault(-errno, "store: %s", path);
}

int
board_forget(const char *data_dir)
{
	return remove_files(data_dir, "", remove_always);
}

/* --- the mark of a batch -------------------------------------------------------------------- */

/* Where the database has the numbers of the last batches; and where it had the only one. */
#define BATCHES_KEY	"batches"
#define FORMER_KEY	"batch"

/* Layouts that write at the same time, and more. */
#define BATCHES		4

struct batch_mark {
	uint64_t layout, number;
};

static MDB_val
batches_key(void)
{
	return (MDB_val){ sizeof BATCHES_KEY - 1, (void *)(uintptr_t)BATCHES_KEY };
}

/* The layout that wrote last comes first. */
static int
read_marks(struct txn *tx, struct batch_mark marks[BATCHES])
{
	const MDB_val key = batches_key();
	struct mdb_copy value = { marks, BATCHES * sizeof *marks, 0 };
	int rc;

	memset(marks, 0, BATCHES * sizeof *marks);
	rc = mdb_read(&tx->db->mdb, tx->mdb, tx->db->dbi[TABLE_META], &key, &value);
	if (!rc && value.len != BATCHES * sizeof *marks)
		memset(marks, 0, BATCHES * sizeof *marks);
	return rc && rc != MDB_NOTFOUND ? txn_fault(tx, rc, "mdb_get") : 0;
}

int
batch_read(struct txn *tx, uint64_t layout, uint64_t *number)
{
	struct batch_mark marks[BATCHES];
	int r = read_marks(tx, marks);

	*number = 0;
	for (size_t i = 0; !r && i < BATCHES; i++) {
		if (marks[i].layout == layout)
			*number = marks[i].number;
	}
	return r;
}

int
batch_write(struct txn *tx, uint64_t layout, uint64_t number)
{
	struct batch_mark marks[BATCHES], now[BATCHES] = { { layout, number } };
	MDB_val key = batches_key(), value = { sizeof now, now };
	size_t count = 1;
	int rc, r = read_marks(tx, marks);

	if (r)
		return r;
	for (size_t i = 0; i < BATCHES && count < BATCHES; i++) {
		if (marks[i].layout != layout)
			now[count++] = marks[i];
	}
	rc = mdb_write(&tx->db->mdb, tx->mdb, tx->db->dbi[TABLE_META], &key, &value, 0);
	tx->dirty = true;
	return rc ? txn_fault(tx, rc, "mdb_put") : 0;
}

static bool
has_key(const struct place *at, const char *key)
{
	return at->len == strlen(key) && memcmp(at->key, key, at->len) == 0;
}

bool
batch_owns(const struct place *at)
{
	return at->table == TABLE_META && (has_key(at, BATCHES_KEY) || has_key(at, FORMER_KEY));
}
