#!/bin/bash
# SPDX-License-Identifier: ISC
# doorwardctl upgrade whose child process dies at each of its writes and flushes: it says so,
# nothing is lost, and the same command finishes afterwards.  And a disk that cannot be read.
# Run in the build directory.

if grep -q __asan_init doorwardctl 2>/dev/null; then
	echo 'built with a sanitizer: skipped'
	exit 77
fi

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

data=$work/var/data
mkdir "$work/var" "$work/run"
t 0 ''				init
t 0 ''				user add ann@example.org --no-password
t 0 ''				backup "$work/a.mdb"
"$here/tests/ctl/make_old" "$data" || failed=$((failed + 1))
t 1 'upgrade'			user list
cp -a "$data" "$work/old"

# old: the database of the schema before
old()
{
	rm -rf "$data"
	cp -a "$work/old" "$data"
}

# with VARIABLE=VALUE ... ARGUMENT ...: the tool, with what is preloaded
with()
{
	run env LD_PRELOAD="$here/tests/ctl/dying.so" "$@"
}

# whole: the same command finishes
whole()
{
	# one that fails, and does not die, keeps a whole copy of what it may have changed
	[ "$signal" = BUS ] || [ -z "$(find "$data" -name 'before-schema-*')" ] ||
		complain 'leaves a copy'
	rm -f "$data"/before-schema-*
	t 0 'the database now has schema'	upgrade
	t 0 'ann@example.org'			user list
	t 0 'faults    0'			check
}

for signal in KILL BUS; do
	says='was interrupted'
	[ "$signal" = KILL ] || says='damaged'
	for ((at = 1; at < 100; at++)); do
		old
		row="upgrade: SIG$signal at step $at"
		with DYING_AT="$at" DYING_SIGNAL="$(kill -l "$signal")" \
			"$here/doorwardctl" upgrade
		[ "$code" != 0 ] || break
		[ "$code" = 1 ] || complain "exit code $code"
		grep -q -F -e "$says" "$work/err" || complain "does not say '$says'"
		whole
	done
	[ "$at" -gt 3 ] && [ "$at" -lt 100 ] || complain "died $at times"
done

for command in 'user list' 'user add eve@example.org --no-password' status check \
	"backup $work/b.mdb"; do
	row="unreadable: doorwardctl $command"
	# shellcheck disable=SC2086
	with DYING_READ=1 "$here/doorwardctl" $command
	judge 1 'data.mdb cannot be opened: Input/output error'
	[ ! -e "$work/b.mdb" ] || complain 'leaves a backup'
done
row='unreadable: doorward'
with DYING_READ=1 timeout 60 "$here/doorward" --check
judge 1 'data.mdb cannot be opened: Input/output error'
t 0 'ann@example.org'		user list
finish
