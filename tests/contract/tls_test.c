// SPDX-License-Identifier: ISC
/* tests/contract/tls_test.c - which MariaDB servers are trusted by way of TLS. */
#include "contract.h"

#include <arpa/inet.h>
#include <errno.h>
#include <mysql.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "mariadb.h"
#include "provider/certificate.h"

#define PORT_TEXT 24

static char dir[400], ca[512], other_ca[512], served[512], password[512];

static void
make_files(void)
{
	FILE *file;

	snprintf(dir, sizeof dir, "%s", test_directory());
	certificate_authority(dir);
	snprintf(other_ca, sizeof other_ca, "%s/ca.pem", dir);
	snprintf(dir, sizeof dir, "%s", test_directory());
	certificate_authority(dir);
	snprintf(ca, sizeof ca, "%s/ca.pem", dir);
	snprintf(served, sizeof served, "%s/server.pem", dir);
	snprintf(password, sizeof password, "%s/password", dir);
	certificate_file(dir, CERTIFICATE_GOOD, served);
	umask(077);
	file = fopen(password, "w");
	if (!file || fputs("secret\n", file) < 0 || fclose(file) != 0)
		exit(99);
}

/* A socket at a free port of 127.0.0.1. */
static int
listen_anywhere(unsigned *port)
{
	struct sockaddr_in name = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof name;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&name, len) != 0 || listen(fd, 4) != 0 ||
	    getsockname(fd, (struct sockaddr *)&name, &len) != 0)
		exit(99);
	*port = ntohs(name.sin_port);
	return fd;
}

/* The server again, at a port, with TLS or without; another program may be at that port. */
static unsigned
start(bool tls)
{
	char cert[600], key[600], number[PORT_TEXT];
	unsigned port;

	for (int tries = 0; tries < 5; tries++) {
		close(listen_anywhere(&port));
		snprintf(number, sizeof number, "--port=%u", port);
		snprintf(cert, sizeof cert, "--ssl-cert=%s", served);
		snprintf(key, sizeof key, "--ssl-key=%s", served);
		mariadb_kill();
		if (mariadb_start_with((const char *const []){ "--skip-networking=0",
		    "--bind-address=127.0.0.1", number, tls ? cert : "--skip-ssl",
		    tls ? key : NULL, NULL }) == 0)
			return port;
	}
	exit(99);
}

/* An initialised store, and users with a password for connections from this machine. */
static struct store_where
make_store(void)
{
	const struct uuid instance = contract_uuid(9000);
	const struct store_where where = mariadb_new();
	GUARD(store_close) struct store *st = NULL;

	EXPECT_VERDICT("open", store_open(&st, &where, STORE_MAKE), 0);
	EXPECT_VERDICT("init", store_init(st, &instance, 1), 0);
	mariadb_run("CREATE OR REPLACE USER tls@'%' IDENTIFIED BY 'secret' REQUIRE SSL; "
	    "CREATE OR REPLACE USER plain@'%' IDENTIFIED BY 'secret'; "
	    "GRANT ALL ON *.* TO tls@'%'; GRANT ALL ON *.* TO plain@'%'");
	return where;
}

/* Opens it by way of host and port. */
static int
open_by(struct store_where where, const char *host, unsigned port, const char *user,
    const char *ca_file)
{
	GUARD(store_close) struct store *st = NULL;
	char at[128];

	snprintf(at, sizeof at, "%s:%u", host, port);
	where.sql_hosts = (const char *const []){ at };
	where.sql_hosts_count = 1;
	where.sql_user = user;
	where.sql_password_file = password;
	where.sql_ca_file = ca_file;
	test_log_clear();
	return store_open(&st, &where, STORE_USE);
}

/* libmariadb does not compare the names of servers on loopback addresses since 3.4.2. */
#if MARIADB_PACKAGE_VERSION_ID < 30402
#define OTHER_ADDRESS -EAGAIN, "certificate"
#define OTHER_NAME_SAID "certificate"
#else
#define OTHER_ADDRESS 0, ""
#define OTHER_NAME_SAID "Hostname verification failed"
#endif

static void
certificates(void)
{
	static const struct {
		const char *row;
		enum certificate served;
		const char *host, *user, *ca;
		int want;
		const char *logged;
	} t[] = {
		{ "right", CERTIFICATE_GOOD, "localhost", "tls", ca, 0, "" },
		{ "an address", CERTIFICATE_GOOD, "127.0.0.1", "tls", ca, 0, "" },
		{ "TLS by choice", CERTIFICATE_GOOD, "localhost", "plain", ca, 0, "" },
		{ "no TLS", CERTIFICATE_GOOD, "localhost", "plain", "", 0, "" },
		{ "none, and it is needed", CERTIFICATE_GOOD, "localhost", "tls", "", -EACCES,
		    "Access denied" },
		{ "by another CA", CERTIFICATE_UNKNOWN_CA, "localhost", "tls", ca, -EAGAIN,
		    "certificate" },
		{ "our CA is another one", CERTIFICATE_GOOD, "localhost", "tls", other_ca, -EAGAIN,
		    "certificate" },
		{ "of another name", CERTIFICATE_OTHER_NAME, "localhost", "tls", ca, -EAGAIN,
		    OTHER_NAME_SAID },
		{ "of another address", CERTIFICATE_OTHER_NAME, "127.0.0.1", "tls", ca,
		    OTHER_ADDRESS },
		{ "expired", CERTIFICATE_EXPIRED, "localhost", "tls", ca, -EAGAIN, "certificate" },
		{ "no such file", CERTIFICATE_GOOD, "localhost", "tls", "/nowhere.pem", -EAGAIN,
		    "TLS" },
	};
	const struct store_where where = make_store();
	const unsigned port = start(true);

	for (size_t i = 0; i < NELEM(t); i++) {
		certificate_file(dir, t[i].served, served);
		mariadb_run("FLUSH SSL");
		EXPECT_VERDICT(t[i].row, open_by(where, t[i].host, port, t[i].user, t[i].ca),
		    t[i].want);
		EXPECT_TRUE(t[i].row, !*t[i].logged || test_logged(t[i].logged));
	}
}

/* A socket is of this machine: it needs no certificate. */
static void
sockets(void)
{
	GUARD(store_close) struct store *st = NULL;
	struct store_where where = make_store();

	start(false);
	where.sql_ca_file = ca;
	EXPECT_VERDICT("a socket", store_open(&st, &where, STORE_USE), 0);
}

/* --- a server without TLS ------------------------------------------------------------- */

/* Sends a client the first packet of the server; exits with whether the client answers it. */
static void
greet(int listener, const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), client;
	char bytes[4096];
	ssize_t len;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(30);
	if (text_copy(name.sun_path, sizeof name.sun_path, path) ||
	    connect(server, (struct sockaddr *)&name, sizeof name) != 0)
		_exit(99);
	len = read(server, bytes, sizeof bytes);
	client = accept(listener, NULL, NULL);
	if (len <= 0 || write(client, bytes, (size_t)len) != len)
		_exit(99);
	_exit(read(client, bytes, sizeof bytes) > 0);
}

/* Does somebody who listens between see anything of the login? */
static void
in_the_clear(void)
{
	static const struct {
		const char *row;
		bool wants_tls;
		int want, sent;
	} t[] = {
		{ "with sql_ca_file", true, -EAGAIN, 0 },
		{ "without", false, -EAGAIN, 1 },	/* the one between does not go on */
	};
	const struct store_where where = make_store();
	int status;

	start(false);
	for (size_t i = 0; i < NELEM(t); i++) {
		unsigned port;
		int listener = listen_anywhere(&port);
		pid_t between;

		fflush(NULL);
		between = fork();
		if (between == 0)
			greet(listener, mariadb_socket());
		close(listener);
		EXPECT_VERDICT(t[i].row, open_by(where, "localhost", port, "plain",
		    t[i].wants_tls ? ca : ""), t[i].want);
		EXPECT_INT(t[i].row, waitpid(between, &status, 0), between);
		EXPECT_INT(t[i].row, WEXITSTATUS(status), t[i].sent);
		EXPECT_TRUE(t[i].row, !t[i].wants_tls || test_logged("TLS"));
	}
}

static void
back(void)
{
	mariadb_kill();
	EXPECT_INT("start", mariadb_start(), 0);
}

CU_TestInfo tls_tests[] = {
	{ "certificates", certificates },
	{ "sockets", sockets },
	{ "in the clear", in_the_clear },
	{ "back", back },
	CU_TEST_INFO_NULL,
};

int
contract_tls(void)
{
	if (!*dir)
		make_files();
	return mariadb_need();
}
