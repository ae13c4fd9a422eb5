// SPDX-License-Identifier: ISC
/* ctl/ctl_migrate.c - doorwardctl migrate: the database, moved to where another file says. */
#include <errno.h>
#include <string.h>

#include "auth/care_shared.h"
#include "auth/where.h"
#include "base/guard.h"
#include "base/verdict.h"
#include "ctl/apart.h"
#include "ctl/arguments.h"
#include "ctl/record_show.h"
#include "ctl/resources.h"

/* The result, and what both processes share. */
struct migrating {
	struct apart apart;		/* first */
	struct store_move how;
};

#define FIELD(name) \
	{ #name, FIELD_NUMBER, offsetof(struct migrating, how.name), sizeof(uint64_t) }

static const struct field fields[] = {
	FIELD(users), FIELD(accounts), FIELD(tokens), FIELD(sessions), FIELD(domain_tokens),
	FIELD(roles), FIELD(keys), FIELD(written), FIELD(differ),
};

static const struct record_kind migrate_kind = { "migrate", 0, sizeof(struct migrating), fields,
    NELEM(fields) };

static int
load_target(struct ctl *ctl, struct conf **to)
{
	struct text errors;
	const char *lines;
	int r;

	text_init(&errors, &ctl->mem);
	ctl->about = arguments_value(ctl, "to");
	r = conf_load(to, ctl->about, &errors);
	if (r == V_INVALID) {
		ctl->why = text_done(&errors, &lines, NULL) == 0 ? lines : NULL;
		return -EINVAL;
	}
	return r;
}

static bool
is_same_place(const struct conf *a, const struct conf *b)
{
	return strcmp(a->store, b->store) == 0 && strcmp(where_name(a), where_name(b)) == 0 &&
	    !where_is_shared(a);
}

/* Does the key file of this configuration unseal the database that is moved? */
static bool
has_own_key(struct ctl *ctl)
{
	return auth_read_key(ctl->auth) == 0 &&
	    keyring_load(&ctl->auth->keys, ctl->auth->store) == 0;
}

/* In a child process, which becomes the user of the service. */
static int
migrate(struct ctl *ctl, struct apart *apart)
{
	struct migrating *m = (struct migrating *)apart;
	GUARD(conf_drop) struct conf *to = NULL;
	int r;

	r = load_target(ctl, &to);
	if (!r && is_same_place(ctl->conf, to)) {
		ctl->why = "names the same database";
		return V_INVALID;
	}
	if (!r)
		r = resources_open(ctl, NEED_STORE);
	if (r)
		return r;
	atomic_store(&apart->what, "moving");
	r = care_migrate(ctl->auth, to, &m->how);
	ctl->about = arguments_value(ctl, "to");
	if (r == V_EXISTS)
		ctl->why = "the database that it names is another one, and not empty";
	if (r == -EKEYREJECTED)
		ctl->why = has_own_key(ctl) ? "its key_file is another one; copy the one of this "
		    "configuration" : "neither its key_file nor that of this configuration is the "
		    "key file of the database";
	return r;
}

int
ctl_migrate(struct ctl *ctl)
{
	struct migrating *m = apart_new(sizeof *m);
	int r;

	if (!arguments_value(ctl, "to"))
		return arguments_refuse(ctl, "--to is needed: the file of the other configuration");
	if (!m)
		return -ENOMEM;
	m->how = (struct store_move){ .progress = apart_progress, .arg = &m->apart };
	r = apart_run(ctl, &m->apart, migrate, NULL);
	if (r)
		return r;
	r = record_show(ctl, &migrate_kind, m);
	if (r || !m->how.differ)
		return r;
	ctl->why = "the database was written to meanwhile; run it again, at last with the service "
	    "stopped";
	return -EBUSY;
}
