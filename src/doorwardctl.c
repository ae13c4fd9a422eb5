// SPDX-License-Identifier: ISC
/*
 * doorwardctl.c - the administrator's tool: finds the command that the words
 * name, reads its options, opens what it needs, runs it, and reports how it ended.
 *
 * A new command is a row below and a function in ctl/.  Exit codes: ctl/ending.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptors.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/privs.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/ctl.h"
#include "ctl/ending.h"
#include "ctl/help.h"
#include "ctl/resources.h"

#define DEFAULT_CONFIG SYSCONFDIR "/doorward/doorward.conf"

/* The options of commands.  Fields of a record are added to them by themselves. */
#define JSON { "json", NULL, "Print JSON, for programs." }
#define PASSWORD_STDIN \
	{ "password-stdin", NULL, "Read the password from one line of standard input." }
#define END { NULL, NULL, NULL }

static const struct argument no_arguments[] = { END };
static const struct argument json_only[] = { JSON, END };
static const struct argument config_show[] = {
	{ "defaults", NULL, "Print doorward.conf as it is installed." },
	JSON, END
};
static const struct argument user_add[] = {
	PASSWORD_STDIN,
	{ "no-password", NULL, "Add a user who cannot log in with a password." },
	JSON, END
};
static const struct argument user_passwd[] = {
	PASSWORD_STDIN,
	{ "revoke-tokens", NULL, "Revoke the user's bearer tokens too." },
	JSON, END
};
static const struct argument user_list[] = {
	{ "limit", "N", "Stop after N users." },
	{ "search", "TEXT", "Only users with TEXT in a name, login, number or uuid." },
	JSON, END
};
static const struct argument user_delete[] = {
	{ "keep", NULL, "Keep the record, marked as deleted, and reserve its names." },
	{ "yes", NULL, "Do not ask for confirmation." },
	JSON, END
};
static const struct argument user_logout[] = {
	{ "all", NULL, "Instead of USER: all users." },
	{ "yes", NULL, "With --all, do not ask for confirmation." },
	JSON, END
};
#define TOKEN_LIMITS \
	{ "scope", "NAME...", "auth, token:read, token:write, guard, or a site's own." }, \
	{ "address", "NETWORK...", "From where it is accepted; may be repeated." }
#define TOKEN_OWNER { "user", "USER", "Only if it belongs to this user." }

static const struct argument token_add[] = {
	{ "name", "NAME", "Name of the token, which lists show." },
	{ "ttl", "SECONDS", "Lifetime; token_ttl_default_s if not given." },
	TOKEN_LIMITS, JSON, END
};
static const struct argument token_set[] = {
	TOKEN_OWNER,
	{ "name", "NAME", "Its new name." },
	{ "ttl", "SECONDS", "Its lifetime from now on." },
	TOKEN_LIMITS, JSON, END
};
static const struct argument token_rotate[] = {
	TOKEN_OWNER,
	{ "grace", "SECONDS", "How long the old one stays valid; the default is 86400." },
	JSON, END
};
static const struct argument token_list[] = {
	{ "user", "USER", "Only tokens of this user." },
	{ "expires-within", "DAYS", "Only tokens that expire within so many days." },
	{ "unused-days", "DAYS", "Only tokens that were not used for so many days." },
	JSON, END
};
static const struct argument token_revoke[] = {
	TOKEN_OWNER,
	{ "all", NULL, "With --user, instead of UUID: all tokens of this user." },
	JSON, END
};
static const struct argument token_scan[] = {
	{ "revoke", NULL, "Revoke the tokens that are found." },
	JSON, END
};
static const struct argument prune_tokens[] = {
	{ "now", NULL, "Also what expired within the last day, or after the clock jumped." },
	JSON, END
};
static const struct argument throttle_clear[] = {
	{ "user", "USER", "The counts of this user, or of a login name that no user has." },
	{ "source", "ADDRESS", "The counts of this address; for IPv6, of its /64." },
	{ "all", NULL, "All counts." },
	JSON, END
};
static const struct argument key_retire[] = {
	{ "yes", NULL, "Do not ask for confirmation." },
	JSON, END
};
static const struct argument key_rewrap[] = {
	{ "new-key", "FILE", "Take the new key from FILE, of 32 bytes; else it is random." },
	{ "keep-former", NULL, "Leave the former key in the key file; the next run removes it." },
	{ "yes", NULL, "Do not ask for confirmation." },
	JSON, END
};
static const struct argument domain_token_add[] = {
	{ "role", "NAME", "Its Webitel role; the default is user." },
	{ "days", "N", "Its lifetime in days; the default is 365." },
	JSON, END
};
static const struct argument domain_token_list[] = {
	{ "domain", "DOMAIN", "Only tokens of this domain." },
	JSON, END
};
static const struct argument export_users[] = {
	{ "with-hashes", NULL, "Include the password hashes." },
	JSON, END
};
static const struct argument import_users[] = {
	{ "map", "COLUMN=FIELD...", "Columns of the file as fields; may be repeated." },
	{ "domain", "DOMAIN", "What follows the @ of login names without one." },
	{ "role", "ROLE", "Role of users without a role in the file." },
	{ "sip-login-from", "COLUMN", "The column with the SIP login." },
	{ "on-conflict", "fail|skip|update", "If a user exists already; the default is fail." },
	{ "allow-weak", NULL, "Take weak digests, and store them inside Argon2id." },
	{ "allow-costly", NULL, "Take hashes that cost more than usual for each login." },
	{ "dry-run", NULL, "Only check the file." },
	{ "report", "FILE", "Write what became of each row, as JSON lines." },
	JSON, END
};
static const struct argument restore_database[] = {
	{ "keep-sessions", NULL, "Let JWTs and sessions of the backup be valid again." },
	{ "drop-tokens", NULL, "Revoke the bearer tokens and domain tokens of the backup." },
	JSON, END
};
static const struct argument migrate_database[] = {
	{ "to", "CONFIG", "The file of the configuration with the other database." },
	JSON, END
};
static const struct argument check_database[] = {
	{ "repair", NULL, "Rebuild indexes; move what is damaged to a file in data_dir." },
	JSON, END
};

#define USER "USER"		/* e-mail, SIP login or uuid */

static const struct command commands[] = {
	{ "init", "", json_only, NULL, NULL, NEED_CONF, ctl_init,
	    "Create the database and the key file.", "init" },
	{ "status", "[SECONDS]", ctl_status_arguments, NULL, NULL, NEED_STORE, ctl_status,
	    "Show what there is, if the key file fits, and what is being done.", "status" },
	{ "audit", "[FILE...]", ctl_audit_arguments, NULL, NULL, NEED_NOTHING, ctl_audit,
	    "Show who did what, with which token, and why it failed, by the log.",
	    "audit --user alice@example.org --since 7d" },
	{ "upgrade", "", json_only, NULL, NULL, NEED_CONF, ctl_upgrade,
	    "Upgrade the database of an older version, and keep a copy of it.", "upgrade" },
	{ "backup", "FILE", json_only, NULL, NULL, NEED_CONF, ctl_backup,
	    "Copy the database to FILE, or with - to standard output, while it is in use.",
	    "backup /var/backups/doorward.mdb" },
	{ "restore", "FILE", restore_database, NULL, NULL, NEED_CONF, ctl_restore,
	    "Replace the database by a backup, or by standard input with -.",
	    "restore /var/backups/doorward.mdb --drop-tokens" },
	{ "migrate", "--to CONFIG", migrate_database, NULL, NULL, NEED_CONF, ctl_migrate,
	    "Move the database to where another configuration has it, while it is in use.",
	    "migrate --to /etc/doorward/mariadb.conf" },
	{ "compact", "", json_only, NULL, NULL, NEED_CONF, ctl_compact,
	    "Make the file of the database as small as its contents.", "compact" },
	{ "check", "", check_database, NULL, NULL, NEED_CONF, ctl_check,
	    "Check every record and every index of the database, while it is in use.",
	    "check --repair" },

	{ "user add", "EMAIL", user_add, &user_kind, "email", NEED_AUTH, ctl_user_add,
	    "Add a user and print the new uuid.", "user add bob@example.org --role Admin" },
	{ "user show", USER, json_only, NULL, NULL, NEED_TAKING, ctl_user_show,
	    "Show a user.", "user show bob@example.org" },
	{ "user list", "", user_list, NULL, NULL, NEED_TAKING, ctl_user_list,
	    "List the users, in the order of their uuids.", "user list --json" },
	{ "user set", USER, json_only, &user_kind, NULL, NEED_TAKING, ctl_user_set,
	    "Change fields of a user.", "user set bob@example.org --first-name Bob --gender ''" },
	{ "user passwd", USER, user_passwd, NULL, NULL, NEED_AUTH, ctl_user_passwd,
	    "Set a user's password, which ends all JWTs and sessions.",
	    "user passwd bob@example.org" },
	{ "user disable", USER, json_only, NULL, NULL, NEED_TAKING, ctl_user_disable,
	    "Reject all credentials of a user until 'user enable'.",
	    "user disable bob@example.org" },
	{ "user enable", USER, json_only, NULL, NULL, NEED_AUTH, ctl_user_enable,
	    "Accept the credentials of a disabled user again.", "user enable bob@example.org" },
	{ "user sessions", USER, json_only, NULL, NULL, NEED_TAKING, ctl_user_sessions,
	    "List the Webitel sessions of a user, oldest first.",
	    "user sessions bob@example.org" },
	{ "user logout", "[USER]", user_logout, NULL, NULL, NEED_TAKING, ctl_user_logout,
	    "End all JWTs and sessions of a user and revoke all bearer tokens.",
	    "user logout bob@example.org" },
	{ "user delete", USER, user_delete, NULL, NULL, NEED_TAKING, ctl_user_delete,
	    "Delete a user and all tokens of that user.", "user delete bob@example.org --yes" },

	{ "session list", USER, json_only, NULL, NULL, NEED_TAKING, ctl_session_list,
	    "List the logins of a user that are in use, oldest first.",
	    "session list bob@example.org" },
	{ "session end", USER " UUID", json_only, NULL, NULL, NEED_TAKING, ctl_session_end,
	    "End one login of a user: its JWTs, or the Webitel session.",
	    "session end bob@example.org 8f3ac2d1-55f0-4c1e-9a6e-2f6f0c2b7d10" },

	{ "account add", "NAME", json_only, &account_kind, "name", NEED_AUTH,
	    ctl_account_add, "Add an account and print its uuid.",
	    "account add Acme --email office@acme.example --level Level1 --balance 99.5" },
	{ "account show", "ACCOUNT", json_only, NULL, NULL, NEED_AUTH, ctl_account_show,
	    "Show an account.", "account show Acme" },
	{ "account list", "", json_only, NULL, NULL, NEED_AUTH, ctl_account_list,
	    "List the accounts, in the order of their uuids.", "account list" },
	{ "account set", "ACCOUNT", json_only, &account_kind, NULL, NEED_AUTH,
	    ctl_account_set, "Change fields of an account.", "account set Acme --balance 12.25" },
	{ "account delete", "ACCOUNT", json_only, NULL, NULL, NEED_AUTH, ctl_account_delete,
	    "Delete an account that no user belongs to.", "account delete Acme" },

	{ "token add", USER " --name NAME", token_add, NULL, NULL, NEED_AUTH, ctl_token_add,
	    "Create a bearer token for a user and print it, this once.",
	    "token add ci@example.org --name deploy --ttl 7776000" },
	{ "token list", "", token_list, NULL, NULL, NEED_TAKING, ctl_token_list,
	    "List the live bearer tokens, for each user the oldest first.",
	    "token list --user bob@example.org" },
	{ "token set", "UUID", token_set, NULL, NULL, NEED_AUTH, ctl_token_set,
	    "Rename, extend or limit a bearer token.",
	    "token set 7db2665d-1e59-4f80-b65c-2372f32d678d --scope guard" },
	{ "token rotate", "UUID", token_rotate, NULL, NULL, NEED_AUTH, ctl_token_rotate,
	    "Replace a bearer token by a new one, which is printed, this once.",
	    "token rotate 7db2665d-1e59-4f80-b65c-2372f32d678d --grace 3600" },
	{ "token revoke", "[UUID]", token_revoke, NULL, NULL, NEED_TAKING, ctl_token_revoke,
	    "Revoke a bearer token, or all of a user.",
	    "token revoke --user bob@example.org --all" },
	{ "token scan", "FILE...", token_scan, NULL, NULL, NEED_NOTHING, ctl_token_scan,
	    "Find live bearer tokens in files, or with - in standard input.",
	    "token scan /var/log/nginx/access.log --revoke" },
	{ "token prune", "", prune_tokens, NULL, NULL, NEED_STORE, ctl_token_prune,
	    "Remove tokens that expired a day ago from the database.", "token prune" },

	{ "domain token add", "DOMAIN", domain_token_add, NULL, NULL, NEED_AUTH,
	    ctl_domain_token_add, "Create a token of a Webitel domain and print it.",
	    "domain token add example.org --role admin --days 30" },
	{ "domain token list", "", domain_token_list, NULL, NULL, NEED_STORE,
	    ctl_domain_token_list, "List domain tokens, but not the tokens themselves.",
	    "domain token list --domain example.org" },
	{ "domain token disable", "DOMAIN UUID", json_only, NULL, NULL, NEED_STORE,
	    ctl_domain_token_disable, "Disable a domain token until 'domain token enable'.",
	    "domain token disable example.org 7db2665d-1e59-4f80-b65c-2372f32d678d" },
	{ "domain token enable", "DOMAIN UUID", json_only, NULL, NULL, NEED_STORE,
	    ctl_domain_token_enable, "Re-enable a domain token.",
	    "domain token enable example.org 7db2665d-1e59-4f80-b65c-2372f32d678d" },
	{ "domain token revoke", "DOMAIN UUID", json_only, NULL, NULL, NEED_STORE,
	    ctl_domain_token_revoke, "Revoke a domain token.",
	    "domain token revoke example.org 7db2665d-1e59-4f80-b65c-2372f32d678d" },
	{ "domain token prune", "", prune_tokens, NULL, NULL, NEED_STORE,
	    ctl_domain_token_prune,
	    "Remove domain tokens that expired a day ago from the database.",
	    "domain token prune" },

	{ "export", "FILE", export_users, NULL, NULL, NEED_CONF, ctl_export,
	    "Write the users to a new file as JSON lines, or to standard output with -.",
	    "export users.jsonl --with-hashes" },
	{ "import formats", "", no_arguments, NULL, NULL, NEED_NOTHING, ctl_import_formats,
	    "List the presets: the systems that users can be imported from.", "import formats" },
	{ "import", "PRESET FILE", import_users, NULL, NULL, NEED_NOTHING, ctl_import,
	    "Add the users of a file of another system, with their password hashes.",
	    "import wordpress users.csv --dry-run" },

	{ "role list", "", json_only, NULL, NULL, NEED_TAKING, ctl_role_list,
	    "List the Webitel roles that are defined.", "role list" },
	{ "role show", "NAME", no_arguments, NULL, NULL, NEED_TAKING, ctl_role_show,
	    "Print what a role permits, as JSON.", "role show admin" },
	{ "role set", "NAME [FILE]", json_only, NULL, NULL, NEED_NOTHING, ctl_role_set,
	    "Define a role by JSON from FILE or standard input.",
	    "role set operator operator.json" },
	{ "role delete", "NAME", json_only, NULL, NULL, NEED_TAKING, ctl_role_delete,
	    "Delete a role; root, admin and user return to their defaults.",
	    "role delete operator" },

	{ "throttle list", "", json_only, NULL, NULL, NEED_AUTH, ctl_throttle_list,
	    "List failures by login name, by address, and by both together.",
	    "throttle list" },
	{ "throttle clear", "", throttle_clear, NULL, NULL, NEED_AUTH, ctl_throttle_clear,
	    "Forget failures, so that clients need not wait for them.",
	    "throttle clear --user bob@example.org" },

	{ "machine list", "", json_only, NULL, NULL, NEED_STORE, ctl_machine_list,
	    "List the machines that share the database, and whose key file differs.",
	    "machine list" },

	{ "key list", "", json_only, NULL, NULL, NEED_STORE, ctl_key_list,
	    "List the keys that sign and hash, and what would end with each.", "key list" },
	{ "key rotate", "[PURPOSE]", json_only, NULL, NULL, NEED_AUTH, ctl_key_rotate,
	    "Create a new key, of one purpose or of each, and use it from now on.",
	    "key rotate jwt" },
	{ "key retire", "ID", key_retire, NULL, NULL, NEED_STORE, ctl_key_retire,
	    "Remove a key that is no longer current, and end what it has made.",
	    "key retire 5f0c61a29d8be374 --yes" },
	{ "key rewrap", "", key_rewrap, NULL, NULL, NEED_CONF, ctl_key_rewrap,
	    "Change the master key, or finish a change that was interrupted.",
	    "key rewrap" },

	{ "config check", "", no_arguments, NULL, NULL, NEED_CONF, ctl_config_check,
	    "Check the configuration.", "config check --config ./doorward.conf" },
	{ "config show", "", config_show, NULL, NULL, NEED_NOTHING, ctl_config_show,
	    "Show the effective value of every option.", "config show --defaults" },
};

/* The command whose words argv begins with; else NULL, and *words begin some path. */
static const struct command *
find_command(char **argv, int *words)
{
	*words = 0;
	for (size_t i = 0; i < NELEM(commands); i++) {
		int common = arguments_words_in_common(commands[i].path, argv);

		if (common == arguments_words_of(commands[i].path)) {
			*words = common;
			return &commands[i];
		}
		*words = common > *words ? common : *words;
	}
	return NULL;
}

static const char *
join(struct arena *mem, char **argv, int words)
{
	const char *joined;
	struct text t;

	text_init(&t, mem);
	for (int i = 0; i < words; i++) {
		text_puts(&t, i ? " " : "");
		text_puts(&t, argv[i]);
	}
	return text_done(&t, &joined, NULL) ? NULL : joined;
}

/* The words lead to no command: names the ones that could follow them. */
static int
refuse_words(struct ctl *ctl, const char *group, const char *word)
{
	size_t skip = *group ? strlen(group) + 1 : 0, former_len = 0;
	const char *former = "", *why;
	struct text t;

	text_init(&t, &ctl->mem);
	if (word)
		text_printf(&t, "there is no '%s'; there are", word);
	else
		text_puts(&t, "which one? there are");
	for (size_t i = 0; i < NELEM(commands); i++) {
		const char *next;
		size_t len;

		if (!help_is_in_group(commands[i].path, group))
			continue;
		next = commands[i].path + skip;
		len = strcspn(next, " ");
		if (len == former_len && strncmp(next, former, len) == 0)
			continue;
		text_printf(&t, "%s %.*s", former_len ? "," : "", (int)len, next);
		former = next;
		former_len = len;
	}
	ctl->about = *group ? group : NULL;
	return text_done(&t, &why, NULL) ? -ENOMEM : arguments_refuse(ctl, why);
}

static int
print_version(void)
{
	puts("doorwardctl " PACKAGE_VERSION);
	return 0;
}

/* No command was found: perhaps --help was asked for the group of words. */
static int
run_without_command(struct ctl *ctl, int argc, char **argv, int words)
{
	const char *group = join(&ctl->mem, argv + 1, words);
	int next, r;

	if (!group)
		return -ENOMEM;
	argv[words] = argv[0];
	r = arguments_read_global(ctl, argc - words, argv + words, &next);
	if (r)
		return r;
	if (arguments_has(ctl, "version"))
		return print_version();
	if (!arguments_has(ctl, "help"))
		return refuse_words(ctl, group, argv[words + next]);
	help_print_list(ctl, commands, NELEM(commands), group);
	return 0;
}

/* argv[0] precedes the words of the command, and getopt's messages begin with it. */
static int
run_command(struct ctl *ctl, int argc, char **argv, int words)
{
	int r;

	argv[words] = arena_printf(&ctl->mem, "doorwardctl: %s", ctl->command->path);
	if (!argv[words])
		return -ENOMEM;
	r = arguments_read(ctl, argc - words, argv + words);
	if (r)
		return r;
	if (arguments_has(ctl, "version"))
		return print_version();
	if (arguments_has(ctl, "help")) {
		help_print_command(ctl);
		return 0;
	}
	r = arguments_check(ctl);
	if (!r)
		r = resources_open(ctl, ctl->command->need);
	return r ? r : ctl->command->run(ctl);
}

static int
run(struct ctl *ctl, int argc, char **argv)
{
	static char program[] = "doorwardctl";
	int next, words, r;

	argv[0] = program;
	r = arguments_read_global(ctl, argc, argv, &next);
	if (r)
		return r;
	if (arguments_has(ctl, "version"))
		return print_version();
	if (arguments_has(ctl, "help")) {
		help_print_list(ctl, commands, NELEM(commands), "");
		return 0;
	}
	argv[next - 1] = argv[0];
	argv += next - 1;
	argc -= next - 1;
	ctl->command = find_command(argv + 1, &words);
	return ctl->command ? run_command(ctl, argc, argv, words) :
	    run_without_command(ctl, argc, argv, words);
}

/* A caller must not mistake a truncated list for a complete one. */
static int
end_output(struct ctl *ctl, int r)
{
	int lost = descriptors_end_output();

	if (r || !lost)
		return r;
	ctl->about = NULL;
	ctl->why = arena_printf(&ctl->mem, "done, but the output is lost: %s", strerror(-lost));
	return lost;
}

int
main(int argc, char **argv)
{
	struct ctl ctl = { .config_path = getenv("DOORWARD_CONFIG"), .now_ms = clock_now_ms(),
	    .by_root = geteuid() == 0 };
	int code, r;

	if (descriptors_fill())
		return EXIT_FAILURE;
	arena_init(&ctl.mem, 0);
	umask(007);		/* the service shares its files through the group */
	log_plain("doorwardctl");
	if (!ctl.config_path || !*ctl.config_path)
		ctl.config_path = DEFAULT_CONFIG;
	r = privs_harden();	/* it will hold the keys */
	if (!r)
		r = secret_init();
	if (!r)
		r = run(&ctl, argc, argv);
	r = end_output(&ctl, r);
	code = ending_report(&ctl, r);
	if (r == V_MALFORMED)
		help_print_usage(stderr, ctl.command);
	resources_close(&ctl);
	return code;
}
