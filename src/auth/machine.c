// SPDX-License-Identifier: ISC
/* auth/machine.c - the machines whose services share a store, and whether their keys do. */
#include "auth/machine.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/store_care.h"

#define FORGET_MS (7 * INT64_C(86400000))

/* Several services on one host differ in run_dir. */
static void
name_this(const struct conf *conf, char name[MACHINE_NAME_SIZE])
{
	char host[HOST_NAME_MAX + 1] = "";

	if (gethostname(host, sizeof host) != 0)
		host[0] = '\0';
	host[HOST_NAME_MAX] = '\0';
	snprintf(name, MACHINE_NAME_SIZE, "%s:%s", host, conf->run_dir);
}

void
machine_note(struct store *st, const struct keyring *ring, const struct conf *conf)
{
	const int64_t now_ms = clock_now_ms();
	struct machine machine = { .schema = STORE_SCHEMA, .seen_ms = now_ms };

	name_this(conf, machine.name);
	text_copy(machine.version, sizeof machine.version, PACKAGE_VERSION);
	if (ring->master_count > 0)
		memcpy(machine.key, ring->masters[0].id, sizeof machine.key);
	if (ring->master_count > 1)
		memcpy(machine.former, ring->masters[1].id, sizeof machine.former);
	store_machine_note(st, &machine, now_ms - FORGET_MS);
}

static bool
unseals_all(const struct machine *machine, const struct key *keys, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!keys[i].retired_ms && strcmp(keys[i].sealed_by, machine->key) != 0 &&
		    strcmp(keys[i].sealed_by, machine->former) != 0)
			return false;
	}
	return true;
}

int
machine_list(struct store *st, struct arena *mem, struct machine_view **views, size_t *count)
{
	struct machine *machines = NULL;
	struct machine_view *found;
	size_t key_count, n;
	struct key *keys;
	int r;

	r = store_machines(st, mem, &machines, &n);
	if (!r)
		r = store_keys(st, mem, &keys, &key_count);
	if (r)
		return r;
	found = arena_alloc(mem, (n + 1) * sizeof *found);
	if (!found)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		found[i].machine = machines[i];
		found[i].same_key = unseals_all(&machines[i], keys, key_count);
	}
	*views = found;
	*count = n;
	return 0;
}
