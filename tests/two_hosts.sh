#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# Two services behind one web server, each with a host name, users and keys of its own: the
# files of deploy/ that say they can be put in once for each name.  Run in the build directory.
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
# shellcheck source=tests/hosted.sh
. "$top/tests/hosted.sh"
build=$(pwd -P)
names=(shop club)
tried=0

# run_ctl NAME ARGUMENT...
run_ctl() {
	"${as_user[@]}" "$work/bin/doorwardctl" --config "$work/$1/doorward.conf" "${@:2}" \
		<<<"password-of-$1" >/dev/null
}

make_service() {
	local dir=$work/$1

	mkdir -p "$dir"/{data,run,log,tls,console}
	cat >"$dir/doorward.conf" <<-END
		data_dir = "$dir/data"
		run_dir = "$dir/run"
		key_file = "$dir/master.key"
		listen = "$dir/run/doorward.sock"
		host_name = "$1.example.org:$https_port"
	END
	tls_make "$dir/tls"
	own_all
	run_ctl "$1" init
	run_ctl "$1" user add bob@example.org --password-stdin
	"${as_user[@]}" "$work/bin/doorward" --config "$dir/doorward.conf" >"$dir/log/doorward" 2>&1 \
		</dev/null &
	running[$1]=$!
	await "the service of $1" test -S "$dir/run/doorward.sock"
}

# recipe FILE NAME: as that of NAME's administrator; the program is the same for both
recipe() {
	site_conf "$top/deploy/$1" "$work/$2" "$http_port" "$https_port" 0 |
		sed -e "s/localhost/$2.example.org/g" -e "s,$work/$2/doorward\([/\"]\),$work/bin/doorward\1,g"
}

# web_files KIND: the main configuration, with the recipe once for each name
web_files() {
	local name dir=$work/web

	mkdir -p "$dir"/{log,run,tls}
	cp "$work/shop/tls"/* "$dir/tls"
	web_conf "$1" "$top/deploy" "$dir" "$http_port" "$https_port" 0
	for name in "${names[@]}"; do
		recipe "$1.conf" "$name"
	done >"$dir/site.conf"
	case $1 in
	nginx)
		mv "$dir/site.conf" "$dir/nginx-site.conf"
		nginx_http2 "$dir/nginx-site.conf"
		;;
	*) mv "$dir/site.conf" "$dir/apache-site.conf" ;;
	esac
	own_all
}

# ask NAME CURL-OPTION...
ask() {
	request -k --resolve "$1.example.org:$https_port:127.0.0.1" "${@:2}" \
		"https://$1.example.org:$https_port/rest/auth"
}

# try_server KIND SERVER
try_server() {
	local command name jwt

	say "$1"
	rm -rf "$work/web"
	web_files "$1"
	web_command "$2" "$work/web"
	"${command[@]}" >"$work/web/log/said" 2>&1 </dev/null &
	running[web]=$!
	await "$2" port_in_use "$https_port"
	for name in "${names[@]}"; do
		expect 200 "$name" -u "bob@example.org:password-of-$name"
	done
	expect 401 shop -u bob@example.org:password-of-club
	jwt=$(ask shop -u bob@example.org:password-of-shop | sed -n 's/.*"token":"\([^"]*\)".*/\1/p')
	[ -n "$jwt" ] || die "no JWT"
	expect 200 shop -H "X-Auth-Token: $jwt"
	expect 401 club -H "X-Auth-Token: $jwt"
	end web
	tried=$((tried + 1))
}

command -v curl >/dev/null || exit 77
begin hosts
become "$WEB_USER" "$WEB_USER"		# who starts doorward under mod_fcgid
find_ports
mkdir "$work/bin"
cp "$build"/doorward{,ctl} "$work/bin"
for name in "${names[@]}"; do
	make_service "$name"
done
! command -v nginx >/dev/null || try_server nginx nginx
if command -v apache2 >/dev/null; then
	try_server apache-proxy apache
	[ ! -e "$APACHE_MODULE_DIR/mod_fcgid.so" ] || try_server apache-fcgid apache
fi
[ "$tried" -gt 0 ] || {
	echo "no web server is installed: skipped"
	exit 77
}
echo "two hosts behind $tried configurations"
