// SPDX-License-Identifier: ISC
/*
 * ctl/ctl.h - one run of doorwardctl: the command, its arguments, and what it
 * has opened.
 *
 * A command is a row of commands[] in doorwardctl.c and a function declared
 * below.  It returns 0, a verdict or a negative errno, which ctl/ending.h turns
 * into the message and the exit code.  Before it returns a verdict it may set
 * about (what was refused) and why (the reason).
 */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/auth.h"
#include "base/arena.h"
#include "conf/conf.h"

struct ctl;

/* An option, as --help shows it. */
struct argument {
	const char *name;		/* without the dashes */
	const char *takes;		/* the name of its value; NULL: it has none */
	const char *meaning;
};

/*
 * What must be open when a command starts; each includes the ones before it.
 * The store without the keys is open where a lost key file must not matter.
 * NEED_TAKING: it is said, but what takes rights away goes on, and shows from whom.
 */
enum need { NEED_NOTHING, NEED_CONF, NEED_STORE, NEED_TAKING, NEED_AUTH };

struct command {
	const char *path;		/* "user add": its words */
	/* "EMAIL"; "[UUID]" is optional, "FILE..." several, "--to CONFIG" a needed option */
	const char *operands;
	const struct argument *arguments;	/* ends with a row without a name */
	const struct record_kind *kind;	/* its fields are options too; NULL: none */
	const char *named;		/* the field that is the operand instead of an option */
	enum need need;
	int (*run)(struct ctl *);
	const char *summary;
	const char *example;		/* what follows "doorwardctl" */
};

/* An option the command has, and whether it was given. */
struct given {
	struct argument argument;
	const struct field *field;	/* NULL: not one of a record */
	const char *value;		/* NULL: not given; "" for one without a value */
};

struct ctl {
	const struct command *command;	/* NULL until it is known */
	const char *config_path;
	struct conf *conf;
	struct auth *auth;
	bool by_root;			/* root started us, even if we have become another user */
	struct arena mem;		/* lasts for the run */
	int64_t now_ms;
	struct given *given;
	size_t given_count;
	char **operands;		/* ends with NULL */
	const char *about, *why;
};

/* The commands. */
int ctl_account_add(struct ctl *ctl);
int ctl_account_delete(struct ctl *ctl);
int ctl_account_list(struct ctl *ctl);
int ctl_account_set(struct ctl *ctl);
int ctl_account_show(struct ctl *ctl);
int ctl_audit(struct ctl *ctl);
extern const struct argument ctl_audit_arguments[], ctl_status_arguments[];
int ctl_backup(struct ctl *ctl);
int ctl_check(struct ctl *ctl);
int ctl_compact(struct ctl *ctl);
int ctl_config_check(struct ctl *ctl);
int ctl_config_show(struct ctl *ctl);
int ctl_domain_token_add(struct ctl *ctl);
int ctl_domain_token_list(struct ctl *ctl);
int ctl_domain_token_disable(struct ctl *ctl);
int ctl_domain_token_enable(struct ctl *ctl);
int ctl_domain_token_prune(struct ctl *ctl);
int ctl_domain_token_revoke(struct ctl *ctl);
int ctl_export(struct ctl *ctl);
int ctl_import(struct ctl *ctl);
int ctl_import_formats(struct ctl *ctl);
int ctl_init(struct ctl *ctl);
int ctl_key_list(struct ctl *ctl);
int ctl_machine_list(struct ctl *ctl);
int ctl_key_retire(struct ctl *ctl);
int ctl_key_rewrap(struct ctl *ctl);
int ctl_key_rotate(struct ctl *ctl);
int ctl_migrate(struct ctl *ctl);
int ctl_restore(struct ctl *ctl);
int ctl_role_delete(struct ctl *ctl);
int ctl_role_list(struct ctl *ctl);
int ctl_role_set(struct ctl *ctl);
int ctl_role_show(struct ctl *ctl);
int ctl_session_end(struct ctl *ctl);
int ctl_session_list(struct ctl *ctl);
int ctl_status(struct ctl *ctl);
int ctl_throttle_clear(struct ctl *ctl);
int ctl_throttle_list(struct ctl *ctl);
int ctl_token_add(struct ctl *ctl);
int ctl_token_list(struct ctl *ctl);
int ctl_token_prune(struct ctl *ctl);
int ctl_token_revoke(struct ctl *ctl);
int ctl_token_rotate(struct ctl *ctl);
int ctl_token_scan(struct ctl *ctl);
int ctl_token_set(struct ctl *ctl);
int ctl_upgrade(struct ctl *ctl);
int ctl_user_add(struct ctl *ctl);
int ctl_user_delete(struct ctl *ctl);
int ctl_user_disable(struct ctl *ctl);
int ctl_user_enable(struct ctl *ctl);
int ctl_user_list(struct ctl *ctl);
int ctl_user_logout(struct ctl *ctl);
int ctl_user_passwd(struct ctl *ctl);
int ctl_user_sessions(struct ctl *ctl);
int ctl_user_set(struct ctl *ctl);
int ctl_user_show(struct ctl *ctl);

#endif
