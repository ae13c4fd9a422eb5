#!/bin/bash
# SPDX-License-Identifier: ISC
# Each system call by which doorwardctl changes something fails in turn: the command says so
# or has done all of it, the database is the former or the new one as a whole, and the same
# command succeeds afterwards.  Run in the build directory; skips where strace may not trace.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

command -v strace >/dev/null && strace -o /dev/null -e inject=getpid:error=EIO true 2>/dev/null || {
	echo 'strace is missing or not permitted: skipped'
	exit 77
}
# a sanitizer that looks for leaks cannot do so in a process that strace traces
export ASAN_OPTIONS=detect_leaks=0
var=$work/var
mkdir "$var" "$work/run"
t 0 ''				init
t 0 ''				user add ann@example.org --no-password
t 0 ''				token add ann@example.org --name first
cat "$work/out" >>"$work/secrets"
t 0 ''				backup "$work/one.mdb"
t 0 ''				user add bob@example.org --no-password
cp "$work/one.mdb" "$var/two.mdb"
printf 'email\ncarl@example.org\ndora@example.org\n' >"$work/users.csv"
cp -a "$var" "$work/good"

# The calls, and those errors that the manual pages have.
calls='clone:EAGAIN clone3:EAGAIN vfork:EAGAIN pipe2:EMFILE write:EIO pwrite64:ENOSPC writev:EIO
	fsync:EIO fdatasync:EIO msync:EIO rename:EIO linkat:EIO unlink:EIO ftruncate:ENOSPC
	fallocate:ENOSPC openat:EMFILE fchmod:EPERM fchown:EPERM mkdir:ENOSPC getrandom:EAGAIN'

# state: users and tokens of the database, and whether the backup is the former
state()
{
	"$here/doorwardctl" status >"$work/out" 2>"$work/err" || complain 'status fails'
	echo "$(field users) $(field tokens) $(cmp -s "$var/two.mdb" "$work/good/two.mdb" && echo former)"
}

reset()
{
	rm -rf "$var"
	cp -a "$work/good" "$var"
}

# places CALL: how many calls of a process come before and with each that concerns our files
places()
{
	awk -v call="$1" -v work="$work/" '
		{ name = $2; sub(/\(.*/, "", name) }
		name != call { next }
		{ n[$1]++ }
		/\((1|2)</ { next }
		index($0, work) || call ~ /^(clone|clone3|vfork|pipe2|getrandom)$/ { print n[$1] }' \
		"$work/trace" | sort -nu
}

# broken WANT CALL:ERROR N COMMAND ...
broken()
{
	local want=$1 inject="${2%:*}:error=${2#*:}:when=$3" now

	shift 3
	reset
	row="$inject: $*"
	run strace -f -o "$work/trace.now" -e "inject=$inject" "$here/doorwardctl" "$@"
	grep -q INJECTED "$work/trace.now" || complain 'nothing failed'
	[ "$code" = 0 ] || [ -s "$work/err" ] || complain 'fails without a word'
	now=$(state)
	case $code:$now in
	0:"$want") ;;
	0:*) complain "succeeds, and the state is $now" ;;
	*:"$former" | *:"$want") ;;
	*) complain "the state is $now" ;;
	esac
	t 0 'faults    0'	check
	run "$here/doorwardctl" "$@"
	case $now:$code in
	"$former":0 | "$want":0 | "$want":4 | "$want":3) ;;
	*) complain "afterwards: exit code $code" ;;
	esac
	[ "$(state)" = "$want" ] || [ "$now:$code" = "$want:0" ] ||
		complain "afterwards: the state is $(state)"
}

# each WANT COMMAND ...: every call of it that matters
each()
{
	local want=$1 call n count=0

	shift
	reset
	former=$(state)
	row=$*
	run strace -f -y -s 0 -o "$work/trace" "$here/doorwardctl" "$@"
	[ "$code:$(state)" = "0:$want" ] || complain "exit code $code, state $(state)"
	for call in $calls; do
		for n in $(places "${call%:*}"); do
			count=$((count + 1))
			broken "$want" "$call" "$n" "$@"
		done
	done
	echo "$*: $count calls"
	row=$*
	[ "$count" -ge 5 ] || complain "only $count calls were found"
}

each '3 1 former'	user add carl@example.org --no-password
each '1 1 former'	user delete bob@example.org --yes
each '2 2 former'	token add ann@example.org --name second
each '2 0 former'	user logout --all
each '4 1 former'	import csv "$work/users.csv"
each '1 1 former'	restore "$work/one.mdb"
each '2 1 former'	compact
each '2 1 '		backup "$var/two.mdb"
finish
