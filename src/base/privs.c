// SPDX-License-Identifier: ISC
/* base/privs.c - the user that a process runs as, and what none of ours may do. */
#include "base/privs.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

#define STAY ((uid_t)-1)

int
privs_harden(void)
{
	static const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return log_fault(-errno, "RLIMIT_CORE");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return log_fault(-errno, "PR_SET_DUMPABLE");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return log_fault(-errno, "PR_SET_NO_NEW_PRIVS");
	return 0;
}

static int
find_user(struct privs *privs, const char *name)
{
	const struct passwd *pw;

	errno = 0;
	pw = getpwnam(name);
	if (!pw || text_copy(privs->user, sizeof privs->user, name))
		return log_fault(errno ? -errno : -EINVAL, "user %s", name);
	privs->uid = pw->pw_uid;
	privs->gid = pw->pw_gid;
	privs->own_gid = pw->pw_gid;
	return 0;
}

static int
find_group(struct privs *privs, const char *name)
{
	const struct group *gr;

	errno = 0;
	gr = getgrnam(name);
	if (!gr)
		return log_fault(errno ? -errno : -EINVAL, "group %s", name);
	privs->gid = gr->gr_gid;
	if (!*privs->user)
		privs->own_gid = gr->gr_gid;
	return 0;
}

int
privs_find(struct privs *privs, const char *user, const char *group)
{
	int r = 0;

	*privs = (struct privs){ .uid = STAY, .gid = STAY, .own_gid = STAY };
	if (*user)
		r = find_user(privs, user);
	if (!r && *group)
		r = find_group(privs, group);
	return r;
}

int
privs_of(struct privs *privs, uid_t uid, gid_t gid)
{
	const struct passwd *pw = getpwuid(uid);

	/* a user without an entry has no supplementary groups */
	*privs = (struct privs){ .uid = uid, .gid = gid, .own_gid = pw ? pw->pw_gid : gid };
	if (pw && text_copy(privs->user, sizeof privs->user, pw->pw_name))
		return log_fault(-ENAMETOOLONG, "user %s", pw->pw_name);
	return 0;
}

bool
privs_due(const struct privs *privs)
{
	return geteuid() == 0 && (privs->uid != STAY || privs->gid != STAY);
}

static int
become(const struct privs *privs)
{
	int r;

	if (*privs->user)
		r = initgroups(privs->user, privs->own_gid);
	else
		r = setgroups(1, &privs->gid);
	if (r == 0)
		r = setresgid(privs->gid, privs->gid, privs->gid);
	if (r == 0 && privs->uid != STAY)
		r = setresuid(privs->uid, privs->uid, privs->uid);
	return r == 0 ? 0 : log_fault(-errno, "changing user and group");
}

/* Has every one of the three ids become what it was to be? */
static bool
became(const struct privs *privs)
{
	uid_t uid[3];
	gid_t gid[3];

	if (getresuid(&uid[0], &uid[1], &uid[2]) != 0 ||
	    getresgid(&gid[0], &gid[1], &gid[2]) != 0)
		return false;
	for (int i = 0; i < 3; i++) {
		if ((privs->uid != STAY && uid[i] != privs->uid) ||
		    (privs->gid != STAY && gid[i] != privs->gid))
			return false;
	}
	return true;
}

int
privs_drop(const struct privs *privs)
{
	int r;

	if (privs_due(privs)) {
		r = become(privs);
		if (r)
			return r;
		/* the change of user has made us dumpable again, or may have */
		r = privs_harden();
		if (r)
			return r;
	}
	if (!became(privs))
		return log_fault(-EPERM, "only root can become the user and group that the "
		    "configuration names");
	if (privs->uid != STAY && privs->uid != 0 && setuid(0) == 0)
		return log_fault(-EPERM, "root's rights did not go away");
	return 0;
}
