// SPDX-License-Identifier: ISC
/*
 * auth/login_seen.h - the logins that are in use on this machine: since when, and when and
 * from where they were seen last; so that a request does not write to the store.
 *
 * A file in run_dir (base/shared.h) has LOGINS_MAX logins of JWTs and Webitel sessions,
 * written without locks.  What two write at the same moment is lost, and so is what has to
 * make room; a login is there again with its next use.
 */
#ifndef AUTH_LOGIN_SEEN_H
#define AUTH_LOGIN_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/record.h"

#define LOGINS_MAX 16384

/* Of a user agent, so many bytes are kept. */
#define LOGIN_AGENT_LEN 120

/* A use within this time of the one that is noted is not noted. */
#define LOGIN_STEP_MS 1000

enum login_kind { LOGIN_BY_JWT, LOGIN_BY_SESSION };

struct login_seen {
	struct uuid id, user;
	enum login_kind kind;
	uint64_t gen;			/* of the user */
	uint64_t client;		/* tells clients apart; 0: not known */
	int64_t began_s, until_s;	/* until: when its last JWT expires */
	int64_t seen_ms;
	char ip[TOKEN_IP_SIZE];		/* "": not known */
	char agent[LOGIN_AGENT_LEN + 1];	/* likewise */
};

struct logins;

/* Opens the file in run_dir, or creates it.  -errno, logged. */
int logins_open(struct logins **logins, const char *run_dir);

/* The same for a reader that does without it; *logins is NULL if there is none. */
void logins_open_if_there(struct logins **logins, const char *run_dir);
void logins_close(struct logins **logins);

/*
 * Notes a use.  What is known of its beginning and client stays, and until_s grows.
 * logins may be NULL here and below.
 */
void logins_note(struct logins *logins, const struct login_seen *use);

/*
 * The login of a JWT that this client of the user has begun, and that has not expired at
 * now_s.  Its id must begin with place, as those of the client do (auth/login.c).
 */
bool logins_of_client(const struct logins *logins, const struct login_seen *like,
    int64_t now_s, struct login_seen *found);

/* The login of that id and kind. */
bool logins_find(const struct logins *logins, const struct uuid *id, enum login_kind kind,
    struct login_seen *found);

/* Those of JWTs of a user and generation that have not expired; in mem.  -ENOMEM. */
int logins_list(const struct logins *logins, struct arena *mem, const struct user *user,
    int64_t now_s, struct login_seen **list, size_t *count);

/* Forgets it. */
void logins_drop(struct logins *logins, const struct uuid *id);

#endif
