#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# Each web server of deploy/ serves what certbot writes for a certificate over plain HTTP,
# and redirects the rest.  Servers that are not installed are left out.
#
# shellcheck disable=SC2154	# set by deploy/lib.sh
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-acme.XXXXXX")
pid='' tried=0
CHALLENGE=/.well-known/acme-challenge

leave() {
	local status=$?

	trap - EXIT
	[ -z "$pid" ] || kill "$pid" || true
	wait || true
	[ "$status" -eq 0 ] || tail -n 20 "$work"/*/log/* >&2 || true
	rm -rf "$work"
	exit "$status"
}
trap leave EXIT

# answer PATH: its status, where it leads, and what it says
answer() {
	curl -s -w ' %{http_code} %{redirect_url}' --noproxy '*' --max-time 5 \
		"http://localhost:$http_port$1" || true
}

expect() {
	local got

	got=$(answer "$1")
	# shellcheck disable=SC2053	# a pattern
	[[ $got = $2 ]] || die "$kind: the answer to $1 is '$got', not '$2'"
}

# try_server KIND SERVER PROGRAM
try_server() {
	local kind=$1 dir=$work/$1 http_port=$((20000 + RANDOM % 6000 * 2)) tries

	command -v "$3" >/dev/null || return 0
	mkdir -p "$dir"/{log,tls,run,acme$CHALLENGE}
	echo proof >"$dir/acme$CHALLENGE/token-1"
	tls_make "$dir/tls"
	web_conf "$kind" "$top/deploy" "$dir" $http_port $((http_port + 1)) 0
	chmod -R a+rX "$dir"
	[ "$EUID" -ne 0 ] || chown -R "$WEB_USER" "$dir/log" "$dir/run"
	web_command "$2" "$dir"
	"${command[@]}" >"$dir/log/said" 2>&1 </dev/null &
	pid=$!
	for ((tries = 0; tries < 100; tries++)); do
		! port_in_use $http_port || break
		sleep 0.1
	done
	expect $CHALLENGE/token-1 $'proof\n 200 '
	expect $CHALLENGE/token-2 '* 404 '
	expect $CHALLENGE/../../tls/server.key "* 301 https://localhost:$((http_port + 1))/tls/server.key"
	expect /rest/auth "* 301 https://localhost:$((http_port + 1))/rest/auth"
	kill $pid
	wait $pid || true
	pid='' tried=$((tried + 1))
}

chmod 755 "$work"
command -v curl >/dev/null || exit 77
try_server lighttpd lighttpd lighttpd
try_server nginx nginx nginx
[ ! -e "$APACHE_MODULE_DIR/mod_proxy_fcgi.so" ] || try_server apache-proxy apache apache2
[ ! -e "$APACHE_MODULE_DIR/mod_fcgid.so" ] || try_server apache-fcgid apache apache2
try_server caddy caddy caddy
[ "$tried" -gt 0 ] || exit 77
echo "$tried servers"
