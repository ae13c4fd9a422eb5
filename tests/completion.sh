#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The completion of bash offers every command and every option of doorwardctl, and nothing
# else.  Run in the build directory.
set -euo pipefail

top=${BASH_SOURCE[0]%/*}/..
PATH=$PWD:$PATH
# shellcheck source=deploy/bash-completion/doorwardctl
. "$top/deploy/bash-completion/doorwardctl"
status=0

# offered WORD...: what is offered for the last word, which may be empty
offered() {
	COMP_WORDS=(doorwardctl "$@") COMP_CWORD=$#
	_doorwardctl
	printf '%s\n' "${COMPREPLY[@]}" | sort -u
}

# expect WANTED WORD...: is offered, in any order
expect() {
	local got wanted

	wanted=$(tr ' ' '\n' <<<"$1" | sort -u)
	got=$(offered "${@:2}")
	[ "$got" = "$wanted" ] || {
		printf 'FAIL: %s: offered are %s; not %s\n' "${*:2}" "${got//$'\n'/ }" "$1"
		status=1
	}
}

# Every command can be reached word by word, and each of its options is offered.
commands=0
while read -r line; do
	read -ra words <<<"$line"
	commands=$((commands + 1))
	for ((i = 0; i < ${#words[@]}; i++)); do
		offered "${words[@]:0:i}" "${words[i]:0:1}" | grep -qxF "${words[i]}" || {
			echo "FAIL: '${words[i]}' is not offered after '${words[*]:0:i}'"
			status=1
		}
	done
	expect "$(doorwardctl "${words[@]}" --help | grep -oE '^  --[a-z0-9-]+' | tr -d '\n' |
		sed 's/^  //; s/  / /g')" "${words[@]}" --
done < <(doorwardctl --help | awk '/^Commands:/ { on = 1; next } !/^  / { on = 0 }
	on { sub(/   .*/, ""); sub(/ +(-|[[]|[A-Z]).*/, ""); print }')
[ "$commands" -gt 50 ] || status=1

expect "add delete disable enable list logout passwd sessions set show" user ""
expect "disable" user di
expect "token" domain ""
expect "disable" domain token di
expect "" unknown ""
expect "fail skip update" import csv users.csv --on-conflict ""
expect "keycloak kamailio" import k
echo "$commands commands"
exit $status
