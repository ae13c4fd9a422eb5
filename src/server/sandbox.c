// SPDX-License-Identifier: ISC
/* server/sandbox.c - what a worker may still ask of the kernel. */
#include "server/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <seccomp.h>

#include "base/guard.h"
#include "base/log.h"
#include "server/landlock.h"
#include "server/preload.h"

/* When a call is permitted: for every worker, or only for one that ... */
enum {
	ALWAYS = 1,
	SYSLOG = 2,		/* logs to syslog */
	NETWORK = 4,		/* may have to ask a provider, or a database server */
	KEY_FILE = 8,		/* can open the key file again, and next to nothing else */
};

#define CALL(name) SCMP_SYS(name)

static const struct {
	int number;
	unsigned when;
} calls[] = {
	/* connections and open files */
	{ CALL(accept), ALWAYS }, { CALL(accept4), ALWAYS }, { CALL(close), ALWAYS },
	{ CALL(epoll_ctl), ALWAYS }, { CALL(epoll_pwait), ALWAYS }, { CALL(epoll_wait), ALWAYS },
	{ CALL(fallocate), ALWAYS }, { CALL(fdatasync), ALWAYS },
	{ CALL(fstat), ALWAYS }, { CALL(fsync), ALWAYS }, { CALL(getsockopt), ALWAYS },
	{ CALL(lseek), ALWAYS }, { CALL(msync), ALWAYS }, { CALL(poll), ALWAYS },
	{ CALL(ppoll), ALWAYS }, { CALL(pread64), ALWAYS }, { CALL(preadv), ALWAYS },
	{ CALL(pwrite64), ALWAYS }, { CALL(pwritev), ALWAYS }, { CALL(read), ALWAYS },
	{ CALL(readv), ALWAYS }, { CALL(recvfrom), ALWAYS }, { CALL(setsockopt), ALWAYS },
	{ CALL(shutdown), ALWAYS }, { CALL(write), ALWAYS }, { CALL(writev), ALWAYS },
	/* memory */
	{ CALL(brk), ALWAYS }, { CALL(madvise), ALWAYS }, { CALL(mlock), ALWAYS },
	{ CALL(mremap), ALWAYS }, { CALL(munlock), ALWAYS }, { CALL(munmap), ALWAYS },
	/* threads */
	{ CALL(futex), ALWAYS }, { CALL(get_robust_list), ALWAYS }, { CALL(getcpu), ALWAYS },
	{ CALL(getpriority), ALWAYS }, { CALL(membarrier), ALWAYS }, { CALL(rseq), ALWAYS },
	{ CALL(sched_getaffinity), ALWAYS }, { CALL(sched_yield), ALWAYS },
	{ CALL(set_robust_list), ALWAYS },
	/* signals and time */
	{ CALL(clock_getres), ALWAYS }, { CALL(clock_gettime), ALWAYS },
	{ CALL(clock_nanosleep), ALWAYS }, { CALL(getitimer), ALWAYS },
	{ CALL(gettimeofday), ALWAYS }, { CALL(nanosleep), ALWAYS },
	{ CALL(restart_syscall), ALWAYS }, { CALL(rt_sigaction), ALWAYS },
	{ CALL(rt_sigpending), ALWAYS }, { CALL(rt_sigprocmask), ALWAYS },
	{ CALL(rt_sigreturn), ALWAYS }, { CALL(setitimer), ALWAYS },
	{ CALL(sigaltstack), ALWAYS }, { CALL(time), ALWAYS },
	/* ourselves */
	{ CALL(exit), ALWAYS }, { CALL(exit_group), ALWAYS }, { CALL(getegid), ALWAYS },
	{ CALL(geteuid), ALWAYS }, { CALL(getgid), ALWAYS }, { CALL(getpid), ALWAYS },
	{ CALL(getppid), ALWAYS }, { CALL(getrandom), ALWAYS }, { CALL(getrusage), ALWAYS },
	{ CALL(gettid), ALWAYS }, { CALL(getuid), ALWAYS }, { CALL(sysinfo), ALWAYS },
	{ CALL(uname), ALWAYS },
	/* the network */
	{ CALL(bind), NETWORK }, { CALL(connect), NETWORK | SYSLOG },
	{ CALL(getpeername), NETWORK }, { CALL(getsockname), NETWORK },
	{ CALL(recvmmsg), NETWORK }, { CALL(recvmsg), NETWORK }, { CALL(sendmmsg), NETWORK },
	{ CALL(sendmsg), NETWORK | SYSLOG }, { CALL(sendto), NETWORK | SYSLOG },
	/* name service, certificates */
	{ CALL(access), NETWORK }, { CALL(eventfd2), NETWORK }, { CALL(faccessat), NETWORK },
	{ CALL(faccessat2), NETWORK }, { CALL(fstatfs), NETWORK }, { CALL(getcwd), NETWORK },
	{ CALL(getdents64), NETWORK }, { CALL(lstat), NETWORK }, { CALL(newfstatat), NETWORK },
	{ CALL(pipe2), NETWORK }, { CALL(readlink), NETWORK }, { CALL(readlinkat), NETWORK },
	{ CALL(stat), NETWORK }, { CALL(statx), NETWORK },
};

/* Of these only some; arguments masked and compared, all that the row has. */
#define ONLY(argument, mask, value) { argument, SCMP_CMP_MASKED_EQ, mask, value }
#define IS(argument, value) { argument, SCMP_CMP_EQ, value, 0 }
#define COMPARED_MAX 2

#define WRITING ((uint64_t)(O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND))

static const struct {
	int number;
	unsigned when;
	struct scmp_arg_cmp only[COMPARED_MAX];
} limited[] = {
	{ CALL(clone),       ALWAYS,             { ONLY(0, CLONE_THREAD, CLONE_THREAD) } },
	{ CALL(fcntl),       ALWAYS,             { IS(1, F_DUPFD_CLOEXEC) } },
	{ CALL(fcntl),       ALWAYS,             { IS(1, F_GETFD) } },
	{ CALL(fcntl),       ALWAYS,             { IS(1, F_GETFL) } },
	{ CALL(fcntl),       ALWAYS,             { IS(1, F_GETLK) } },
	{ CALL(fcntl),       ALWAYS,             { IS(1, F_OFD_GETLK) } },
	{ CALL(fcntl),       ALWAYS,             { IS(1, F_OFD_SETLK) } },
	{ CALL(fcntl),       ALWAYS,             { IS(1, F_SETFD) } },
	{ CALL(fcntl),       ALWAYS,             { IS(1, F_SETFL) } },
	{ CALL(fcntl),       ALWAYS,             { IS(1, F_SETLK) } },
	{ CALL(fcntl),       ALWAYS,             { IS(1, F_SETLKW) } },
	{ CALL(mmap),        ALWAYS,             { ONLY(2, PROT_EXEC, 0) } },
	{ CALL(mprotect),    ALWAYS,             { ONLY(2, PROT_EXEC, 0) } },
	{ CALL(newfstatat),  ALWAYS,             { ONLY(3, AT_EMPTY_PATH, AT_EMPTY_PATH) } },
	/* whether a file of the database is still under its name */
	{ CALL(newfstatat),  ALWAYS,             { IS(3, AT_SYMLINK_NOFOLLOW) } },
	{ CALL(prlimit64),   ALWAYS,             { IS(2, 0) } },
	{ CALL(sendto),      ALWAYS,             { IS(4, 0) } },
	/* of the thread that calls, and no other process */
	{ CALL(sched_setattr), ALWAYS,           { IS(0, 0) } },
	{ CALL(ioctl),       NETWORK,           { IS(1, FIONREAD) } },
	{ CALL(open),        NETWORK | KEY_FILE, { ONLY(1, WRITING, 0) } },
	{ CALL(openat),      NETWORK | KEY_FILE, { ONLY(2, WRITING, 0) } },
	{ CALL(socket),      NETWORK | SYSLOG,  { IS(0, AF_UNIX) } },
	{ CALL(socket),      NETWORK,           { IS(0, AF_INET) } },
	{ CALL(socket),      NETWORK,           { IS(0, AF_INET6) } },
	{ CALL(socket),      NETWORK,           { IS(0, AF_NETLINK) } },
	{ CALL(socketpair),  NETWORK,           { IS(0, AF_UNIX) } },
};

/* The C library tries these first, and something older if the kernel has none. */
static const int unknown[] = { CALL(clone3), CALL(openat2) };

/* --- what was refused -------------------------------------------------------- */

#define NUMBERS 1024

static volatile sig_atomic_t refused[NUMBERS];	/* 1: to be logged, 2: logged */
static volatile sig_atomic_t news;

#if defined(__x86_64__)
#define RESULT(context) ((context)->uc_mcontext.gregs[REG_RAX])
#elif defined(__aarch64__)
#define RESULT(context) (*(long long *)&(context)->uc_mcontext.regs[0])
#endif

#ifdef RESULT
/* In place of the call, which was not made: its result is EPERM. */
static void
refuse(int signum, siginfo_t *info, void *context)
{
	(void)signum;
	RESULT((ucontext_t *)context) = -EPERM;
	if (info->si_syscall >= 0 && info->si_syscall < NUMBERS &&
	    !refused[info->si_syscall])
		refused[info->si_syscall] = news = 1;
}

static int
watch(void)
{
	struct sigaction action = { .sa_sigaction = refuse, .sa_flags = SA_SIGINFO | SA_NODEFER };

	return sigaction(SIGSYS, &action, NULL) == 0 ? 0 : log_fault(-errno, "sigaction");
}

#define REFUSE SCMP_ACT_TRAP
#else
static int
watch(void)
{
	return 0;
}

#define REFUSE SCMP_ACT_ERRNO(EPERM)
#endif

void
sandbox_report(void)
{
	char *name;

	if (!news)
		return;
	news = 0;
	for (int i = 0; i < NUMBERS; i++) {
		if (refused[i] != 1)
			continue;
		refused[i] = 2;
		name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, i);
		log_error("sandbox: system call %d (%s) was refused", i, name ? name : "unknown");
		free(name);
	}
}

/* --- the filter ---------------------------------------------------------------- */

static unsigned
needs(const struct conf *conf)
{
	unsigned when = ALWAYS;

	if (strcmp(conf->log_target, "syslog") == 0)
		when |= SYSLOG;
	if (conf->google_client_ids.count || conf->apple_client_ids.count ||
	    *conf->facebook_app_id || conf->oidc_count || strcmp(conf->store, "lmdb") != 0)
		when |= NETWORK;
	return when;
}

static int
add_signal(scmp_filter_ctx filter, pid_t to, int signum)
{
	const struct scmp_arg_cmp only[] = { IS(0, (scmp_datum_t)to), IS(1, (scmp_datum_t)signum) };

	return to ? seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, CALL(kill), NELEM(only), only) :
	    0;
}

/* How many of a row's comparisons there are: an operation of 0 is none. */
static unsigned
compared(const struct scmp_arg_cmp *only)
{
	return only[1].op ? 2 : 1;
}

/* 0, or a negative errno of libseccomp. */
static int
add_rules(scmp_filter_ctx filter, unsigned when)
{
	const struct scmp_arg_cmp own = IS(0, (scmp_datum_t)getpid());
	int r = 0;

	for (size_t i = 0; i < NELEM(calls) && !r; i++) {
		if (calls[i].when & when)
			r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i].number, 0);
	}
	for (size_t i = 0; i < NELEM(limited) && !r; i++) {
		if (limited[i].when & when)
			r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, limited[i].number,
			    compared(limited[i].only), limited[i].only);
	}
	for (size_t i = 0; i < NELEM(unknown) && !r; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), unknown[i], 0);
	if (!r)		/* so that abort() raises its own signal */
		r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, CALL(tgkill), 1, &own);
	return r;
}

/* A kernel before 5.11 runs the filter at each call, from its first rule on. */
static int
order_rules(scmp_filter_ctx filter)
{
	static const int hottest[] = { CALL(read), CALL(write), CALL(close), CALL(accept4),
	    CALL(epoll_pwait) };
	int r = 0;

	for (size_t i = 0; i < NELEM(hottest) && !r; i++)
		r = seccomp_syscall_priority(filter, hottest[i], (uint8_t)(255 - i));
	return r;
}

static void
filter_drop(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZER
#endif

#ifdef SANITIZER
static const bool possible = false;
#else
static const bool possible = true;
#endif

int
sandbox_enter(const struct conf *conf, pid_t to, int signum)
{
	GUARD(filter_drop) scmp_filter_ctx filter = NULL;
	unsigned when = needs(conf);
	int r;

	if (!conf->sandbox || !possible)
		return 0;
	/* what the C library would open a file for later */
	tzset();
	if (when & NETWORK)
		preload_name_service();
	else if (landlock_enter(conf->key_file) == 0)
		when |= KEY_FILE;
	filter = seccomp_init(REFUSE);
	if (!filter)
		return log_fault(-ENOMEM, "seccomp");
	r = watch();
	if (!r)
		r = order_rules(filter);
	if (!r)
		r = add_rules(filter, when);
	if (!r)
		r = add_signal(filter, to, signum);
	if (!r)
		r = seccomp_load(filter);
	return r ? log_fault(r, "seccomp is not available; set \"sandbox = no\" to run without it")
	    : 0;
}
