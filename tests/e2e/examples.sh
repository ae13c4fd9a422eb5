#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The examples of doorward-api(7) and of the README, as printed there except for the
# address of the service: each command runs in the shell of those before it, and has
# to print what is below it.  An error is compared as a whole, as is {}, and other
# JSON by its members.  Run by stack.sh, in the build directory.
#
# In the page ".\" run" marks a block of commands, ".\" answer STATUS" the answer to
# the last of them.  In the README commands and answers are indented blocks; an answer
# begins with "{" and is 200.  In doorward(8) ".\" log" marks a line of the log, which
# has to have the fields of a real one.
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/../..")
page=$PWD/src/doorward-api.7
work=$(mktemp -d "$E2E_DIR/examples.XXXXXX")
failures=0 answers=0

# Every example calls this.  The status goes to a file of its own.
curl() {
	local arguments=("$@")

	arguments=("${arguments[@]/#https:\/\/auth.example.org/$E2E_HTTPS}")
	arguments=("${arguments[@]/#https:\/\/localhost:8443/$E2E_HTTPS}")
	command curl -sS --noproxy '*' --cacert "$E2E_CA" --max-time 20 \
		-w '%{stderr}%{http_code}\n' "${arguments[@]}" 2>>"$work/status"
}

# Some examples need a right that no request can give.
doorwardctl() {
	"$E2E_CTL" "$@"
}

# Blocks go to files NUMBER.1.run, and NUMBER.2.answer.STATUS for what the block printed.
page_blocks() {
	awk -v dir="$1" '
		/^\.\\" run$/ { number++; file = sprintf("%s/%03d.1.run", dir, number); next }
		/^\.\\" answer / { file = sprintf("%s/%03d.2.answer.%s", dir, number, $3); next }
		/^\.Bd / && file { on = 1; next }
		/^\.Ed/ { on = 0; file = ""; next }
		on { gsub(/\\\[u2026\]/, "…"); gsub(/\\e/, "\\"); print >file }' "$page"
}

readme_blocks() {
	sed -n '/^FIRST LOGIN$/,/^INSTALL IT$/p' "$top/README" | awk -v dir="$1" '
		/^    / && !on { answer = /^    \{/; number += !answer; on = 1
			file = sprintf("%s/%03d.%s", dir, number, answer ? "2.answer.200" : "1.run") }
		/^    / { print substr($0, 5) >file; next }
		{ on = 0 }'
}

# On one line, without what stands for something left out.
joined() {
	sed -e 's/^ *//' "$1" | tr -d '\r\n'
}

# The names of members (of an ACL none, since it is shown in part), headers and metrics.
names() {
	joined "$1" | sed 's/"acl":{[^}]*}/"acl":{}/' | grep -o '"[A-Za-z_.0-9]*":' || true
	tr -d '\r' <"$1" | grep -oiE '^x-auth-[a-z]*:' | tr '[:upper:]' '[:lower:]' || true
	grep -oE '^doorward_[a-z_]*' "$1" || true
}

# Are the lines of the first file among those of the second, in this order?
is_among() {
	diff "$1" "$2" | grep -q '^<' && return 1
	return 0
}

# same WANTED PRINTED STATUS
same() {
	if [ "$3" -ge 400 ] || [ "$(joined "$1")" = '{}' ]; then
		[ "$(joined "$1")" = "$(joined "$2")" ]
		return
	fi
	names "$1" >"$work/wanted"
	names "$2" >"$work/found"
	[ -s "$work/wanted" ] || return 1
	if grep -q ' \.\.\. ' "$1"; then
		is_among "$work/wanted" "$work/found"
	else
		cmp -s "$work/wanted" "$work/found"
	fi
}

# check NAME ANSWER: against what the block before it printed
check() {
	local status=${2##*.} found

	found=$(tail -n 1 "$work/status")
	answers=$((answers + 1))
	if [ "$found" != "$status" ] || ! same "$2" "$work/printed" "$status"; then
		failures=$((failures + 1))
		printf '%s: %s, should be %s like\n%s\nbut is\n%s\n' "$1" "$found" "$status" \
			"$(<"$2")" "$(<"$work/printed")"
	fi
}

# run_blocks NAME DIRECTORY
run_blocks() {
	local block

	for block in "$2"/*; do
		: >>"$work/status"
		case $block in
		*.run)
			# shellcheck disable=SC1090	# that is the point
			. "$block" >"$work/printed" || {
				failures=$((failures + 1))
				printf '%s fails:\n%s\n' "$1" "$(<"$block")"
			}
			;;
		*)
			check "$1" "$block"
			;;
		esac
	done
}

# The names of the fields of a line of the log, which the page breaks.
log_fields() {
	tr '\n' ' ' <"$1" | grep -oE '\b[a-z]+=' || true
}

# The same of its JSON, without what text has before them.
json_fields() {
	tr '\n' ' ' <"$1" | grep -oE '"[a-z]+":' | tr -d '":' |
		grep -vx -e time -e host -e pid -e level -e message | sed 's/$/=/'
}

check_log() {
	local wanted found tries

	awk '/^\.\\" log$/ { on = 1 } /^\.Ed/ { on = 0 } on && !/^\./' "${page%/*}/doorward.8" \
		>"$work/log-wanted"
	command curl -sS -o "$work/printed" --noproxy '*' --cacert "$E2E_CA" \
		-u nobody@example.org:wrong "$E2E_HTTPS/rest/auth"
	# the line may follow the answer
	for ((tries = 0; tries < 100; tries++)); do
		! grep 'result=wrong-credentials .*failed=basic .*name=nobody@example.org' \
			"$E2E_LOG/doorward.log" >"$work/log-found" || break
		sleep 0.05
	done
	wanted=$(log_fields "$work/log-wanted")
	found=$(log_fields "$work/log-found")
	[ "$(json_fields "$work/log-wanted")" = "$found" ] || wanted='other names in JSON'
	answers=$((answers + 1))
	if [ -z "$wanted" ] || [ "$wanted" != "$found" ]; then
		failures=$((failures + 1))
		printf 'doorward(8): a line of the log has\n%s\nbut should have\n%s\n' "$found" "$wanted"
	fi
}

# What a reader of the page has: a user with that password.
add_reader() {
	local login

	login=$(sed -n 's/^LOGIN=//p' "$page")
	printf '%s' "${login#*:}" |
		"$E2E_CTL" user add "${login%%:*}" --password-stdin >/dev/null
	echo "${login%%:*}" >"$work/reader"
}

# What a reader of the README has: the files of the quickstart.
make_run() {
	mkdir -p "$work/run/tls"
	cp "$E2E_CA" "$work/run/tls/ca.pem"
	printf '%s' "$E2E_USER" >"$work/run/demo-user"
}

mkdir "$work/page" "$work/readme"
page_blocks "$work/page"
readme_blocks "$work/readme"
add_reader
make_run
cd "$work"
run_blocks "doorward-api(7)" "$work/page"
run_blocks README "$work/readme"
check_log
"$E2E_CTL" user delete "$(<"$work/reader")" --yes
"$E2E_CTL" user logout "${E2E_USER%%:*}" >/dev/null
printf 'examples: %d answers, %d failed\n' "$answers" "$failures"
[ "$answers" -ge 25 ] && [ "$failures" -eq 0 ]
