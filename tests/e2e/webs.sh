# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# tests/e2e/webs.sh - the web servers that stack.sh can put before doorward: what each
# kind needs, and how it is started.  Sourced by it, after deploy/lib.sh.
#
# shellcheck disable=SC2154	# variables of stack.sh
# shellcheck disable=SC2034	# variables for stack.sh

# kind             web server
declare -A server_of=(
	[socket]=""
	[lighttpd]=lighttpd
	[lighttpd-bin]=lighttpd
	[lighttpd-spawn]=lighttpd
	[apache-fcgid]=apache
	[apache-proxy]=apache
	[nginx]=nginx
)
# kind             its file in deploy/, without ".conf"
declare -A file_of=(
	[lighttpd]=lighttpd
	[lighttpd-bin]=lighttpd
	[lighttpd-spawn]=lighttpd
	[apache-fcgid]=apache-fcgid
	[apache-proxy]=apache-proxy
	[nginx]=nginx
)
# kind             programs and files that must be there
declare -A needs=(
	[socket]=""
	[lighttpd]="lighttpd openssl curl php-cgi"
	[lighttpd-bin]="lighttpd openssl curl php-cgi"
	[lighttpd-spawn]="lighttpd openssl curl php-cgi spawn-fcgi"
	[apache-fcgid]="apache2 openssl curl php-cgi $APACHE_MODULE_DIR/mod_fcgid.so"
	[apache-proxy]="apache2 openssl curl"
	[nginx]="nginx openssl curl php-cgi"
)
# kind             who starts doorward: its own master, spawn-fcgi, or the web server
declare -A starter_of=(
	[socket]=master
	[lighttpd]=master
	[lighttpd-bin]=web
	[lighttpd-spawn]=spawn
	[apache-fcgid]=web
	[apache-proxy]=master
	[nginx]=master
)
# kind             the recipe that guards a directory
declare -A guard_of=(
	[lighttpd]=lighttpd-guard
	[lighttpd-bin]=lighttpd-guard
	[lighttpd-spawn]=lighttpd-guard
	[apache-fcgid]=apache-guard
	[nginx]=nginx-guard
)
# web server       the file that a kind is made of
declare -A conf_of=(
	[lighttpd]=lighttpd.conf
	[apache]=apache-site.conf
	[nginx]=nginx-site.conf
)

# Takes the marks (deploy/*.conf say what they are for) from the lines of a file.
enable_marks() {
	local file=$1 mark

	shift
	for mark; do
		sed -i "s/^\([[:blank:]]*\)#@$mark /\1/" "$file"
	done
}

# Tests ask from 127.0.0.2 when they want to be a proxy.
adapt_conf() {
	local marks=(proxy)

	[ "$kind" != lighttpd-bin ] || marks+=(bin-path)
	enable_marks "$1" "${marks[@]}"
	sed -i 's/@PROXY@/127.0.0.2/' "$1"
}

# guard DIRECTORY [ROLE]: like an administrator who follows the recipe.
guard() {
	local file="$dir/guards/${1//\//-}.conf"

	template_fill "$top/deploy/${guard_of[$kind]}.conf" "DIRECTORY=$1" "ROLE=${2:-}" \
		"SITE_ROOT=$dir/site" "SOCKET=$dir/run/doorward.sock" \
		"PHP_SOCKET=$dir/run/php.sock" "PHP=$(command -v php-cgi)" \
		"PROGRAM=$dir/doorward" "CONFIG=$dir/doorward.conf" >"$file"
	[ -z "${2:-}" ] || enable_marks "$file" role
	[ "$kind" != lighttpd-bin ] || enable_marks "$file" bin-path
}

# The site that is guarded: a page larger than any buffer, and a program.
make_site() {
	local place

	for place in private private/admin private/mistake; do
		mkdir -p "$dir/site/$place"
		{
			echo "begin of $place"
			head -c 300000 /dev/zero | tr '\0' .
			echo "end of $place"
		} >"$dir/site/$place/page.txt"
		cat >"$dir/site/$place/who.php" <<-'END'
			<?php
			header('Content-Type: text/plain');
			foreach (['AUTH_USER', 'AUTH_EMAIL', 'AUTH_ROLE', 'REMOTE_USER', 'HTTP_X_AUTH_USER',
			    'HTTP_X_AUTH_EMAIL', 'HTTP_X_AUTH_ROLE'] as $name)
				echo $name, '=', $_SERVER[$name] ?? '-', "\n";
			echo 'body=', file_get_contents('php://input'), "\n";
		END
	done
}

make_guards() {
	[ -n "${guard_of[$kind]:-}" ] || return 0
	make_site
	guard private
	guard private/admin Admin
	guard private/mistake Amdin
}

start_php() {
	[ -n "${guard_of[$kind]:-}" ] && [ "$server" != apache ] || return 0
	php-cgi -b "$dir/run/php.sock" >>"$dir/log/php.log" 2>&1 </dev/null &
	php_pid=$!
	await PHP test -S "$dir/run/php.sock"
}

# Whoever answers with our certificate is ours.
web_is_up() {
	curl -s -o "$dir/run/answer" --noproxy '*' --cacert "$dir/tls/ca.pem" --max-time 5 \
		"https://localhost:$https_port/" && port_in_use "$http_port"
}

start_server() {
	local command

	web_conf "${file_of[$kind]}" "$top/deploy" "$dir" "$http_port" "$https_port" 31536000
	adapt_conf "$dir/${conf_of[$server]}"
	web_command "$server" "$dir"
	"${command[@]}" >>"$dir/log/server.log" 2>&1 </dev/null &
	web_pid=$!
	await "the web server" web_is_up
}
