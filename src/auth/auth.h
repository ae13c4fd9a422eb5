// SPDX-License-Identifier: ISC
/*
 * auth/auth.h - what the domain works with: options, store and keys, opened
 * together, one of each in a process.
 */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "auth/keyring.h"
#include "auth/password.h"
#include "conf/conf.h"
#include "store/store.h"

struct checks;
struct issued;
struct remembered;
struct throttle;

struct auth {
	const struct conf *conf;
	struct store *store;
	struct keyring keys;
	struct password_cost cost;

	/* a worker's, from auth_open_defences on; without them nothing holds a login up */
	struct throttle *throttle;
	struct checks *checks;
	struct issued *issued;
	struct remembered *remembered;
};

/*
 * Opens store and keys, after fork.  conf is borrowed and must outlive auth.
 * -errno with a line in the log: no store (-ENOENT), no key file, a key file
 * that others can read (-EPERM), keys sealed by another key (-EKEYREJECTED).
 */
int auth_open(struct auth **auth, const struct conf *conf);

/*
 * The two halves of auth_open.  Root reads the key file, which perhaps only it
 * may read, and opens the store as the user of the service (base/privs.h): that
 * user decides what the files of the store are.
 */
int auth_read_key(struct auth **auth, const struct conf *conf);
int auth_open_store(struct auth *auth);

/*
 * Opens what is between the world and a login: throttle, bounds and memory of
 * password checks (auth/user_login.h).  In workers, after auth_open.  -errno,
 * logged.
 */
int auth_open_defences(struct auth *auth);

/* Opens the throttle alone, also where throttle = no. */
int auth_open_throttle(struct auth *auth);

void auth_close(struct auth **auth);

/* Makes store and key file where there are none.  V_EXISTS: there is a store already. */
int auth_init(const struct conf *conf, int64_t now_ms);

#endif
