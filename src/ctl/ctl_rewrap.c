// SPDX-License-Identifier: ISC
/*
 * ctl/ctl_rewrap.c - doorwardctl key rewrap: another master key, in steps of which each
 * leaves what the service can work with.
 *
 *	the key file has the new key, and the former one behind it
 *	the keys of the database are sealed by the new one
 *	the key file has the new key alone
 *
 * Whoever can write the key file, often root alone, does the first and the last; a child
 * that has become the user of the service does what is done to the database.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/json.h"
#include "base/log.h"
#include "base/path.h"
#include "base/private_file.h"
#include "base/text.h"
#include "base/verdict.h"
#include "ctl/arguments.h"
#include "ctl/prompt.h"
#include "ctl/resources.h"

/* What the child hands back. */
struct done {
	int r;
	uint64_t keys;
};

/* --- in a child, as the user of the service ----------------------------------------- */

static struct done
seal(struct ctl *ctl, bool only_look)
{
	struct done done = { 0 };
	size_t count = 0;

	done.r = resources_become_service(ctl);
	if (!done.r)
		done.r = auth_open_store(ctl->auth);
	if (!done.r)
		done.r = keyring_load(&ctl->auth->keys, ctl->auth->store);
	if (!done.r && !only_look)
		done.r = keyring_rewrap(&ctl->auth->keys, ctl->auth->store, &count);
	store_close(&ctl->auth->store);
	done.keys = count;
	return done;
}

static int
seal_in_child(struct ctl *ctl, bool only_look, uint64_t *keys)
{
	struct done done = { .r = -EIO };
	int pipe_fds[2], status;
	pid_t pid;

	if (pipe2(pipe_fds, O_CLOEXEC) != 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		done = seal(ctl, only_look);
		_exit(write(pipe_fds[1], &done, sizeof done) != sizeof done);
	}
	close(pipe_fds[1]);
	if (pid > 0 && read(pipe_fds[0], &done, sizeof done) != sizeof done)
		done.r = -EIO;
	close(pipe_fds[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	*keys = done.keys;
	return done.r;
}

/* --- the key file --------------------------------------------------------------------- */

/* One at a time; *fd holds the lock.  The file itself is replaced, so its directory is locked. */
static int
lock(struct ctl *ctl, int *fd)
{
	char real[PATH_MAX];

	if (!realpath(ctl->conf->key_file, real))
		return -errno;
	path_cut_name(real);
	*fd = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return -errno;
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	ctl->why = "the master key is being changed by another process";
	return -errno;
}

/* The key of --new-key, or a random one. */
static int
find_new(struct ctl *ctl, uint8_t key[SECRET_KEY_LEN])
{
	const char *path = arguments_value(ctl, "new-key");
	uint8_t bytes[SECRET_KEY_LEN + 1];
	size_t len;
	int r;

	secret_random(key, SECRET_KEY_LEN);
	if (!path)
		return 0;
	ctl->about = path;
	r = private_file_read(path, bytes, sizeof bytes, &len);
	if (!r && len != SECRET_KEY_LEN)
		r = log_fault(-EINVAL, "file %s must have 32 bytes", path);
	if (r == -EPERM)
		ctl->why = "must have mode 0600 or 0640, and belong to root or the user of the "
		    "service";
	if (r == -EINVAL || r == -EFBIG)
		ctl->why = "must have 32 bytes";
	if (!r) {
		memcpy(key, bytes, SECRET_KEY_LEN);
		ctl->about = ctl->conf->key_file;
	}
	secret_wipe(bytes, sizeof bytes);
	return r;
}

static int
consent(struct ctl *ctl)
{
	const char *question;

	if (arguments_has(ctl, "yes"))
		return 0;
	question = arena_printf(&ctl->mem, "Earlier copies of the database need the present "
	    "master key.  Do you have a copy of %s?", ctl->conf->key_file);
	return question ? prompt_consent(ctl, question) : -ENOMEM;
}

/* Puts the new key into the file, unless a change that was interrupted has. */
static int
begin(struct ctl *ctl)
{
	struct keyring *ring = &ctl->auth->keys;
	const char *given = arguments_value(ctl, "new-key");
	uint8_t key[SECRET_KEY_LEN];
	bool has_it;
	int r;

	r = find_new(ctl, key);
	has_it = !r && secret_equal(key, ring->masters[0].bytes, sizeof key);
	if (!r && given && !has_it && ring->master_count == 2) {
		ctl->why = "a change to another key is unfinished; 'doorwardctl key rewrap' "
		    "without --new-key finishes it";
		r = V_INVALID;
	}
	if (!r && !has_it && ring->master_count == 1) {
		r = consent(ctl);
		if (!r) {
			keyring_add_master(ring, key);
			r = keyring_replace_masters(ring, ctl->conf->key_file);
		}
	}
	secret_wipe(key, sizeof key);
	return r;
}

/* --- the command ------------------------------------------------------------------------ */

static int
print(struct ctl *ctl, const char *former, uint64_t keys)
{
	const struct keyring *ring = &ctl->auth->keys;
	struct json_out o;
	const char *json;
	struct text out;
	int r;

	if (!arguments_has(ctl, "json")) {
		printf("master key %s seals %llu keys; the key file contains %s\n",
		    ring->masters[0].id, (unsigned long long)keys,
		    ring->master_count == 1 ? "only this key" : "the former key too");
		return 0;
	}
	text_init(&out, &ctl->mem);
	json_open(&o, &out);
	json_add_string(&o, "master_key", ring->masters[0].id);
	json_add_string(&o, "former", former);
	json_add_integer(&o, "keys", (int64_t)keys);
	json_add_bool(&o, "finished", ring->master_count == 1);
	json_close(&o);
	r = text_done(&out, &json, NULL);
	if (!r)
		puts(json);
	return r;
}

static int
change(struct ctl *ctl)
{
	struct keyring *ring = &ctl->auth->keys;
	char former[KEY_ID_SIZE] = "";
	uint64_t keys;
	int r;

	r = auth_read_key(ctl->auth);
	if (!r)
		r = seal_in_child(ctl, true, &keys);	/* is it the right file at all? */
	if (r)
		return resources_explain_key(ctl, r);
	if (!r)
		r = begin(ctl);
	if (!r)
		r = seal_in_child(ctl, false, &keys);
	if (r)
		return r;
	if (ring->master_count == 2)
		memcpy(former, ring->masters[1].id, sizeof former);
	if (ring->master_count == 2 && !arguments_has(ctl, "keep-former")) {
		ring->master_count = 1;
		r = keyring_replace_masters(ring, ctl->conf->key_file);
	}
	return r ? r : print(ctl, former, keys);
}

int
ctl_key_rewrap(struct ctl *ctl)
{
	GUARD(fd_close) int lock_fd = -1;
	int r;

	ctl->about = ctl->conf->key_file;
	ctl->auth = auth_new(ctl->conf);
	if (!ctl->auth)
		return -ENOMEM;
	r = lock(ctl, &lock_fd);
	if (r != -ENOENT)
		return r ? r : change(ctl);
	return resources_explain_key(ctl, auth_read_key(ctl->auth));
}
