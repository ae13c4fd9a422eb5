# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2034,SC2154
#
# tests/hosted.sh - services behind web servers with TLS, as a host has them: what the scripts
# that set these up have in common.  Source it after deploy/lib.sh; it sets and uses
#
#	work		their directory
#	running		processes by name, which end with the script
#	as_user		before a command: the user that runs the services

declare -A running=()
as_user=()

# begin NAME: a directory that all users see; it is gone at the end, and nothing is left running
begin() {
	work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-$1.XXXXXX")
	chmod 755 "$work"
	trap leave EXIT
}

leave() {
	local status=$?

	trap - EXIT
	[ ${#running[@]} -eq 0 ] || kill "${running[@]}" || status=1
	wait || true
	[ "$status" -eq 0 ] || tail -n 40 "$work"/log/* "$work"/*/log/* 2>/dev/null >&2 || true
	mountpoint -q "$work" || rm -rf "$work"
	exit "$status"
}

# end NAME, which may not be running
end() {
	[ -n "${running[$1]:-}" ] || return 0
	kill "${running[$1]}"
	wait "${running[$1]}" || true
	unset "running[$1]"
}

# become USER GROUP: root does, and gives its files to it; other users stay what they are
become() {
	owner=$1:$2
	[ "$EUID" -ne 0 ] || as_user=(setpriv "--reuid=$1" "--regid=$2" --clear-groups)
}

own_all() {
	[ "$EUID" -ne 0 ] || chown -hR "$owner" "$work"
}

# Two ports that nobody uses.
find_ports() {
	while
		http_port=$((20000 + RANDOM % 6000 * 2))
		https_port=$((http_port + 1))
		port_in_use "$http_port" || port_in_use "$https_port"
	do :; done
}

# await WHAT COMMAND...: for a minute at most
await() {
	local tries

	for ((tries = 0; tries < 1200; tries++)); do
		! "${@:2}" || return 0
		sleep 0.05
	done
	die "$1 does not come up"
}

# request CURL-ARGUMENT...: prints the body, and the status in a line of its own; 000: no answer
request() {
	curl -s -w '\n%{http_code}' --noproxy '*' --max-time 60 "$@" || true
}

# expect STATUS ARGUMENT...: of what ask, a function of the script, requests with these
expect() {
	local got

	got=$(ask "${@:2}" | tail -n 1)
	[ "$got" = "$1" ] || die "the answer to ${*:2} is $got, not $1"
}
