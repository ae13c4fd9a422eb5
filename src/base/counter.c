// SPDX-License-Identifier: ISC
/* base/counter.c - what the service has counted, visible to every process. */
#include "base/counter.h"

#include <errno.h>
#include <limits.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file_lock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/path.h"
#include "base/shared.h"
#include "base/verdict.h"

/* Another layout is another file, so that old and new processes can live side by side. */
#define FILE_NAME "counters.1"

#define NAMES_MAX 3072

/* Counters of one name, at most. */
#define WIDTH_MAX 32

/* The counter of what has none. */
#define MISSED 0

struct name {
	atomic_uint is_whole;		/* all of it can be read, and stays as it is */
	uint32_t kind;
	uint32_t at;			/* its first counter in each row */
	char text[COUNTER_NAME_SIZE];
};

struct file {
	alignas(64) atomic_uint names;	/* how many are taken; a killed process may leave one */
	atomic_uint used;		/* counters that are taken, besides MISSED */
	atomic_uint high;		/* rows below have been in use, if they are there */
	atomic_uchar is_there[COUNTER_ROWS];	/* allocated: else a look at it may kill */
	alignas(64) struct name name[NAMES_MAX];
	alignas(4096) _Atomic uint64_t rows[COUNTER_ROWS][COUNTERS_MAX];
};

static const uint64_t times_us[] = { 50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000,
    100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000 };
static const uint64_t sizes[] = { 1, 2, 4, 8, 16, 32, 64 };

static const struct {
	const uint64_t *bounds;
	size_t count;
} kinds[COUNTER_KINDS] = {
	[COUNTER_TIMES] = { times_us, NELEM(times_us) },
	[COUNTER_SIZES] = { sizes, NELEM(sizes) },
};

_Static_assert(NELEM(times_us) + 2 <= WIDTH_MAX && NELEM(sizes) + 2 <= WIDTH_MAX,
    "no counter is wider");

static struct shared shared = { .fd = -1 };
static struct file *file;		/* NULL: none is open */
static _Atomic uint64_t *own;		/* the row of this process; NULL: it has none */
static unsigned opening;
static unsigned seen;			/* the first names, which were whole at the last look */
static char path[PATH_MAX];

/* Counters in a row: one, or one for each bound, one for what is above, and the sum. */
static size_t
width_of(enum counter_kind kind)
{
	return kinds[kind].count ? kinds[kind].count + 2 : 1;
}

static int
opened(int r)
{
	file = r ? NULL : shared.at;
	opening++;
	return r;
}

static bool
is_printable(const char *text, size_t size)
{
	size_t len = 0;

	while (len < size && text[len] >= ' ' && text[len] < 127)
		len++;
	return len && len < size && !text[len];
}

/*
 * Has another program written it, or a disk that fails?  Each process may raise names and used
 * once beyond their limits (add).
 */
static bool
is_damaged(const struct file *f)
{
	bool damaged = atomic_load(&f->high) > COUNTER_ROWS ||
	    atomic_load(&f->names) > NAMES_MAX + COUNTER_ROWS ||
	    atomic_load(&f->used) > COUNTERS_MAX + COUNTER_ROWS * WIDTH_MAX;

	for (size_t i = 0; i < COUNTER_ROWS; i++)
		damaged |= atomic_load(&f->is_there[i]) > 1;
	for (size_t i = 0; !damaged && i < NAMES_MAX && i < atomic_load(&f->names); i++) {
		const unsigned whole = atomic_load_explicit(&f->name[i].is_whole,
		    memory_order_acquire);

		damaged = whole > 1 || (whole && (!f->name[i].at ||
		    !is_printable(f->name[i].text, sizeof f->name[i].text)));
	}
	return damaged;
}

/* The names come first in the file; a row is allocated with the process that takes it. */
static int
map_file(void)
{
	return shared_open(&shared, path, sizeof(struct file), offsetof(struct file, rows));
}

static int
open_file(bool only_read)
{
	int r = map_file();

	if (!r && is_damaged(shared.at)) {
		if (only_read) {
			shared_close(&shared);
			return opened(log_fault(-EBADMSG, "%s is damaged", path));
		}
		r = shared_discard(&shared, path, "is damaged");
		if (!r)
			r = map_file();
	}
	return opened(r);
}

int
counters_open(const char *run_dir)
{
	int r;

	if (file)
		return 0;
	r = path_in(path, run_dir, FILE_NAME);
	return r ? r : open_file(false);
}

int
counters_find(const char *run_dir)
{
	int r;

	if (file)
		return 0;
	r = path_in(path, run_dir, FILE_NAME);
	if (!r && access(path, F_OK) != 0 && errno == ENOENT)
		return V_NOT_FOUND;
	return r ? r : open_file(true);
}

void
counters_close(void)
{
	own = NULL;
	shared_close(&shared);
	file = NULL;
	opening++;
}

/* --- holding a row -------------------------------------------------------------- */

static void
raise_high(unsigned to)
{
	unsigned high = atomic_load(&file->high);

	while (high < to && !atomic_compare_exchange_weak(&file->high, &high, to))
		;
}

/* That the row is there, which all others read. */
static void
say_own(void)
{
	const size_t at = (size_t)(own - file->rows[0]) / COUNTERS_MAX;

	atomic_store(&file->is_there[at], 1);
	raise_high((unsigned)at + 1);
	seen = 0;
}

static int
claim(size_t at)
{
	int r;

	r = shared_allocate(&shared, offsetof(struct file, rows) + at * sizeof file->rows[0],
	    sizeof file->rows[0]);
	if (r)
		return r;
	own = file->rows[at];
	say_own();
	return 0;
}

/* A lock of the open file that fork gave us would be our parent's as well. */
int
counters_join(void)
{
	int r;

	if (!*path)
		return 0;
	own = NULL;
	r = opened(shared_reopen(&shared, path, sizeof(struct file), offsetof(struct file, rows)));
	if (!r)
		r = file_lock_first(shared.fd, COUNTER_ROWS);
	if (r < 0)
		return log_fault(r, "a row of counters");
	return claim((size_t)r);
}

/* --- names ---------------------------------------------------------------------- */

static size_t
names_count(void)
{
	unsigned count = atomic_load(&file->names);

	return count < NAMES_MAX ? count : NAMES_MAX;
}

/* A program that knows more kinds may have written it. */
static bool
is_readable(const struct name *name)
{
	return atomic_load_explicit(&name->is_whole, memory_order_acquire) &&
	    name->kind < COUNTER_KINDS &&
	    name->at + width_of((enum counter_kind)name->kind) <= COUNTERS_MAX;
}

static uint32_t
find(const char *text, enum counter_kind kind)
{
	for (size_t i = 0; i < names_count(); i++) {
		const struct name *name = &file->name[i];

		if (is_readable(name) && name->kind == kind && strcmp(name->text, text) == 0)
			return name->at;
	}
	return MISSED;
}

/*
 * Without a lock, which a process that was stopped could keep.  Two that add a name at the
 * same moment both have one, and those who read add them up.
 */
static uint32_t
add(const char *text, enum counter_kind kind)
{
	const unsigned width = (unsigned)width_of(kind);
	unsigned i, at;

	if (strlen(text) >= COUNTER_NAME_SIZE || names_count() == NAMES_MAX ||
	    atomic_load(&file->used) + width >= COUNTERS_MAX)
		return MISSED;
	i = atomic_fetch_add(&file->names, 1);
	at = atomic_fetch_add(&file->used, width) + 1;
	if (i >= NAMES_MAX || at + width > COUNTERS_MAX)
		return MISSED;
	strcpy(file->name[i].text, text);
	file->name[i].kind = kind;
	file->name[i].at = at;
	atomic_store_explicit(&file->name[i].is_whole, 1, memory_order_release);
	return at;
}

static bool
is_whole(unsigned at)
{
	return atomic_load_explicit(&file->name[at].is_whole, memory_order_acquire);
}

void
counters_look(void)
{
	const unsigned count = own ? (unsigned)names_count() : 0;

	if (own && (count < seen || (seen && !is_whole(seen - 1)))) {
		say_own();
		opening++;
	}
	while (seen < count && is_whole(seen))
		seen++;
}

uint32_t
counter_place(const char *name, enum counter_kind kind)
{
	uint32_t at;

	if (!own)
		return MISSED;
	at = find(name, kind);
	return at == MISSED ? add(name, kind) : at;
}

unsigned
counters_opening(void)
{
	return opening;
}

static uint32_t
place_of(struct counter *counter)
{
	if (counter->of != opening) {
		counter->at = counter_place(counter->name, counter->kind);
		counter->of = opening;
	}
	return counter->at;
}

/* --- counting ------------------------------------------------------------------- */

/* The row has one writer: a store is enough, and no other core waits for it. */
void
counter_add_at(uint32_t place, uint64_t by)
{
	if (own)
		atomic_store_explicit(&own[place],
		    atomic_load_explicit(&own[place], memory_order_relaxed) + by,
		    memory_order_relaxed);
}

void
counter_measure_at(uint32_t place, enum counter_kind kind, uint64_t value)
{
	size_t at = 0;

	if (place == MISSED) {
		counter_add_at(MISSED, 1);
		return;
	}
	while (at < kinds[kind].count && value > kinds[kind].bounds[at])
		at++;
	counter_add_at(place + (uint32_t)at, 1);
	counter_add_at(place + (uint32_t)kinds[kind].count + 1, value);
}

void
counter_add(struct counter *counter, uint64_t by)
{
	if (own)
		counter_add_at(place_of(counter), by);
}

void
counter_measure(struct counter *counter, uint64_t value)
{
	if (own)
		counter_measure_at(place_of(counter), counter->kind, value);
}

/* --- reading -------------------------------------------------------------------- */

const uint64_t *
counter_bounds(enum counter_kind kind, size_t *count)
{
	*count = kinds[kind].count;
	return kinds[kind].bounds;
}

static uint64_t
sum_of(size_t at)
{
	size_t high = atomic_load(&file->high);
	uint64_t sum = 0;

	for (size_t i = 0; i < high && i < COUNTER_ROWS; i++)
		sum += atomic_load(&file->is_there[i]) ?
		    atomic_load_explicit(&file->rows[i][at], memory_order_relaxed) : 0;
	return sum;
}

static int
by_name(const void *a, const void *b)
{
	const struct counted *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order ? order : (int)left->kind - (int)right->kind;
}

static bool
take_name(struct arena *mem, const struct name *name, struct counted *out)
{
	size_t width = width_of((enum counter_kind)name->kind);
	uint64_t *values = arena_alloc(mem, width * sizeof *values);

	for (size_t i = 0; values && i < width; i++)
		values[i] = sum_of(name->at + i);
	*out = (struct counted){ name->text, (enum counter_kind)name->kind, values };
	return values;
}

/* The same name twice becomes one. */
static size_t
merge(struct counted *list, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (!kept || by_name(&list[kept - 1], &list[i]) != 0) {
			list[kept++] = list[i];
			continue;
		}
		for (size_t k = 0; k < width_of(list[i].kind); k++)
			list[kept - 1].values[k] += list[i].values[k];
	}
	return kept;
}

int
counters_list(struct arena *mem, struct counted **out, size_t *count)
{
	const size_t names = file ? names_count() : 0;
	struct counted *list;
	size_t n = 0;

	list = arena_alloc(mem, (names + 1) * sizeof *list);
	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < names; i++) {
		if (!is_readable(&file->name[i]))
			continue;
		if (!take_name(mem, &file->name[i], &list[n++]))
			return -ENOMEM;
	}
	qsort(list, n, sizeof *list, by_name);
	*out = list;
	*count = merge(list, n);
	return 0;
}

uint64_t
counter_total(const char *name)
{
	uint64_t total = 0;

	for (size_t i = 0; file && i < names_count(); i++) {
		if (is_readable(&file->name[i]) && file->name[i].kind == COUNTER_SUM &&
		    strcmp(file->name[i].text, name) == 0)
			total += sum_of(file->name[i].at);
	}
	return total;
}

uint64_t
counters_missed(void)
{
	return file ? sum_of(MISSED) : 0;
}

bool
counters_are_kept(void)
{
	return own || !*path;
}
