// SPDX-License-Identifier: ISC
/* conf/conf_places.c - the files, directories and addresses that a configuration names. */
#include "conf/conf_places.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <openssl/x509_vfy.h>

#include "base/guard.h"
#include "base/log.h"
#include "base/private_file.h"

/* A socket first has a temporary name in its directory: ".PID". */
#define TEMPORARY_LEN strlen(".4194304")

/* Can files be created in the directory of path?  -errno. */
static int
parent_check(const char *path, int mode)
{
	char parent[4096] = ".";
	const char *slash = strrchr(path, '/');

	if (slash == path)
		strcpy(parent, "/");
	else if (slash && (size_t)snprintf(parent, sizeof parent, "%.*s", (int)(slash - path),
	    path) >= sizeof parent)
		return -ENAMETOOLONG;
	return faccessat(AT_FDCWD, parent, mode, AT_EACCESS) == 0 ? 0 : -errno;
}

/* The log is not changed, and not created if it is missing. */
static int
check_log(const struct conf *conf, const char *path)
{
	GUARD(fd_close) int fd = -1;

	(void)conf;
	if (*path != '/')
		return 0;
	fd = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		return 0;
	return errno == ENOENT ? parent_check(path, W_OK | X_OK) : -errno;
}

static int
check_run_dir(const struct conf *conf, const char *path)
{
	struct stat st;

	(void)conf;
	if (stat(path, &st) != 0)
		return errno == ENOENT ? parent_check(path, W_OK | X_OK) : -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) == 0 ? 0 : -errno;
}

/* Root may create the socket, so only what also stops root is wrong. */
static int
check_listen(const struct conf *conf, const char *path)
{
	const size_t room = sizeof ((struct sockaddr_un *)0)->sun_path;
	const char *slash = strrchr(path, '/');
	size_t dir_len = slash ? (size_t)(slash + 1 - path) : 0;

	(void)conf;
	if (strlen(path) >= room || dir_len + TEMPORARY_LEN >= room)
		return -ENAMETOOLONG;
	return *path ? parent_check(path, F_OK) : 0;
}

static int
check_secret(const struct conf *conf, const char *path)
{
	GUARD(arena_free) struct arena mem;
	const char *secret;

	arena_init(&mem, 0);
	return *conf->facebook_app_id ? private_file_read_line(path, &mem, &secret) : 0;
}

static bool
is_in_mariadb(const struct conf *conf)
{
	return strcmp(conf->store, "mariadb") == 0;
}

static int
check_sql_password(const struct conf *conf, const char *path)
{
	GUARD(arena_free) struct arena mem;
	const char *password;

	arena_init(&mem, 0);
	return *path && is_in_mariadb(conf) ? private_file_read_line(path, &mem, &password) : 0;
}

static void
store_drop(X509_STORE **store)
{
	X509_STORE_free(*store);
}

static int
check_certificates(const struct conf *conf, const char *path)
{
	GUARD(store_drop) X509_STORE *store = X509_STORE_new();

	(void)conf;
	if (!store)
		return -ENOMEM;
	if (!*path)
		return 0;
	if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0)
		return -errno;
	return X509_STORE_load_file(store, path) ? 0 : -EINVAL;
}

static int
check_sql_certificates(const struct conf *conf, const char *path)
{
	return is_in_mariadb(conf) ? check_certificates(conf, path) : 0;
}

/* What no new password could be compared with: a missing file, a directory. */
static int
check_passwords(const struct conf *conf, const char *path)
{
	GUARD(fd_close) int fd = -1;
	char byte;

	(void)conf;
	if (!*path)
		return 0;
	fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	return fd >= 0 && read(fd, &byte, 1) >= 0 ? 0 : -errno;
}

/* Providers are asked by HTTPS alone. */
static int
check_https(const char *address)
{
	return strncasecmp(address, "https://", strlen("https://")) == 0 ? 0 : -EPROTONOSUPPORT;
}

static int
check_google(const struct conf *conf, const char *address)
{
	return conf->google_client_ids.count ? check_https(address) : 0;
}

static int
check_apple(const struct conf *conf, const char *address)
{
	return conf->apple_client_ids.count ? check_https(address) : 0;
}

static int
check_facebook(const struct conf *conf, const char *address)
{
	return *conf->facebook_app_id ? check_https(address) : 0;
}

static int
check_oidc(const struct conf *conf)
{
	int first = 0, r;

	for (size_t i = 0; i < conf->oidc_count; i++) {
		r = check_https(conf->oidc[i].jwks_url);
		if (r)
			log_fault(r, "oidc %s: jwks_url %s", conf->oidc[i].name,
			    conf->oidc[i].jwks_url);
		if (r && !first)
			first = r;
	}
	return first;
}

int
conf_check_places(const struct conf *conf)
{
	const struct {
		const char *option, *path;
		int (*check)(const struct conf *conf, const char *path);
	} rows[] = {
		{ "log_target",               conf->log_target,               check_log },
		{ "run_dir",                  conf->run_dir,                  check_run_dir },
		{ "listen",                   conf->listen,                   check_listen },
		{ "facebook_app_secret_file", conf->facebook_app_secret_file, check_secret },
		{ "provider_ca_file",         conf->provider_ca_file,         check_certificates },
		{ "sql_password_file",        conf->sql_password_file,
		    check_sql_password },
		{ "sql_ca_file",              conf->sql_ca_file,
		    check_sql_certificates },
		{ "password_refuse_file",     conf->password_refuse_file,     check_passwords },
		{ "google_jwks_url",          conf->google_jwks_url,          check_google },
		{ "apple_jwks_url",           conf->apple_jwks_url,           check_apple },
		{ "facebook_graph_url",       conf->facebook_graph_url,       check_facebook },
		{ "facebook_jwks_url",        conf->facebook_jwks_url,        check_facebook },
	};
	int first = 0, r;

	for (size_t i = 0; i < NELEM(rows); i++) {
		r = rows[i].check(conf, rows[i].path);
		if (r)
			log_fault(r, "%s %s", rows[i].option, rows[i].path);
		if (r && !first)
			first = r;
	}
	r = check_oidc(conf);
	return first ? first : r;
}
