// SPDX-License-Identifier: ISC
#include "conf/conf.h"
#include "conf/conf_unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

/* The result of conf_load for a file with that text; *lines gets the errors, in mem. */
static int
load(struct arena *mem, const char *text, struct conf **conf, const char **lines)
{
	const char *path = unit_write(mem, text, strlen(text));
	struct text errors;
	int r;

	text_init(&errors, mem);
	r = conf_load(conf, path, &errors);
	if (text_done(&errors, lines, NULL))
		*lines = "";
	return r;
}

static const struct { const char *row, *in, *error; } refused_rows[] = {
	{ "unknown option", "\nworker = 4\n", ":2: no such option 'worker'" },
	{ "unknown section", "oidcs x { }\n", ":1: no such option 'oidcs'" },
	{ "unknown option of a section", "oidc x {\nissue = y\n}\n", ":2: no such option 'issue'" },
	{ "a section twice", "oidc x { }\noidc x { }\n", ":2: " },
	{ "a section without a name", "oidc { }\n", ":1: " },
	{ "a section with a bad name", "oidc X-1 { issuer = a jwks_url = b client_ids = c }\n",
	    ": oidc X-1: its name must consist of a-z and 0-9" },
	{ "a section without keys", "oidc x { issuer = a client_ids = c }\n",
	    ": oidc x needs issuer, jwks_url and client_ids" },
	{ "bad bool in a section", "oidc x {\n\nauto_register = 2\n}\n", ":3: invalid boolean" },
	{ "quote in a list", "cors_origins = {\"a\", \"b\\\"c\"}\n",
	    ":1: cors_origins must not contain quotes" },
	{ "no network", "trusted_proxies = {\"10.0.0.0/8\", \"10.0.0.0/33\"}\n",
	    ":1: trusted_proxies: \"10.0.0.0/33\" is not an address or network" },
	{ "name of a proxy", "trusted_proxies = {localhost}\n",
	    ":1: trusted_proxies: \"localhost\"" },
	{ "empty proxy", "trusted_proxies = {\"\"}\n", ":1: trusted_proxies: \"\" is not" },
	{ "any origin", "cors_origins = {\"*\"}\n", ":1: cors_origins: \"*\" is not scheme://" },
	{ "null origin", "cors_origins = {\"null\"}\n", ":1: cors_origins: \"null\"" },
	{ "origin without a scheme", "cors_origins = {\"a.example\"}\n", ":1: cors_origins: " },
	{ "origin with a path", "cors_origins = {\"https://a.example/\"}\n", ":1: cors_origins: " },
	{ "origin in capitals", "cors_origins = {\"https://A.example\"}\n", ":1: cors_origins: " },
	{ "origin of a user", "cors_origins = {\"https://a@b.example\"}\n", ":1: cors_origins: " },
	{ "wildcard in an origin", "cors_origins = {\"https://*.example\"}\n", ":1: cors_origins: " },
	{ "origin without a host", "cors_origins = {\"https://\"}\n", ":1: cors_origins: " },
	{ "prefix without an underscore", "token_prefix = dwt\n", ":1: token_prefix must be 2 to " },
	{ "underscore alone", "token_prefix = _\n", ":1: token_prefix must be " },
	{ "short prefix", "token_prefix = a_\n", ":1: token_prefix must be " },
	{ "long prefix", "token_prefix = a123456789abcdef_\n", ": token_prefix must have from 0 to 16" },
	{ "prefix in capitals", "token_prefix = Dwt_\n", ":1: token_prefix must be " },
	{ "prefix of two words", "token_prefix = my_dwt_\n", ":1: token_prefix must be " },
	{ "prefix with a dot", "token_prefix = dw.t_\n", ":1: token_prefix must be " },
	{ "prefix with a blank", "token_prefix = \"dwt_ \"\n", ":1: token_prefix must be " },
	{ "half a Facebook", "facebook_app_id = 1\n",
	    ":1: facebook_app_id needs facebook_app_secret_file" },
	{ "capitals", "Workers = 4\n", ":1: no such option 'Workers'" },
	{ "bad integer", "workers = four\n", ":1: invalid integer" },
	{ "fraction", "workers = 4.5\n", ":1: invalid integer" },
	{ "unit after", "\n\njwt_ttl_s = 1h\n", ":3: invalid integer" },
	{ "empty integer", "worker_max_requests = \"\"\n", ":1: " },
	{ "blank integer", "worker_max_requests = \" \"\n", ":1: " },
	{ "leading zero", "workers = 010\n", ":1: invalid integer" },
	{ "hexadecimal", "workers = 0x10\n", ":1: invalid integer" },
	{ "past a long", "jwt_ttl_s = 99999999999999999999\n", ":1: " },
	{ "bad bool", "allow_plain_http = maybe\n", ":1: invalid boolean" },
	{ "number as bool", "allow_plain_http = 1\n", ":1: invalid boolean" },
	{ "below", "workers = 0\n", ":1: workers must be from 1 to 512 processes" },
	{ "negative", "workers = -1\n", ":1: workers must be from 1 to 512 processes" },
	{ "above", "workers = 513\n", ":1: workers must be from 1 to 512 processes" },
	{ "relative path", "data_dir = data\n", ":1: data_dir must be an absolute path" },
	{ "socket of a port", "listen = \"9000\"\n", ":1: listen must be an absolute path, or a" },
	{ "socket everywhere", "listen = \"0.0.0.0:9000\"\n",
	    ":1: listen must be an absolute path" },
	{ "socket everywhere, IPv6", "listen = \"[::]:9000\"\n", ":1: listen must be an absolute" },
	{ "socket for others", "listen = \"192.0.2.1:9000\"\n", ":1: listen must be an absolute" },
	{ "socket by name", "listen = \"localhost:9000\"\n",
	    ":1: listen must be an absolute path" },
	{ "socket, relative", "listen = \"doorward.sock\"\n",
	    ":1: listen must be an absolute path" },
	{ "dotted path", "key_file = ./key\n", ":1: key_file must be an absolute path" },
	{ "not a choice", "log_level = loud\n", ":1: log_level must be one of error|info|debug" },
	{ "half a choice", "log_level = inf\n", ":1: log_level must be" },
	/* the list of choices is split exactly */
	{ "two choices", "log_level = \"error|info\"\n", ":1: log_level must be" },
	{ "the last two choices", "log_level = \"info|debug\"\n", ":1: log_level must be" },
	{ "no choice", "log_level = \"\"\n", ":1: log_level must be" },
	{ "a bar", "log_level = \"|\"\n", ":1: log_level must be" },
	{ "quote", "realm = \"a\\\"b\"\n", ":1: realm must not contain quotes" },
	{ "backslash", "realm = \"a\\\\b\"\n", ":1: realm must not contain quotes" },
	{ "line end", "realm = \"a\\nb\"\n", ":1: realm must not contain" },
	{ "control character", "host_name = \"a\x01z\"\n", ":1: host_name must not contain" },
	{ "empty text", "host_name = \"\"\n", ":1: host_name must have from 1 to 255" },
	{ "list for a number", "workers = {1, 2}\n", ":1: " },
	{ "list for text", "realm = {\"a\", \"b\"}\n", ":1: " },
	{ "adding", "realm += x\n", ":1: " },
	{ "no value", "workers =\n", ": " },
	{ "no equals sign", "workers 4\n", ":1: " },
	{ "two values", "workers = 4 5\n", ":1: " },
	{ "open quote", "realm = \"a\n", ": " },
	{ "stray brace", "}\n", ":1: " },
	{ "the second line", "workers = 4\nworkers = x\n", ":2: " },
	{ "a bad one repeated well", "workers = 0\nworkers = 4\n", ":1: workers must be" },
	{ "a hash that is never verified", "argon2_memory_kib = 1048577\n",
	    ":1: argon2_memory_kib must be from 8192 to 1048576 KiB" },
	{ "relative log", "log_target = \"doorward.log\"\n",
	    ":1: log_target must be stderr, syslog or an absolute path" },
	{ "log misspelt", "log_target = sylog\n", ":1: log_target must be stderr, syslog or" },
	{ "not together", "token_ttl_default_s = 600\ntoken_ttl_max_s = 60\n",
	    ":1: token_ttl_default_s: token_ttl_default_s must not be above token_ttl_max_s" },
	{ "not together with a default", "\ntoken_ttl_max_s = 60\n",
	    ":2: token_ttl_max_s: token_ttl_default_s must not be above token_ttl_max_s" },
	{ "behind comments", "# a\n\n#b\n\t## c\nworker = 4\n", ":5: no such option 'worker'" },
	{ "behind comments at ends", "workers = 4 # a\nrealm=a#b\nworker = 4\n",
	    ":3: no such option 'worker'" },
	{ "behind other comments", "// a\n/* b\n\n*/worker = 4\n", ":4: no such option 'worker'" },
	{ "behind a comment in a list", "cors_origins = {\n# a\n\"https://a\", # b\n}\nworker = 4\n",
	    ":5: no such option 'worker'" },
	{ "behind comments with DOS line ends", "# a\r\n# b\r\nworker = 4\r\n",
	    ":3: no such option 'worker'" },
	{ "a rule behind comments", "# a\n# b\nlog_target = sylog\n", ":3: log_target must be" },
	{ "a list behind comments", "# a\n# b\ntrusted_proxies = {\n\"10.0.0.0/33\"\n}\n",
	    ":5: trusted_proxies: " },
	{ "in a section behind comments", "# a\noidc x {\n# b\nissue = y\n}\n",
	    ":4: no such option 'issue'" },
	{ "an empty name", "workers = 4\n\"\" = 1\n", ":2: an option without a name" },
	{ "a comment without an end", "workers = 4\n/* a\nworkers = 3\n", ":2: a comment without" },
	{ "half an end", "/*/", ":1: a comment without" },
};

static void
refused(void)
{
	GUARD(arena_free) struct arena mem;
	struct conf *conf = NULL;
	const char *lines;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(refused_rows); i++) {
		EXPECT_VERDICT(refused_rows[i].row, load(&mem, refused_rows[i].in, &conf, &lines),
		    V_INVALID);
		if (!EXPECT_TRUE(refused_rows[i].row, strstr(lines, refused_rows[i].error) != NULL))
			EXPECT_STRING(refused_rows[i].row, lines, refused_rows[i].error);
	}
	EXPECT_TRUE("nothing came out", conf == NULL);
}

/* A byte order mark at the start of the file is skipped, and is not a line. */
static void
marked(void)
{
	static const struct { const char *row, *in; int want; const char *error; } t[] = {
		{ "before an option", "\xef\xbb\xbfworkers = 3\n", 0, "" },
		{ "before nothing", "\xef\xbb\xbf", 0, "" },
		{ "its first byte alone", "\xef", V_INVALID, "" },
		{ "before a fault", "\xef\xbb\xbf\nworkers = 0\n", V_INVALID, ":2: workers" },
		{ "twice", "\xef\xbb\xbf\xef\xbb\xbfworkers = 3\n", V_INVALID, ":1: " },
		{ "later", "workers = 3\n\xef\xbb\xbfjwt_ttl_s = 60\n", V_INVALID, ":2: " },
	};
	GUARD(arena_free) struct arena mem;
	const char *lines;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(t); i++) {
		GUARD(conf_drop) struct conf *conf = NULL;

		lines = "";
		EXPECT_VERDICT(t[i].row, load(&mem, t[i].in, &conf, &lines), t[i].want);
		EXPECT_TRUE(t[i].row, strstr(lines, t[i].error) != NULL);
	}
}

static void
unreadable(void)
{
	GUARD(arena_free) struct arena mem;
	struct conf *conf = NULL;
	struct text errors;

	arena_init(&mem, 0);
	text_init(&errors, &mem);
	EXPECT_VERDICT("absent", conf_load(&conf, "/nonexistent/doorward.conf", &errors), -ENOENT);
	EXPECT_VERDICT("a directory", conf_load(&conf, test_directory(), &errors), -EISDIR);
	EXPECT_TRUE("nothing came out", conf == NULL);
}

static void
taken(void)
{
	static const char in[] =
	    "# a comment\n"
	    "workers = 8\nworkers = 9	// the last counts\n"
	    "allow_plain_http = yes\nbasic_challenge = off\naccept_query_credentials = false\n"
	    "realm = 'it\"s'\nrealm = \"two words\"\nhost_name = example.com:8443\n"
	    "data_dir = /srv/data\nlog_level = debug\nlog_target = \"${DOORWARD_TEST}/log\"\n"
	    "listen = \"\"\n"
	    "google_jwks_url = https://a.example//b\napple_jwks_url = \"https://#/*\" # a\n"
	    "sql_database = '//\\'#'\nsql_user = \"${DOORWARD_NONE:-a'#b}\"\n"
	    "jwt_audience = {/*\"a\",*/\"b#\",	# {\n\"c\"}\n";
	GUARD(conf_drop) struct conf *conf = NULL;
	GUARD(arena_free) struct arena mem;
	const char *lines;

	arena_init(&mem, 0);
	setenv("DOORWARD_TEST", "/tmp", 1);
	EXPECT_VERDICT("a quote is refused", load(&mem, in, &conf, &lines), V_INVALID);
	EXPECT_INT("without it", load(&mem, strstr(in, "realm = \"two"), &conf, &lines), 0);
	EXPECT_STRING("no errors", lines, "");
	EXPECT_STRING("text", conf->realm, "two words");
	EXPECT_STRING("bare text", conf->host_name, "example.com:8443");
	EXPECT_STRING("path", conf->data_dir, "/srv/data");
	EXPECT_STRING("choice", conf->log_level, "debug");
	EXPECT_STRING("environment", conf->log_target, "/tmp/log");
	EXPECT_STRING("empty path", conf->listen, "");
	EXPECT_STRING("slashes within", conf->google_jwks_url, "https://a.example//b");
	EXPECT_STRING("no comment in quotes", conf->apple_jwks_url, "https://#/*");
	EXPECT_STRING("nor behind a quote in quotes", conf->sql_database, "//'#");
	EXPECT_STRING("nor in a variable", conf->sql_user, "a'#b");
	EXPECT_INT("comments in a list", conf->jwt_audience.count, 2);
	EXPECT_INT("default", conf->workers, 4);
}

static void
taken_numbers(void)
{
	static const char in[] =
	    "# a comment\n"
	    "workers = 8\nworkers = 9	// the last counts\n"
	    "allow_plain_http = yes\nbasic_challenge = off\naccept_query_credentials = false\n"
	    "token_ttl_max_s = 60\ntoken_ttl_default_s = 60\n";
	GUARD(conf_drop) struct conf *conf = NULL;
	GUARD(arena_free) struct arena mem;
	const char *lines;

	arena_init(&mem, 0);
	EXPECT_INT("loads", load(&mem, in, &conf, &lines), 0);
	EXPECT_INT("the last counts", conf->workers, 9);
	EXPECT_TRUE("yes", conf->allow_plain_http);
	EXPECT_STRING("off", conf->basic_challenge, "no");
	EXPECT_TRUE("false", !conf->accept_query_credentials);
	EXPECT_INT("max", conf->token_ttl_max_s, 60);
}

/* The option once took only yes or no; files with these values stay valid. */
static void
taken_choices(void)
{
	static const struct { const char *in, *want; } rows[] = {
		{ "", "auto" },
		{ "basic_challenge = auto\n", "auto" },
		{ "basic_challenge = yes\n", "yes" }, { "basic_challenge = on\n", "yes" },
		{ "basic_challenge = True\n", "yes" }, { "basic_challenge = NO\n", "no" },
		{ "basic_challenge = off\n", "no" }, { "basic_challenge = false\n", "no" },
		{ "basic_challenge = Auto\n", NULL }, { "basic_challenge = 1\n", NULL },
		{ "basic_challenge = \"\"\n", NULL }, { "log_level = yes\n", NULL },
	};
	GUARD(arena_free) struct arena mem;
	const char *lines;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(rows); i++) {
		GUARD(conf_drop) struct conf *conf = NULL;

		EXPECT_VERDICT(rows[i].in, load(&mem, rows[i].in, &conf, &lines),
		    rows[i].want ? 0 : V_INVALID);
		if (rows[i].want)
			EXPECT_STRING(rows[i].in, conf->basic_challenge, rows[i].want);
	}
}

static void
taken_lists(void)
{
	static const char in[] =
	    "trusted_proxies = {192.0.2.1, \"10.0.0.0/8\", \"2001:db8::/32\", \"::1\"}\n"
	    "cors_origins = {\"https://a.example\", \"http://localhost:3000\", \"http://[::1]:80\","
	    " \"capacitor://localhost\"}\n";
	GUARD(conf_drop) struct conf *conf = NULL;
	GUARD(arena_free) struct arena mem;
	const char *lines;

	arena_init(&mem, 0);
	EXPECT_INT("loads", load(&mem, in, &conf, &lines), 0);
	EXPECT_STRING("no errors", lines, "");
	EXPECT_INT("proxies", (int64_t)conf->trusted_proxies.count, 4);
	EXPECT_STRING("bare", conf->trusted_proxies.at[0], "192.0.2.1");
	EXPECT_INT("origins", (int64_t)conf->cors_origins.count, 4);
	EXPECT_STRING("IPv6", conf->cors_origins.at[2], "http://[::1]:80");
}

/* --- the unit of systemd ---------------------------------------------------------- */

static void
unit_name(void)
{
	static const struct { const char *row, *path, *want; } t[] = {
		{ "the one", SYSCONFDIR "/doorward/doorward.conf", "doorward.service" },
		{ "a further one", SYSCONFDIR "/doorward/a-1.conf", "doorward@a-1.service" },
		{ "elsewhere", "/srv/doorward/doorward.conf", NULL },
		{ "below", SYSCONFDIR "/doorward/a/b.conf", NULL },
		{ "above", SYSCONFDIR "/doorward/../doorward.conf", NULL },
		{ "no name", SYSCONFDIR "/doorward/.conf", NULL },
		{ "what a shell reads", SYSCONFDIR "/doorward/a;b.conf", NULL },
		{ "another file", SYSCONFDIR "/doorward/master.key", NULL },
		{ "a copy", SYSCONFDIR "/doorward/doorward.conf.old", NULL },
	};
	GUARD(arena_free) struct arena mem;
	const char *name;

	arena_init(&mem, 0);
	for (size_t i = 0; i < NELEM(t); i++) {
		name = conf_unit_name(&mem, t[i].path);
		EXPECT_TRUE(t[i].row, !name == !t[i].want);
		if (name && t[i].want)
			EXPECT_STRING(t[i].row, name, t[i].want);
	}
}

/* Where it may write, and whether data in /srv/data and no log file can be there. */
static void
unit_check(void)
{
	static const struct { const char *row, *paths, *system; int want; } t[] = {
		{ "there", "/run/d /srv/data", "strict", 0 },
		{ "marked", "/run/d -/srv/data", "strict", 0 },
		{ "above", "/run/d +/srv", "strict", 0 },
		{ "everywhere", "/", "strict", 0 },
		{ "elsewhere", "/run/d /var/lib/doorward", "strict", -EROFS },
		{ "a name that goes on", "/run/d /srv/dat", "strict", -EROFS },
		{ "below", "/run/d /srv/data/x", "strict", -EROFS },
		{ "nowhere", "", "strict", -EROFS },
		{ "everything but the system", "", "full", 0 },
	};
	const struct conf conf = { .data_dir = "/srv/data", .run_dir = "/run/d",
	    .log_target = "stderr" };
	struct conf_unit unit = { .name = "doorward.service" };
	char shown[256];

	for (size_t i = 0; i < NELEM(t); i++) {
		snprintf(shown, sizeof shown, "User=someone\nGroup=\nReadWritePaths=%s\n"
		    "LoadState=loaded\nProtectSystem=%s\n", t[i].paths, t[i].system);
		EXPECT_VERDICT(t[i].row, conf_unit_read(shown, &unit), 0);
		EXPECT_STRING(t[i].row, unit.user, "someone");
		EXPECT_INT(t[i].row, conf_unit_check(&unit, &conf), t[i].want);
	}
	strcpy(shown, "User=\nLoadState=not-found\n");
	EXPECT_VERDICT("no unit", conf_unit_read(shown, &unit), V_NOT_FOUND);
}

/* Directories that systemd makes for data, sockets and the log. */
static void
unit_makes(void)
{
	static const struct { const char *row, *shown; int want; } t[] = {
		{ "none", "", -EROFS },
		{ "all", "StateDirectory=d\nRuntimeDirectory=d\nLogsDirectory=d\n", 0 },
		{ "among others", "StateDirectory=a b/c d\nRuntimeDirectory=d\n"
		    "LogsDirectory=d e\n", 0 },
		{ "one as a path", "StateDirectory=d\nRuntimeDirectory=d\n"
		    "ReadWritePaths=/var/log/d\n", 0 },
		{ "no state", "RuntimeDirectory=d\nLogsDirectory=d\n", -EROFS },
		{ "no logs", "StateDirectory=d\nRuntimeDirectory=d\n", -EROFS },
		{ "of another kind", "CacheDirectory=d\nRuntimeDirectory=d\n"
		    "LogsDirectory=d\n", -EROFS },
		{ "a name that goes on", "StateDirectory=data\nRuntimeDirectory=d\n"
		    "LogsDirectory=d\n", -EROFS },
		{ "below", "StateDirectory=d/x\nRuntimeDirectory=d\nLogsDirectory=d\n", -EROFS },
	};
	const struct conf conf = { .data_dir = "/var/lib/d", .run_dir = "/run/d",
	    .log_target = "/var/log/d/log" };
	struct conf_unit unit = { .name = "doorward.service" };
	char shown[256];

	for (size_t i = 0; i < NELEM(t); i++) {
		snprintf(shown, sizeof shown, "LoadState=loaded\nProtectSystem=strict\n%s",
		    t[i].shown);
		EXPECT_VERDICT(t[i].row, conf_unit_read(shown, &unit), 0);
		EXPECT_INT(t[i].row, conf_unit_check(&unit, &conf), t[i].want);
	}
}

static CU_TestInfo tests[] = {
	{ "unit name", unit_name },
	{ "unit check", unit_check },
	{ "unit makes", unit_makes },
	{ "refused", refused },
	{ "marked", marked },
	{ "unreadable", unreadable },
	{ "taken", taken },
	{ "taken numbers", taken_numbers },
	{ "choices", taken_choices },
	{ "taken lists", taken_lists },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("conf/conf", tests);
