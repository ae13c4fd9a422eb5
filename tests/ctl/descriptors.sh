#!/bin/bash
# SPDX-License-Identifier: ISC
# Programs started with some of descriptors 0, 1 and 2 closed, or with a standard
# output that cannot be written to: no file of the service changes, and a program
# that prints reports the loss by its exit code.
# Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

mkdir "$work/var"
t 0 ''				init
mkdir -p "$work/run"
t 0 ''				user add bob@example.org --no-password
t 0 ''				user add ann@example.org --no-password

data=$work/var/data/data.mdb

# started CODE REDIRECTIONS PROGRAM ARGUMENT ...: exits with that code ("lost":
# with any but 0) and leaves the database as it was
started()
{
	local want=$1 closed=$2 before

	shift 2
	row="$* $closed"
	rows=$((rows + 1))
	: >"$work/out"
	: >"$work/err"
	before=$(sha256sum <"$data")
	code=0
	eval '"$@" </dev/null >"$work/out" 2>"$work/err"' "$closed" || code=$?
	[ "$before" = "$(sha256sum <"$data")" ] || complain 'the database has changed'
	if [ "$want" = lost ]; then
		[ "$code" != 0 ] || complain 'ends with 0, though its output is lost'
	else
		[ "$code" = "$want" ] || complain "exit code $code, not $want"
	fi
}

# in_all_ways CODE PROGRAM ARGUMENT ...: of a command that changes nothing
in_all_ways()
{
	local want=$1 closed

	shift
	for closed in '' '<&-' '2>&-' '<&- 2>&-'; do
		started "$want" "$closed" "$@"
	done
	[ "$want" != 0 ] || want=lost
	for closed in '>&-' '<&- >&-' '>&- 2>&-' '<&- >&- 2>&-' '>/dev/full' '>/dev/full 2>&-'; do
		started "$want" "$closed" "$@"
	done
}

for command in 'user list' 'user list --json' 'user show bob@example.org' status \
	'key list' 'token list' 'account list --json' 'role show root' 'role list' \
	'domain token list' 'throttle list' 'config show' 'config show --defaults' \
	'config check' --help --version 'user --help' 'user add --help'; do
	# shellcheck disable=SC2086
	in_all_ways 0 "$here/doorwardctl" $command
done
in_all_ways 3 "$here/doorwardctl" user show nobody@example.org
in_all_ways 4 "$here/doorwardctl" init
in_all_ways 2 "$here/doorwardctl" user lists
in_all_ways 2 "$here/doorwardctl" user list --frobnicate
in_all_ways 1 "$here/doorwardctl" status --config /nowhere/doorward.conf
in_all_ways 0 "$here/doorward" --check
in_all_ways 0 "$here/doorward" --help
in_all_ways 0 "$here/doorward" --version
in_all_ways 2 "$here/doorward" --frobnicate
in_all_ways 2 "$here/tests/ctl/make_tokens"

# a password that cannot be read is not an empty one
for closed in '<&-' '<&- >&-' '<&- 2>&-' '<&- >&- 2>&-'; do
	started 1 "$closed" "$here/doorwardctl" user passwd bob@example.org --password-stdin
done

# added CODE REDIRECTIONS: the command makes its change, and exits with CODE
n=0
added()
{
	n=$((n + 1))
	row="account add $2"
	rows=$((rows + 1))
	code=0
	eval '"$here/doorwardctl" account add "Acme $n" </dev/null >"$work/out" 2>"$work/err"' "$2" ||
		code=$?
	[ "$code" = "$1" ] || complain "exit code $code, not $1"
	t 0 "Acme $n"			account show "Acme $n"
}

for closed in '' '<&-' '2>&-' '<&- 2>&-'; do
	added 0 "$closed"
done
for closed in '>&-' '<&- >&-' '>&- 2>&-' '<&- >&- 2>&-' '>/dev/full'; do
	added 1 "$closed"
done
t 0 '"users":2'			status --json

finish
