#!/bin/bash
# SPDX-License-Identifier: ISC
#
# tests/ctl/examples.sh - the examples of doorwardctl(8) and doorward.conf(5), and that
# of each command's --help, as printed there, on a database of their own.  Run in the
# build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

# What the pages call.  Not by the harness: an example reads standard input.
doorwardctl()
{
	"$here/doorwardctl" "$@"
}

# page_blocks FILE DIRECTORY: each example that is marked ".\" run", as a file
page_blocks()
{
	awk -v dir="$2" '
		/^\.\\" run$/ { file = sprintf("%s/%02d", dir, ++number); next }
		/^\.Ed/ { file = "" }
		file && !/^\.Bd/ { gsub(/\\e/, "\\"); print >file }' "$1"
}

# run_blocks PAGE: its examples, each in the shell of those before it
run_blocks()
{
	local blocks block

	blocks=$(mktemp -d "$work/blocks.XXXXXX")
	page_blocks "src/$1" "$blocks"
	for block in "$blocks"/*; do
		row="$1: $(<"$block")"
		rows=$((rows + 1))
		[ -s "$block" ] || complain 'has no examples'
		# shellcheck disable=SC1090
		. "$block" >"$work/out" 2>"$work/err" || complain 'fails'
		[ ! -s "$work/err" ] || complain 'complains'
	done
}

mkdir "$work/var" "$work/etc" "$work/run"
conf "log_target = \"$work/log\""
: >"$work/log"
t 0 'database in'		init
stdin 'alice-password-1\n'
t 0 ''				user add alice@example.org --password-stdin
run_blocks doorwardctl.8
run_blocks doorward.conf.5

# Their effects are as they describe.
t 0 ''				user show bob@example.org --json
json '.role'			'"Admin"'
json '.account.name'		'"Acme"'
t 0 ''				user show alice@example.org --json
json '.gmail_user_id'		'"1101694844"'
t 0 'reader'			domain token list

# The example of a command is a line of the command, with its words.
"$here/doorwardctl" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z ]*[a-z]\) .*/\1/p' >"$work/commands"
while read -r words; do
	# shellcheck disable=SC2086
	t 0 "doorwardctl $words" $words --help
	example=$(sed -n '/^Example:/,$s/^  \(doorwardctl .*\)/\1/p' "$work/out")
	row="example of $words"
	[ -n "$example" ] || complain 'is not there'
	# Parsed only: a wrong option or operand is 2, whatever the database contains.
	code=0
	(eval "$example --config $work/no/such.conf") <"$work/in" >"$work/out" 2>"$work/err" || code=$?
	[ "$code" != 2 ] || complain 'is a wrong command line'
done <"$work/commands"
finish
