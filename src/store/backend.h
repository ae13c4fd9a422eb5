// SPDX-License-Identifier: ISC
/*
 * store/backend.h - what a back end must implement.  For back ends and store*.c;
 * other code includes store/store.h, which has the contracts.
 *
 * The functions of store.h have checked limits and empty names: a list asks
 * for at most STORE_LIST_MAX, and a name that is looked up is not "".
 */
#ifndef STORE_BACKEND_H
#define STORE_BACKEND_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/op.h"
#include "store/record.h"

/*
 * A commit takes milliseconds: one that takes so long waits for a lock or a disk that hangs.
 * Then half of the workers are left for reads, which wait for no writer.  -EAGAIN: its client
 * may come back.
 */
#define STORE_STALL_MS	1000

/* So long a write waits for others in any case. */
#define STORE_WAIT_MS	10000

struct store_check;
struct store_state;

/* Of store_expect_account; a back end that reads accounts ahead goes from the 2nd to the 3rd. */
enum account_ahead { AHEAD_NOT, AHEAD_EXPECTED, AHEAD_READ };

struct store {
	const struct store_ops *ops;
	enum account_ahead account_ahead;
	uint64_t keys;			/* of store_expect_keys */
	bool looks;			/* of store_look_again */
	struct uuid keeper;		/* of store_keep_admin */
};

struct store_ops {
	const char *name;
	void (*close)(struct store *);
	int (*submit)(struct store *, const struct op *, struct op_result *);
	/* other processes write too: their writes may be committed together; may be NULL */
	void (*share)(struct store *);
	/* all of them in one atomic step; else none, and the result of the first that fails */
	int (*submit_all)(struct store *, const struct op *, size_t count);
	/*
	 * The same, but only of the first *done, so that other writes need not wait for long.
	 * Of the next a part may be done too: it is submitted again, even if *done is 0.
	 * *dropped: tokens that were live.
	 */
	int (*submit_some)(struct store *, const struct op *, size_t count, size_t *done,
	    uint64_t *dropped);

	int (*meta_get)(struct store *, struct meta *);
	int (*counts)(struct store *, struct store_counts *);
	int (*keys)(struct store *, struct arena *, struct key **, size_t *);
	int (*key_changes)(struct store *, uint64_t *);

	int (*user_get)(struct store *, const struct uuid *, struct user *);
	int (*user_find)(struct store *, enum identity_kind, const char *, struct user *);
	int (*user_list)(struct store *, struct arena *, const struct uuid *after, size_t limit,
	    struct user **, size_t *);
	int (*password_get)(struct store *, const struct uuid *, struct password *);

	int (*account_get)(struct store *, const struct uuid *, struct account *);
	int (*account_find)(struct store *, const char *, struct account *);
	int (*account_list)(struct store *, struct arena *, const struct uuid *after, size_t limit,
	    struct account **, size_t *);

	int (*token_find)(struct store *, enum token_use, const uint8_t[DIGEST_LEN], int64_t,
	    struct token *);
	/* NULL: by token_find and user_get */
	int (*token_find_user)(struct store *, const uint8_t[DIGEST_LEN], int64_t, struct token *,
	    struct user *);
	int (*token_get)(struct store *, enum token_use, const struct uuid *, int64_t,
	    struct token *);
	/* NULL: by token_get and user_get */
	int (*token_get_user)(struct store *, const struct uuid *, int64_t, struct token *,
	    struct user *);
	int (*token_list)(struct store *, struct arena *, enum token_use, const struct uuid *user,
	    const struct uuid *after, size_t limit, int64_t now_ms, struct token **, size_t *);

	int (*domain_token_get)(struct store *, const char *domain, const struct uuid *,
	    struct domain_token *);
	int (*domain_token_list)(struct store *, struct arena *, const char *domain,
	    const struct uuid *after, size_t limit, int64_t now_ms, struct domain_token **,
	    size_t *);
	int (*role_get)(struct store *, const char *, struct role *);
	int (*role_list)(struct store *, struct arena *, struct role **, size_t *);

	/* store/store_care.h; NULL: -EOPNOTSUPP */
	int (*check)(struct store *, struct store_check *);
	int (*copy)(struct store *, int fd);
	int (*snapshot)(struct store *, bool begins);
	int (*forget)(struct store *);
	int (*copy_bytes)(struct store *, uint64_t *);
	int (*state)(struct store *, int64_t now_ms, struct store_state *);
	/* NULL: there is one machine, or none that needs a note */
	void (*machine_note)(struct store *, const struct machine *, int64_t drop_before_ms);
	int (*machines)(struct store *, struct arena *, struct machine **, size_t *);
};

/* Submits an operation, unless writes stall: then -EAGAIN, logged. */
int store_submit(struct store *st, const struct op *op, struct op_result *result);

/* The same, without a further result; and of one that drops tokens, how many there were. */
int store_submit_plain(struct store *st, const struct op *op);
int store_submit_count(struct store *st, const struct op *op, uint64_t *count);

#endif
