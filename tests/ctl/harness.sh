# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# tests/ctl/harness.sh - sourced by the tests of doorwardctl: a directory with a
# configuration, and rows that are a command, its exit code and its message.

work=$(mktemp -d /tmp/doorward-ctl-XXXXXX) || exit 99
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
here=$PWD
rows=0 failed=0
export DOORWARD_CONFIG=$work/doorward.conf
export LC_ALL=C.UTF-8

# shellcheck disable=SC2016
# What must never be seen in any output; the secrets of tokens are added.
printf '%s\n' 'correct horse' 'battery staple' '$argon2' >"$work/secrets"

complain()
{
	failed=$((failed + 1))
	echo "FAIL: $row: $*"
	sed 's/^/    | /' "$work/out" "$work/err" | cat -v | head -20
}

# stdin TEXT: what the next command reads
stdin()
{
	printf '%b' "$1" >"$work/in"
}

# run COMMAND ...: into $code, out and err
run()
{
	rows=$((rows + 1))
	code=0
	"$@" <"$work/in" >"$work/out" 2>"$work/err" || code=$?
	: >"$work/in"
	if grep -q -a -F -f "$work/secrets" "$work/out" "$work/err"; then
		complain 'a secret was shown'
	fi
	case $code in
	0 | 1 | 2 | 3 | 4 | 5) ;;
	*) complain "ended with $code" ;;
	esac
}

# judge EXIT FRAGMENT: successful commands print it to stdout, the others to stderr
judge()
{
	local where=$work/err

	[ "$1" != 0 ] || where=$work/out
	[ "$code" = "$1" ] || complain "exit code $code, not $1"
	[ -z "$2" ] || grep -q -F -e "$2" "$where" || complain "does not say '$2'"
	[ "$1" = 0 ] || [ ! -s "$work/out" ] || complain "prints on stdout, though it fails"
	[ "$1" != 0 ] || [ ! -s "$work/err" ] || complain "prints on stderr, though it is good"
}

# t EXIT FRAGMENT ARGUMENT ...: one row
t()
{
	local want=$1 fragment=$2

	shift 2
	row="doorwardctl $*"
	run "$here/doorwardctl" "$@"
	judge "$want" "$fragment"
}

# lacks FRAGMENT: the last row did not print it
lacks()
{
	! grep -q -F -e "$1" "$work/out" || complain "says '$1'"
}

# lines N: the last row printed so many
lines()
{
	[ "$(wc -l <"$work/out")" = "$1" ] || complain "prints $(wc -l <"$work/out") lines, not $1"
}

# json FILTER WANT: the last row printed JSON, in which jq finds WANT
json()
{
	local got

	if command -v jq >/dev/null; then
		got=$(jq -c "$1" "$work/out" 2>&1)
		[ "$got" = "$2" ] || complain "JSON has $got, not $2, for $1"
	elif command -v python3 >/dev/null; then
		python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$work/out" 2>/dev/null ||
			complain 'is no JSON'
	fi
}

field()
{
	sed -n "s/^$1  *//p" "$work/out"
}

# typed EXIT FRAGMENT [PROMPT REPLY] ... -- ARGUMENT ...: a row at a terminal
typed()
{
	local want=$1 fragment=$2 script=()

	shift 2
	while [ "$1" != -- ]; do
		script+=("$1")
		shift
	done
	shift
	row="at a terminal: doorwardctl $*"
	run "$here/tests/ctl/typist" "${script[@]}" -- "$here/doorwardctl" "$@"
	[ "$code" = "$want" ] || complain "exit code $code, not $want"
	grep -q -a -F -e "$fragment" "$work/out" || complain "does not say '$fragment'"
}

# shellcheck disable=SC2119,SC2120
conf()
{
	cat >"$work/doorward.conf" <<-END
		data_dir = "$work/var/data"
		run_dir = "$work/run"
		key_file = "$work/etc/master.key"
		argon2_memory_kib = 8192
		argon2_iterations = 1
		$1
	END
}

: >"$work/in"
conf

# finish: the last line of a test
finish()
{
	echo "$rows rows, $failed failed"
	[ "$failed" = 0 ]
}

# two_users: ann@example.org and bob@example.org, each with 300 tokens that last an hour
two_users()
{
	local name

	for name in ann bob; do
		stdin 'correct horse'
		t 0 ''		user add "$name@example.org" --password-stdin
		"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" "$name@example.org" 300 3600 10 \
			>>"$work/secrets" || failed=$((failed + 1))
	done
}
