#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# tests/e2e/stack.sh [--provider] KIND PROGRAM... - starts doorward behind a web
# server, in a temporary directory and on free ports of 127.0.0.1, runs each
# PROGRAM, and stops everything again.  KIND is a row of webs.sh, or socket for no web
# server at all; with --provider it accepts Google and Facebook, played by
# tests/provider/provider.  Programs and stack come from the build directory this is
# started in; deploy/ has the configuration.  Exits 77 where a server is not
# installed.
#
# The programs find in their environment:
#   E2E_KIND            a row of webs.sh          E2E_DIR      the directory of the stack
#   E2E_HTTPS E2E_HTTP  base addresses            E2E_CA       what to trust for the first
#   E2E_CTL             doorwardctl, configured   E2E_PROGRAM  the executable of doorward
#   E2E_LOG             its directory of logs     E2E_SOCKET   where doorward listens
#   E2E_PID             the master of doorward,   E2E_CLOCK    8 bytes: seconds that
#                       if it has one                          doorward's clock is ahead;
#                                                              8 more: ms of each flush
#   E2E_WEB_PID         the web server,           E2E_WEB_VERSION  its version
#   E2E_USER E2E_OTHER  email:password of two
#   E2E_PROVIDER        what the provider answers, and its keys (tests/provider/server.h)
#   E2E_DATA_FILE       where all that was written to the database is
#   E2E_APP_SECRET      what doorward has from Facebook
# E2E_SETTINGS in its own environment is appended to doorward.conf, with the address of the
# provider for @PROVIDER@; E2E_STORE=mariadb there
# keeps the database in a private server, which tests may stop, and start with
# "E2E_DIR/database [OPTION...]"; mariadb-tls has doorward connect to it by TLS, with what
# E2E_DIR/db/server.pem proves.
# KEEP=1 there keeps the directory of a run that failed, KEEP=all any.
# Each line in $E2E_DIR/secrets is a text that must not appear in any log.
#
# shellcheck disable=SC2317	# functions are called by a trap
set -euo pipefail

here=$(realpath "${BASH_SOURCE[0]%/*}")
top=${here%/tests/e2e}
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
# shellcheck source=deploy/database.sh
. "$top/deploy/database.sh"
# shellcheck source=tests/e2e/webs.sh
. "$here/webs.sh"

build=$(pwd -P)
with_provider=
if [ "$1" = --provider ]; then
	with_provider=yes
	shift
fi
kind=$1
shift
server=${server_of[$kind]}
starter=${starter_of[$kind]}
doorward_pid='' web_pid='' database=${E2E_STORE:-lmdb} database_tls='' php_pid='' backend_pid='' front_pid='' provider_pid=''
[ "$database" != mariadb-tls ] || database=mariadb database_tls=yes
workers=2
user=alice@example.org:alice-password-1
other=bob@example.org:bob-password-1
app_secret=facebook-app-secret-1

# As root, web servers give their processes to another user; then all of doorward is that
# user's, which can reach only the directory of the stack.
as_user=()
if [ "$EUID" -eq 0 ] && [ -n "$server" ]; then
	as_user=(setpriv "--reuid=$WEB_USER" "--regid=$WEB_USER" --clear-groups)
fi

# --- a provider of identities ----------------------------------------------------------

start_provider() {
	mkdir "$dir/provider"
	"$build/tests/provider/provider" serve "$dir/provider" >"$dir/provider.url" </dev/null &
	provider_pid=$!
	await "the provider" test -s "$dir/provider.url"
	(
		umask 077
		echo "$app_secret" >"$dir/app-secret"
	)
}

write_provider_conf() {
	local url

	url=$(<"$dir/provider.url")
	cat <<-END
		provider_ca_file = "$dir/provider/ca.pem"
		provider_timeout_ms = 500
		google_client_ids = {"client-1"}
		google_jwks_url = "$url/certs"
		facebook_app_id = "4711"
		facebook_app_secret_file = "$dir/app-secret"
		facebook_graph_url = "$url"
	END
}

# --- a database server -----------------------------------------------------------------

write_database_conf() {
	local hosts="\"$dir/db/mariadb.sock\""

	[ -z "$database_tls" ] || hosts="\"localhost:$database_port\""
	[ -z "$database_tls" ] || echo "sql_ca_file = \"$dir/tls/ca.pem\""
	cat <<-END
		store = mariadb
		sql_hosts = {$hosts}
		sql_user = doorward
		sql_password_file = "$dir/db/password"
		sql_timeout_ms = 2000
	END
}

# The server writes its process id; tests kill it, and run the script again.
start_database() {
	local password=database-secret-1 who=doorward@localhost options=()

	mkdir -p "$dir/db"
	if [ -n "$database_tls" ]; then
		cat "$dir"/tls/server.{pem,key} >"$dir/db/server.pem"
		options=(--skip-networking=0 --bind-address=127.0.0.1 --port="$database_port"
			--ssl-cert="$dir/db/server.pem" --ssl-key="$dir/db/server.pem")
		who="doorward@'%'"
	fi
	printf '%s\n' "$password" >"$dir/db/password"
	chmod 600 "$dir/db/password"
	database_make "$dir/db" || return
	database_command "$dir/db" ${options[@]+"${options[@]}"}
	{
		printf '#!/bin/sh\nexec'
		printf ' %q' "${command[@]}"
		printf ' "$@" >>%q 2>&1 </dev/null\n' "$dir/log/mariadb.log"
	} >"$dir/database"
	chmod 755 "$dir/database"
	"$dir/database" &
	await "the database server" mariadb --no-defaults --skip-ssl -u root -S "$dir/db/mariadb.sock" -e "
		CREATE DATABASE doorward;
		CREATE USER $who IDENTIFIED BY '$password' ${database_tls:+REQUIRE SSL};
		GRANT ALL ON doorward.* TO $who"
}

end_database() {
	[ ! -s "$dir/db/mariadb.pid" ] || kill -s KILL "$(<"$dir/db/mariadb.pid")" || true
}

# --- doorward ------------------------------------------------------------------------

settings() {
	local text=${E2E_SETTINGS:-} url=

	[ -z "$with_provider" ] || url=$(<"$dir/provider.url")
	printf '%s\n' "${text//@PROVIDER@/$url}"
}

write_conf() {
	cat <<-END
		data_dir = "$dir/data"
		run_dir = "$dir/run"
		key_file = "$dir/master.key"
		listen = "$listen"
		host_name = "$(public_name "$https_port")"
		workers = $workers
		log_target = "$dir/log/doorward.log"
		# quick, so that hundreds of requests are
		argon2_memory_kib = 8192
		argon2_iterations = 1
		# small, so that tests reach them
		request_deadline_s = 2
		max_tokens_per_user = 12
		# most tests are wrong on purpose
		throttle = no
		admin_api = yes
		# objects created in one millisecond have no order
		password_cache_s = 0
		$(settings)
	END
	[ -z "$with_provider" ] || write_provider_conf
	[ "$database" != mariadb ] || write_database_conf
}

# The clock of doorward and doorwardctl can be moved forward while they run, unless
# E2E_REAL_CLOCK is set: a measurement must not pay for that.
write_wrapper() {
	local preload=clockshift.so

	[ -z "${E2E_REAL_CLOCK:-}" ] || preload=
	cat <<-END
		#!/bin/sh
		export CLOCKSHIFT_FILE=${dir@Q}/clock
		# LD_PRELOAD itself takes no path with a blank in it.
		export LD_LIBRARY_PATH=${dir@Q}/bin LD_PRELOAD=$preload
		# An ASan runtime would insist on being the first library.
		export ASAN_OPTIONS=verify_asan_link_order=0:log_path=${dir@Q}/log/sanitizer
		export UBSAN_OPTIONS=print_stacktrace=1:log_path=${dir@Q}/log/sanitizer
		exec $* "\$@"
	END
}

make_programs() {
	mkdir "$dir/bin"
	cp "$build/doorward" "$build/doorwardctl" "$build/tests/e2e/clockshift.so" "$dir/bin"
	write_wrapper "${dir@Q}/bin/doorward" >"$dir/doorward"
	write_wrapper "${as_user[*]}" "${dir@Q}/bin/doorwardctl" --config \
		"${dir@Q}/doorward.conf" >"$dir/doorwardctl"
	chmod 755 "$dir/doorward" "$dir/doorwardctl"
}

make_data() {
	"$dir/doorwardctl" init
	"$dir/doorwardctl" account add ACME --email billing@example.org --level Level1 \
		--balance 99.87895
	"$dir/doorwardctl" user add "${user%%:*}" --password-stdin --first-name Alice \
		--last-name Liddell --role User --account ACME <<<"${user#*:}"
	"$dir/doorwardctl" user add "${other%%:*}" --password-stdin <<<"${other#*:}"
}

start_master() {
	"${as_user[@]}" "$dir/doorward" --config "$dir/doorward.conf" \
		>>"$dir/log/doorward.err" 2>&1 </dev/null &
	doorward_pid=$!
	case $listen in
	/*) await doorward test -S "$listen" ;;
	*) await doorward port_in_use "$LISTEN_PORT" ;;
	esac
}

start_spawn() {
	DOORWARD_CONFIG=$dir/doorward.conf "${as_user[@]}" spawn-fcgi -s "$dir/run/doorward.sock" -M 0660 \
		-F "$workers" -- "$dir/doorward" >"$dir/log/spawn.log"
}

# The web server did.
start_web() {
	:
}

# --- all of it --------------------------------------------------------------------------

# await WHAT COMMAND...: until the command succeeds, for 10 s at most.
await() {
	local what=$1 tries

	shift
	for ((tries = 0; tries < 200; tries++)); do
		! "$@" 2>/dev/null || return 0
		[ -z "$web_pid" ] || kill -0 "$web_pid" 2>/dev/null || return 1
		[ -z "$doorward_pid" ] || kill -0 "$doorward_pid" 2>/dev/null || return 1
		sleep 0.05
	done
	say "$what does not come up"
	return 1
}

# end PID SIGNAL: 0 if it then exits within 15 s and with status 0.
end() {
	local tries status=0

	[ -n "$1" ] || return 0
	kill -s "$2" "$1" 2>/dev/null || true
	for ((tries = 0; tries < 300; tries++)); do
		kill -0 "$1" 2>/dev/null || break
		sleep 0.05
	done
	[ "$tries" -lt 300 ] || kill -s KILL "$1" 2>/dev/null || true
	wait "$1" || status=$?
	[ "$status" -eq 0 ] || say "process $1 ended with status $status"
	return "$status"
}

# Those that were started as our copy of doorward.
doorward_pids() {
	local file first

	for file in /proc/[0-9]*/cmdline; do
		IFS= read -r -d '' first 2>/dev/null <"$file" || continue
		[ "$first" != "$dir/bin/doorward" ] || echo "$file" | cut -d / -f 3
	done
}

# The process that started them stops them, except spawn-fcgi, which has exited.
end_workers() {
	local tries pids

	for ((tries = 0; tries < 200; tries++)); do
		pids=$(doorward_pids)
		[ -n "$pids" ] || return 0
		# shellcheck disable=SC2086
		[ "$starter" != spawn ] || kill $pids 2>/dev/null || true
		sleep 0.05
	done
	say "doorward still runs as $pids"
	# shellcheck disable=SC2086
	kill -s KILL $pids
	return 1
}

end_doorward() {
	local status=0

	end "$doorward_pid" TERM || status=1
	end_workers || status=1
	doorward_pid=''
	return "$status"
}

end_servers() {
	local status=0

	end "$web_pid" "$(web_signal "$server")" || status=1
	end_doorward || status=1
	[ -z "$php_pid" ] || kill "$php_pid" || true
	[ -z "$backend_pid" ] || kill "$backend_pid" || true
	end "$front_pid" USR1 || status=1
	[ "$database" != mariadb ] || end_database
	if [ -n "$provider_pid" ]; then
		kill "$provider_pid"
		wait "$provider_pid" 2>/dev/null || true
	fi
	web_pid='' php_pid='' backend_pid='' front_pid='' provider_pid=''
	return "$status"
}

# Tokens are in the paths that the tests ask for, where they have secrets at all.
check_access_log() {
	[ -n "$server" ] && [ -s "$dir/secrets" ] || return 0
	grep -qs -e '"[A-Z]* /rest/token/- HTTP' -e '"uri":"/rest/token/"' "$dir"/log/{access,doorward-access,front}.log || {
		say "the access log has no token path at all"
		return 1
	}
}

# What must not be in any log: secrets of the tests, and reports of a sanitizer.
check_logs() {
	local status=0

	if [ -s "$dir/secrets" ] && grep -F -f "$dir/secrets" "$dir"/log/*; then
		say "a secret is in a log"
		status=1
	fi
	if grep -F database-secret "$dir"/log/*; then
		say "the password for the database server is in a log"
		status=1
	fi
	if grep -E 'Sanitizer|runtime error:' "$dir"/log/*; then
		say "a sanitizer complains"
		status=1
	fi
	check_access_log || status=1
	if grep 'sandbox: ' "$dir"/log/*; then
		say "a worker needed what the sandbox refuses"
		status=1
	fi
	return "$status"
}

leave() {
	local status=$? log

	trap '' INT TERM HUP
	trap - EXIT
	end_servers || status=1
	check_logs || status=1
	if [ "$status" -ne 0 ]; then
		for log in "$dir"/log/*; do
			say "--- $log"
			tail -n 60 "$log" >&2
		done
	fi
	case ${KEEP:-}:$status in
	all:* | 1:[!0]*) say "kept: $dir" ;;
	*) rm -rf "$dir" ;;
	esac
	exit "$status"
}

check_needs() {
	local program

	for program in ${needs[$kind]}; do
		[ -e "$program" ] || command -v "$program" >/dev/null || {
			say "$program is not installed: skipped"
			exit 77
		}
	done
}

export_environment() {
	E2E_WEB_VERSION=$(web_version "$server")
	export E2E_WEB_VERSION E2E_KIND=$kind E2E_DIR=$dir E2E_LOG=$dir/log E2E_CA=$dir/tls/ca.pem
	export E2E_HTTPS=https://localhost:$https_port E2E_HTTP=http://localhost:$http_port
	export E2E_CTL=$dir/doorwardctl E2E_SOCKET=$listen
	export E2E_PROGRAM=$dir/bin/doorward
	export E2E_PID=$doorward_pid E2E_WEB_PID=$web_pid E2E_CLOCK=$dir/clock E2E_WORKERS=$workers
	export E2E_USER=$user E2E_OTHER=$other E2E_PROVIDER=$dir/provider
	export E2E_APP_SECRET=$app_secret E2E_DATA_FILE=$dir/data/data.mdb
	# of MariaDB, what was not yet written to tables is in its log
	[ "$database" != mariadb ] || E2E_DATA_FILE=$dir/db/data/ib_logfile0
	export E2E_DATABASE_TLS=$database_tls
}

choose_ports() {
	http_port=$((20000 + RANDOM % 2000 * 6))
	https_port=$((http_port + 1))
	backend_port=$((http_port + 2))
	LISTEN_PORT=$((http_port + 3))
	database_port=$((http_port + 4))
	sites_port=$((http_port + 5))
	while port_in_use "$http_port" || port_in_use "$https_port" ||
		port_in_use "$backend_port" || port_in_use "$LISTEN_PORT" ||
		port_in_use "$database_port" || port_in_use "$sites_port"; do
		choose_ports
	done
	listen=$dir/run/doorward.sock
	[ "$kind" != apache-proxy-guard ] || listen=127.0.0.1:$LISTEN_PORT
}

# doorward first: a web server that fails to connect waits a second before it retries.
# Another program may take a port between our choice and the start: then try others.
start_all() {
	local tries

	for ((tries = 0; tries < 10; tries++)); do
		"start_$starter" || die "doorward does not start"
		[ -n "$server" ] || return 0
		! start_server || return 0
		grep -qsi 'Address already in use' "$dir"/log/* || break
		end_doorward || true
		rm -f "$dir"/log/*
		[ -z "$backend_pid" ] || kill "$backend_pid" || true
		choose_ports
		write_conf >"$dir/doorward.conf"
		make_guards
		start_backend
	done
	die "$kind does not start"
}

prepare() {
	mkdir "$dir/log" "$dir/run" "$dir/data" "$dir/guards"
	chmod 700 "$dir/data"
	check_socket_path "$dir/run/doorward.sock"
	head -c 16 /dev/zero >"$dir/clock"
	choose_ports
	if [ -n "$with_provider" ]; then
		start_provider || die "the provider does not start"
	fi
	write_conf >"$dir/doorward.conf"
	make_programs
	make_guards
	[ -z "$server" ] || tls_make "$dir/tls"
	if [ "$database" = mariadb ]; then
		start_database || die "the database server does not start"
	fi
	[ ${#as_user[@]} -eq 0 ] || chown -R "$WEB_USER:" "$dir"
	make_data
}

check_needs
dir=$(mktemp -d "${TMPDIR:-/tmp}/doorward-e2e.XXXXXX")
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
prepare
start_php
start_backend
start_all
export_environment

status=0
for program; do
	"$program" || status=1
done
exit "$status"
