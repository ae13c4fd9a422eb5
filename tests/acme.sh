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
# shellcheck source=tests/hosted.sh
. "$top/tests/hosted.sh"
tried=0
CHALLENGE=/.well-known/acme-challenge

# answer PATH: its status, where it leads, and what it says
answer() {
	curl -s -w ' %{http_code} %{redirect_url}' --noproxy '*' --max-time 5 \
		"http://localhost:$http_port$1" || true
}

expect_answer() {
	local got

	got=$(answer "$1")
	# shellcheck disable=SC2053	# a pattern
	[[ $got = $2 ]] || die "$kind: the answer to $1 is '$got', not '$2'"
}

# try_server KIND SERVER PROGRAM
try_server() {
	local kind=$1 dir=$work/$1

	command -v "$3" >/dev/null || return 0
	find_ports
	mkdir -p "$dir"/{log,tls,run,acme$CHALLENGE}
	echo proof >"$dir/acme$CHALLENGE/token-1"
	tls_make "$dir/tls"
	web_conf "$kind" "$top/deploy" "$dir" "$http_port" "$https_port" 0
	chmod -R a+rX "$dir"
	[ "$EUID" -ne 0 ] || chown -R "$WEB_USER" "$dir/log" "$dir/run"
	web_command "$2" "$dir"
	"${command[@]}" >"$dir/log/said" 2>&1 </dev/null &
	running[web]=$!
	await "$2" port_in_use "$http_port"
	expect_answer $CHALLENGE/token-1 $'proof\n 200 '
	expect_answer $CHALLENGE/token-2 '* 404 '
	expect_answer $CHALLENGE/../../tls/server.key "* 301 https://localhost:$https_port/tls/server.key"
	expect_answer /rest/auth "* 301 https://localhost:$https_port/rest/auth"
	end web
	tried=$((tried + 1))
}

command -v curl >/dev/null || exit 77
begin acme
try_server lighttpd lighttpd lighttpd
try_server nginx nginx nginx
[ ! -e "$APACHE_MODULE_DIR/mod_proxy_fcgi.so" ] || try_server apache-proxy apache apache2
[ ! -e "$APACHE_MODULE_DIR/mod_fcgid.so" ] || try_server apache-fcgid apache apache2
try_server caddy caddy caddy
[ "$tried" -gt 0 ] || exit 77
echo "$tried servers"
