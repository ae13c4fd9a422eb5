// SPDX-License-Identifier: ISC
/* server/start.c - from a configuration to a service. */
#include "server/start.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/serve.h"
#include "base/descriptors.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/privs.h"
#include "base/verdict.h"
#include "conf/conf_places.h"
#include "conf/conf_unit.h"
#include "server/crew.h"
#include "server/listen.h"
#include "server/master.h"
#include "server/sandbox.h"
#include "server/worker.h"

struct start {
	struct conf *conf;
	const char *path;		/* of the command line, or NULL */
	const struct program *program;
	struct privs privs;
};

static int
log_start(const struct conf *conf)
{
	static const char *const names[] = {
		[LOG_LEVEL_ERROR] = "error",
		[LOG_LEVEL_INFO] = "info",
		[LOG_LEVEL_DEBUG] = "debug",
	};
	enum log_level level = LOG_LEVEL_ERROR;
	int r;

	while (level < LOG_LEVEL_DEBUG && strcmp(names[level], conf->log_level) != 0)
		level++;
	r = log_open(conf->log_target, level);
	log_set_format(strcmp(conf->log_format, "json") == 0 ? LOG_FORMAT_JSON :
	    LOG_FORMAT_TEXT);
	return r ? log_fault(r, "log_target %s", conf->log_target) : 0;
}

/* --- looking before the leap ----------------------------------------------------- */

/* As the user of the service.  Errors go to standard error or the log, as log says. */
static int
look(const struct conf *conf, const struct privs *privs, bool log)
{
	GUARD(service_close) struct service *service = NULL;
	int r;

	r = privs_drop(privs);
	if (!r && log)
		r = log_start(conf);
	if (!r)
		r = service_open(&service, conf);
	return r;
}

/* In a child, whose exit status it returns. */
static int
look_once(const struct start *s, bool log, int *status)
{
	pid_t pid;

	pid = fork();
	if (pid < 0)
		return log_fault(-errno, "fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(look(s->conf, &s->privs, log) ? EXIT_FAILURE : EXIT_SUCCESS);
	}
	while (waitpid(pid, status, 0) < 0) {
		if (errno != EINTR)
			return log_fault(-errno, "waitpid");
	}
	if (WIFSIGNALED(*status))
		crew_log_death("the test of the database, process", pid, *status);
	return 0;
}

/*
 * Clients must not connect to a service whose workers cannot work.  A child that died
 * of a damaged cache has marked it, so that the next one makes it anew.
 */
static int
look_in_child(const struct start *s, bool log)
{
	int status = 0, r;

	r = look_once(s, log, &status);
	if (!r && WIFSIGNALED(status))
		r = look_once(s, log, &status);
	return !r && status ? -EIO : r;
}

/*
 * Root asks on behalf of the user of the service.  Where the configuration does
 * not name one, that is the user of its unit, or else the owner of the database.
 */
static int
find_service(struct privs *privs, const struct conf *conf, const struct conf_unit *unit)
{
	struct stat dir;

	if (*conf->user || *conf->group || geteuid() != 0)
		return privs_find(privs, conf->user, conf->group);
	if (unit && *unit->user)
		return privs_find(privs, unit->user, unit->group);
	if (stat(conf->data_dir, &dir) != 0)
		return log_fault(-errno, "data_dir %s", conf->data_dir);
	return privs_of(privs, dir.st_uid, dir.st_gid);
}

int
start_check(struct conf *conf, const char *path)
{
	struct start s = { .conf = conf };
	struct conf_unit unit;
	int r;

	r = conf_unit_find(&conf->mem, path, &unit);
	if (r < 0 || find_service(&s.privs, conf, r ? NULL : &unit) || privs_drop(&s.privs))
		return EXIT_FAILURE;
	r = r ? 0 : conf_unit_check(&unit, conf);
	if (conf_check_places(conf) || r || look_in_child(&s, false))
		return EXIT_FAILURE;
	return sandbox_enter(conf, 0, 0) ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* --- one worker ---------------------------------------------------------------------- */

static int
run_worker(const struct start *s)
{
	struct listener l;

	if (privs_drop(&s->privs) || log_start(s->conf) || listen_adopt(&l, STDIN_FILENO))
		return EXIT_FAILURE;
	return worker_run(l.fd, s->conf, 0);
}

/* --- a master ------------------------------------------------------------------------ */

/* A socket of our own. */
static int
open_socket(const struct start *s, struct listener *out)
{
	const struct owner owner = { s->privs.uid, s->privs.gid };
	const char *path = s->path;

	if (!path && *s->conf->listen)
		path = s->conf->listen;
	if (!path)
		path = arena_printf(&s->conf->mem, "%s/doorward.sock", s->conf->run_dir);
	return path ? listen_open(out, path, &owner) : -ENOMEM;
}

/* V_NOT_FOUND: standard input is the socket. */
static int
find_socket(const struct start *s, struct listener *out)
{
	int r = V_NOT_FOUND, looked;

	if (!s->path)
		r = listen_from_systemd(out);
	if (r == 0 && *s->conf->listen && strcmp(s->conf->listen, out->name.sun_path) != 0)
		log_error("listen %s is not used: the socket unit of systemd says %s",
		    s->conf->listen, out->name.sun_path);
	if (r < 0 || (r && !s->path && listen_inherited(STDIN_FILENO)))
		return r;
	looked = look_in_child(s, true);
	if (looked || !r)
		return looked;
	return open_socket(s, out);
}

static int
run_master(const struct start *s, struct handover *h)
{
	if (privs_drop(&s->privs) || log_start(s->conf))
		return EXIT_FAILURE;
	return master_run(s->conf, h, s->program);
}

int
start_service(struct conf *conf, const char *path, const struct program *program)
{
	GUARD(handover_drop) struct handover h;
	struct start s = { .conf = conf, .path = path, .program = program };
	int r;

	umask(007);		/* doorwardctl shares our files through the group */
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);	/* a log without a reader */
	r = handover_take(&h);
	/* of what was left open for us, only a socket is known to be meant so */
	descriptors_close_others(r == 0 ? h.socket.fd : listen_systemd_fd(), h.socket.lock_fd);
	if (r < 0 || privs_find(&s.privs, conf->user, conf->group))
		return EXIT_FAILURE;
	if (!privs_due(&s.privs) && log_start(conf))
		return EXIT_FAILURE;
	if (geteuid() == 0 && !s.privs.user[0])
		log_error("workers run as root; option user gives them a user of their own");
	if (r == 0)
		return run_master(&s, &h);
	r = find_socket(&s, &h.socket);
	if (r == V_NOT_FOUND)
		return run_worker(&s);
	return r ? EXIT_FAILURE : run_master(&s, &h);
}
