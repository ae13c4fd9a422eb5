// SPDX-License-Identifier: ISC
/*
 * auth/auth.h - what the functions of auth/ work with: options, store and keys,
 * opened together, once in a process.
 */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "auth/keyring.h"
#include "auth/password.h"
#include "auth/refusal.h"
#include "conf/conf.h"
#include "store/store.h"

struct checks;
struct issued;
struct logins;
struct remembered;
struct setbacks;
struct signing;
struct throttle;
struct used;

/* What auth/survey.c counted last; at_ms: of clock_steady_ms, 0 for never. */
struct surveyed {
	int64_t at_ms;
	uint64_t expired;
	struct store_counts counts;
};

struct auth {
	const struct conf *conf;
	struct store *store;
	struct keyring keys;
	int64_t noted_ms;		/* the last machine_note, by the steady clock */
	uint64_t keys_taken;		/* keys.changes when auth_follow took them over */
	struct password_cost cost;

	struct known_jwts *known_jwts;	/* NULL but in workers */
	int64_t first_use_after_ms;	/* of auth/token_admit.c */
	struct signing *signing;	/* with the keys */
	struct refusal refusal;		/* the last; of auth/refusal.c */

	/* set by auth_open_defences, in workers only; if NULL, nothing is limited or noticed */
	struct throttle *throttle;
	struct checks *checks;
	struct issued *issued;
	struct remembered *remembered;
	struct setbacks *setbacks;
	struct used *used;		/* NULL: uses of tokens are not noted */
	struct logins *logins;		/* NULL: logins are neither told apart nor noted */
	struct surveyed surveyed;
	int refused_fd;			/* of password_refuse_file; 0: it is opened when needed */
};

/*
 * Opens store and keys, after fork.  conf is borrowed and must outlive auth.
 * -errno with a line in the log: no store (-ENOENT), no key file, a key file
 * that others can read (-EPERM), none although there is a store
 * (-ENOKEY), keys sealed by another key (-EKEYREJECTED).
 */
int auth_open(struct auth **auth, const struct conf *conf);

/*
 * The parts of auth_open, for a caller that does one of them as another user
 * (base/privs.h) or does not need the keys.  Root reads the key file, which
 * perhaps only root may read, but opens the store as the user of the service,
 * because that user controls the files of the store.
 */
struct auth *auth_new(const struct conf *conf);		/* NULL: no memory */
int auth_read_key(struct auth *auth);
int auth_open_store(struct auth *auth);
int auth_load_keys(struct auth *auth);			/* after both */

/*
 * Opens what limits logins: throttle, queue and memory of password checks
 * (auth/user_login.h), and what watches the clock.  In workers, after auth_open.
 * -errno, logged.
 */
int auth_open_defences(struct auth *auth);

/* For each request, before all else: the time by which it is served (base/setback.h). */
int64_t auth_now_ms(struct auth *auth);

/*
 * For each request: takes over the keys that were added or dropped since, and forgets
 * what was made with those that were dropped.
 */
int auth_follow(struct auth *auth);

/*
 * Records in the store when tokens were used last, if last_used_precision_s have passed, or
 * at_once.  For workers, after they have answered; what fails is in the log, and tried again.
 */
void auth_record_uses(struct auth *auth, bool at_once, int64_t now_ms);

/* Opens what workers of this machine know of tokens, logins and the clock, if any run. */
void auth_open_beside(struct auth *auth);

/* Opens only the throttle, even if throttle = no. */
int auth_open_throttle(struct auth *auth);

void auth_close(struct auth **auth);

/* Creates store and key file if they are missing.  V_EXISTS: there is a store already. */
int auth_init(const struct conf *conf, int64_t now_ms);

/* Can the store be read now?  -errno, logged: no. */
int auth_try(struct auth *auth);

/* What the store contains.  V_NOT_FOUND: it was never initialized. */
int auth_status(struct auth *auth, struct meta *meta, struct store_counts *counts);

/* The keys as they are stored, oldest first, in mem. */
int auth_keys(struct auth *auth, struct arena *mem, struct key **keys, size_t *count);

/* Upgrades the store to the schema of this version, as store_upgrade does. */
int auth_upgrade(const struct conf *conf, const char *backup, uint64_t *from);

#endif
