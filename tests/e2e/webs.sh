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
	[apache-proxy-guard]=apache
	[nginx]=nginx
	[caddy]=caddy
	[haproxy]=nginx
)
# kind             what is in front of the web server, and hands on what is not doorward's
declare -A front_of=(
	[haproxy]=haproxy
)
# kind             its file in deploy/, without ".conf"
declare -A file_of=(
	[lighttpd]=lighttpd
	[lighttpd-bin]=lighttpd
	[lighttpd-spawn]=lighttpd
	[apache-fcgid]=apache-fcgid
	[apache-proxy]=apache-proxy
	[apache-proxy-guard]=apache-proxy
	[nginx]=nginx
	[caddy]=caddy
	[haproxy]=nginx
)
# kind             programs and files that must be there
declare -A needs=(
	[socket]=""
	[lighttpd]="lighttpd openssl curl php-cgi php /usr/lib/lighttpd/mod_magnet.so"
	[lighttpd-bin]="lighttpd openssl curl php-cgi php /usr/lib/lighttpd/mod_magnet.so"
	[lighttpd-spawn]="lighttpd openssl curl php-cgi php spawn-fcgi /usr/lib/lighttpd/mod_magnet.so"
	[apache-fcgid]="apache2 openssl curl php-cgi php $APACHE_MODULE_DIR/mod_fcgid.so"
	[apache-proxy]="apache2 openssl curl"
	[apache-proxy-guard]="apache2 openssl curl php-cgi php"
	[nginx]="nginx openssl curl php-cgi php"
	[caddy]="caddy openssl curl php-cgi php"
	[haproxy]="haproxy nginx openssl curl php-cgi php"
)
# kind             who starts doorward: its own master, spawn-fcgi, or the web server
declare -A starter_of=(
	[socket]=master
	[lighttpd]=master
	[lighttpd-bin]=web
	[lighttpd-spawn]=spawn
	[apache-fcgid]=web
	[apache-proxy]=master
	[apache-proxy-guard]=master
	[nginx]=master
	[caddy]=master
	[haproxy]=master
)
# kind             the recipe that guards a directory; with -api, the one for an HTTP server
declare -A guard_of=(
	[lighttpd]=lighttpd-guard
	[lighttpd-bin]=lighttpd-guard
	[lighttpd-spawn]=lighttpd-guard
	[apache-fcgid]=apache-guard
	[apache-proxy-guard]=apache-proxy-guard
	[nginx]=nginx-guard
	[caddy]=caddy-guard
	[haproxy]=nginx-guard
)
# kind             the recipe of a site beside doorward's
declare -A site_of=(
	[lighttpd]=lighttpd-wordpress
	[apache-fcgid]=apache-wordpress
	[apache-proxy-guard]=apache-wordpress
	[nginx]=nginx-wordpress
)
# web server       the file that a kind is made of
declare -A conf_of=(
	[lighttpd]=lighttpd.conf
	[apache]=apache-site.conf
	[nginx]=nginx-site.conf
	[caddy]=Caddyfile
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

	[ -z "${guard_of[$kind]:-}" ] || marks+=(guards)
	[ "$kind" != lighttpd-bin ] || marks+=(bin-path)
	enable_marks "$1" "${marks[@]}"
	sed -i 's/@PROXY@/127.0.0.2/' "$1"
}

# The client wants this number in every answer over TLS.
HSTS_SECONDS=31536000

# fill_site FILE WORD=VALUE...: a recipe that is not doorward's own site
fill_site() {
	template_fill "$@" "BACKEND_HOST=127.0.0.1" "BACKEND_PORT=$backend_port" \
		"LUA=$top/deploy/lighttpd-guard.lua" "HSTS_SECONDS=$HSTS_SECONDS" \
		"SITE_ROOT=$dir/site" "SOCKET=$dir/run/doorward.sock" \
		"PHP_SOCKET=$dir/run/php.sock" "PHP=$(command -v php-cgi)" \
		"PHP_PARAMS=$top/deploy/nginx-php.conf" "RULES=$dir/guard-rules.conf" \
		"FCGID_RULES=$dir/guard-rules.conf" "PROXY_RULES=$dir/guard-rules.conf" \
		"PROGRAM=$dir/doorward" "CONFIG=$dir/doorward.conf"
}

# guard SUFFIX DIRECTORY [ROLE [SCOPE [PUBLIC]]]: like an administrator who follows the recipe
# of that suffix, "" or "-api".
guard() {
	local suffix=$1 ending=.conf file

	[ "$server" != caddy ] || ending=
	shift
	file="$dir/guards/${1//\//-}.conf"
	fill_site "$top/deploy/${guard_of[$kind]}$suffix$ending" "DIRECTORY=$1" "ROLE=${2:-}" \
		"SCOPE=${3:-}" "PUBLIC=${4:-}" >"$file"
	[ -z "${2:-}" ] || enable_marks "$file" role
	[ -z "${3:-}" ] || enable_marks "$file" scope
	[ -z "${4:-}" ] || enable_marks "$file" public
	[ "$kind" != lighttpd-bin ] || enable_marks "$file" bin-path
}

# The site that is guarded: a page larger than any buffer, and a program.
make_site() {
	local place

	for place in private private/admin private/mistake private/scope partly; do
		mkdir -p "$dir/site/$place"
		{
			echo "begin of $place"
			head -c 300000 /dev/zero | tr '\0' .
			echo "end of $place"
		} >"$dir/site/$place/page.txt"
		make_program >"$dir/site/$place/who.php"
		echo "<p>begin of $place" >"$dir/site/$place/page.html"
		echo "begin of $place index" >"$dir/site/$place/index.html"
	done
	mkdir -p "$dir/backend"
	make_program >"$dir/backend/who.php"
	# shellcheck disable=SC2016	# a variable of PHP
	sed -i '1a if (strpos($_SERVER["REQUEST_URI"], "/service/git/") === 0) { require "git.php"; exit; }' \
		"$dir/backend/who.php"
	cp "$here/git_server.php" "$dir/backend/git.php"
	mkdir -p "$dir/backend/repositories"
}

# make_program [NAME]: says all it knows of its user; and, if asked for, what no other header
# may become.
make_program() {
	printf "<?php\nheader('Content-Type: text/plain');\necho 'begin of %s', \"\\n\";\n" \
		"${1:-private program}"
	cat <<-'END'
		ksort($_SERVER);
		foreach ($_SERVER as $name => $value) {
			if (preg_match('/AUTH|REMOTE_USER|PASS|HA1B/', $name) &&
			    strpos($name, 'HTTP_VARIABLE') !== 0)
				echo $name, '=', $value, "\n";
		}
		foreach (getallheaders() as $name => $value) {
			if (stripos($name, 'auth') !== false && stripos($name, 'variable') !== 0)
				echo $name, ': ', $value, "\n";
		}
		echo 'body=', file_get_contents('php://input'), "\n";
	END
}

# The WordPress and phpMyAdmin of sites.sh, behind another name of the same web server.
make_wordpress() {
	local page place=$dir/wordpress

	mkdir -p "$place"/wp-{admin/css,includes,content/uploads} "$dir/share/phpmyadmin"
	for page in index wp-login xmlrpc wp-admin/{index,admin-ajax,options} wp-content/uploads/shell; do
		make_program "$page" >"$place/$page.php"
	done
	make_program phpmyadmin >"$dir/share/phpmyadmin/index.php"
	for page in "$place"/wp-{admin/css/common,includes/style} "$dir/share/phpmyadmin/theme"; do
		echo "body { } /* begin of ${page##*/} */" >"$page.css"
	done
}

# adapt_site FILE: has the web server serve that site, too
adapt_site() {
	local site=$dir/wordpress.conf page words

	[ -n "${site_of[$kind]:-}" ] || return 0
	site_conf "$top/deploy/${site_of[$kind]}.conf" "$dir" "$http_port" "$https_port" \
		"$HSTS_SECONDS" >"$site.new"
	fill_site "$site.new" "SITE_NAME=blog.example.org" "SITE_PORT=:$https_port" \
		"SITE_ROOT=$dir/wordpress" "SITE_GUARDS=$dir/site-guards/*.conf" \
		"SHARE=$dir/share" >"$site"
	case $kind in
	nginx)
		nginx_http2 "$site"
		mkdir -p "$dir/site-guards"
		for page in "$dir/wordpress wp-admin admin-ajax[.]php" "$dir/share phpmyadmin"; do
			read -r -a words <<<"$page"
			fill_site "$top/deploy/nginx-guard.conf" "SITE_ROOT=${words[0]}" \
				"DIRECTORY=${words[1]}" "PUBLIC=${words[2]:-}" \
				>"$dir/site-guards/${words[1]}.conf"
		done
		enable_marks "$dir/site-guards/wp-admin.conf" public
		;;
	apache-fcgid) enable_marks "$site" fcgid ;;
	esac
	cat "$site" >>"$1"
}

make_guards() {
	[ -n "${guard_of[$kind]:-}" ] || return 0
	make_site
	make_wordpress
	[ "$server" != apache ] ||
		fill_site "$top/deploy/${guard_of[$kind]}-rules.conf" >"$dir/guard-rules.conf"
	[ -z "${site_of[$kind]:-}" ] || guard "" partly "" "" 'who[.]php|page[.]txt'
	guard "" private
	guard "" private/admin Admin
	guard "" private/mistake Amdin
	guard "" private/scope User "own:read own:write"
	guard -api service
	guard -api service/admin Admin
	guard -api service/scope "" own:read
}

# The HTTP server that is guarded: every path is the program.
start_backend() {
	[ -n "${guard_of[$kind]:-}" ] || return 0
	"${as_user[@]}" php -S "127.0.0.1:$backend_port" "$dir/backend/who.php" \
		>>"$dir/run/backend.log" 2>&1 </dev/null &
	backend_pid=$!
	await "the HTTP server" port_in_use "$backend_port"
}

start_php() {
	[ -n "${guard_of[$kind]:-}" ] || return 0
	"${as_user[@]}" php-cgi -b "$dir/run/php.sock" >>"$dir/log/php.log" 2>&1 </dev/null &
	php_pid=$!
	await PHP test -S "$dir/run/php.sock"
}

# Whoever answers with our certificate is ours.
web_is_up() {
	curl -s -o "$dir/run/answer" --noproxy '*' --cacert "$dir/tls/ca.pem" --max-time 5 \
		"https://localhost:$https_port/" && port_in_use "$http_port"
}

# It comes to the web server from the address that is a proxy's there.
start_front() {
	local command file=$dir/haproxy.cfg

	web_conf haproxy "$top/deploy" "$dir" "$http_port" "$https_port" "$HSTS_SECONDS"
	enable_marks "$file" proxy sites
	sed -i -e 's/@PROXY@/127.0.0.2/' -e "s/@SITES@/127.0.0.1:$sites_port/" \
		-e "s,@SITES_CA@,$dir/tls/ca.pem," -e 's/@SITES_NAME@/localhost/g' \
		-e 's/^\([[:blank:]]*server sites .*\)$/\1 source 127.0.0.2/' "$file"
	web_command haproxy "$dir"
	"${command[@]}" >>"$dir/log/front.log" 2>&1 </dev/null &
	front_pid=$!
}

start_server() {
	local command

	if [ -n "${front_of[$kind]:-}" ]; then
		start_front || return
		web_conf "${file_of[$kind]}" "$top/deploy" "$dir" $((sites_port - 1)) "$sites_port" 0
	else
		web_conf "${file_of[$kind]}" "$top/deploy" "$dir" "$http_port" "$https_port" "$HSTS_SECONDS"
	fi
	describe_interface "$dir/bin/doorward" "$dir/doorward.conf" "$dir"
	[ ${#as_user[@]} -eq 0 ] || chown "$WEB_USER:" "$dir/run/uploads"
	adapt_conf "$dir/${conf_of[$server]}"
	adapt_site "$dir/${conf_of[$server]}"
	web_command "$server" "$dir"
	# Caddy becomes nobody by itself.
	[ "$server" != caddy ] || command=("${as_user[@]}" "${command[@]}")
	"${command[@]}" >>"$dir/log/server.log" 2>&1 </dev/null &
	web_pid=$!
	await "the web server" web_is_up
}
