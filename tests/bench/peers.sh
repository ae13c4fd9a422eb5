#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# tests/bench/peers.sh - loads doorward, the no-op responder and a PHP script behind the same
# nginx, and a Node program (Fastify) directly, in turn.  Plain HTTP for all.  Run by stack.sh for
# bench.sh, which explains the options.
#
# shellcheck disable=SC2317	# functions are called by a trap
set -euo pipefail

here=$(realpath "${BASH_SOURCE[0]%/*}")
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"
dir=$E2E_DIR/peers
raw=$OUT/rounds.csv
port=$((30000 + RANDOM % 2000 * 2))
nginx_at=http://127.0.0.1:$port
fastify_at=http://127.0.0.1:$((port + 1))
body='{"name":"bench","ttl":86400}'
names=(noop doorward)
declare -A pid_of=([doorward]=$E2E_PID)

PEOPLE=100

leave() {
	local name

	trap - EXIT
	for name in "${!pid_of[@]}"; do
		[ "$name" = doorward ] || kill "${pid_of[$name]}" 2>/dev/null || true
	done
	[ -z "${nginx_pid:-}" ] || kill "$nginx_pid" 2>/dev/null || true
}

ask() {
	curl -sS --noproxy '*' --retry 20 --retry-connrefused --retry-delay 1 "$@"
}

# --- servers ---------------------------------------------------------------------------

write_nginx_conf() {
	cat <<-END
		daemon off;
		$([ "$EUID" -ne 0 ] || echo "user root;")
		pid $dir/nginx.pid;
		error_log $dir/nginx.log;
		worker_processes 2;
		events { worker_connections 1024; }
		http {
			access_log off;
			client_body_temp_path $dir/body;
			fastcgi_temp_path $dir/fastcgi;
			proxy_temp_path $dir/proxy;
			uwsgi_temp_path $dir/uwsgi;
			scgi_temp_path $dir/scgi;
			fastcgi_param REQUEST_METHOD \$request_method;
			fastcgi_param REQUEST_URI \$request_uri;
			fastcgi_param QUERY_STRING \$query_string;
			fastcgi_param CONTENT_TYPE \$content_type;
			fastcgi_param CONTENT_LENGTH \$content_length;
			fastcgi_param REMOTE_ADDR \$remote_addr;
			fastcgi_param SCRIPT_NAME \$script;
			fastcgi_param HTTPS on;
			# of the PHP script
			fastcgi_param SCRIPT_FILENAME $dir/index.php;
			fastcgi_param DATABASE $dir/tokens.db;
			server {
				listen 127.0.0.1:$port;
				set \$script \$uri;
				location /rest { fastcgi_pass unix:$E2E_SOCKET; }
				location /noop { fastcgi_pass unix:$dir/noop.sock; }
				location /php { fastcgi_pass unix:$dir/php.sock; }
			}
		}
	END
}

start_nginx() {
	write_nginx_conf >"$dir/nginx.conf"
	nginx -c "$dir/nginx.conf" -e "$dir/nginx.log" &
	nginx_pid=$!
}

start_noop() {
	tests/bench/noop "$dir/noop.sock" "$WORKERS" &
	pid_of[noop]=$!
}

start_fastify() {
	local home=$OUT/peers

	mkdir -p "$home"
	cp "$here/peers/package.json" "$here/peers/fastify.js" "$home"
	if ! command -v node >/dev/null || ! [ -d "$home/node_modules" ]; then
		echo "Fastify is left out: install Node.js, and run npm install in $home"
		return 0
	fi
	node "$home/fastify.js" "$dir" $((port + 1)) "$NODE_WORKERS" &
	pid_of[fastify]=$!
	names+=(fastify)
}

start_php() {
	local program

	program=$(compgen -c php-fpm | sort -u | tail -n 1) || true
	if [ -z "$program" ] || ! php -m | grep '^pdo_sqlite$' >/dev/null; then
		echo "PHP is left out: install PHP-FPM and its SQLite"
		return 0
	fi
	cp "$here/peers/index.php" "$dir"
	cat >"$dir/php.conf" <<-END
		[global]
		error_log = $dir/php.log
		[www]
		$([ "$EUID" -ne 0 ] || printf '%s\n' "user = root" "group = root")
		listen = $dir/php.sock
		listen.backlog = 1024
		pm = static
		pm.max_children = $WORKERS
	END
	php -r '$db = new PDO("sqlite:$argv[1]"); $db->exec("PRAGMA journal_mode = WAL;
		CREATE TABLE token (digest TEXT PRIMARY KEY, user TEXT, name TEXT, expires INTEGER)
		WITHOUT ROWID; CREATE INDEX token_user ON token (user);");' "$dir/tokens.db"
	"$program" -F -R -y "$dir/php.conf" -d opcache.enable=1 &
	pid_of[php]=$!
	names+=(php)
}

# --- what is sent ------------------------------------------------------------------------

# base NAME: before /auth and /token.
base() {
	case $1 in
	noop) echo "$nginx_at/noop" ;;
	doorward) echo "$nginx_at/rest" ;;
	php) echo "$nginx_at/php" ;;
	fastify) echo "$fastify_at/rest" ;;
	esac
}

# first_jwt NAME N
first_jwt() {
	case $1 in
	doorward) ask -u "bench$2@example.org:${E2E_USER#*:}" "$(base "$1")/auth" ;;
	*) ask "$(base "$1")/auth?begin=user$2" ;;
	esac | json_token
}

# collect NAME: credentials, and scripts of wrk that send them in turn.
collect() {
	local n jwt path

	path=/$(base "$1" | cut -d / -f 4-)
	for ((n = 1; n <= PEOPLE; n++)); do
		jwt=$(first_jwt "$1" "$n")
		[ -n "$jwt" ] || {
			echo "peers.sh: $1 gives no JWT" >&2
			exit 1
		}
		echo "$jwt" >>"$dir/$1.jwts"
		echo "Bearer $(ask -H "X-Auth-Token: $jwt" -H 'Content-Type: application/json' \
			-d "$body" "$(base "$1")/token" | json_token)" >>"$dir/$1.bearers"
	done
	wrk_script "$1-jwt" GET "$path/auth" X-Auth-Token <"$dir/$1.jwts"
	wrk_script "$1-bearer" GET "$path/auth" Authorization <"$dir/$1.bearers"
	wrk_script "$1-create" POST "$path/token" X-Auth-Token "'$body'" <"$dir/$1.jwts"
}

collect_noop() {
	sed 's,/rest/,/noop/,' "$E2E_DIR/wrk/doorward-jwt.lua" >"$E2E_DIR/wrk/noop-jwt.lua"
}

# measure NAME ROUTE ROUND
measure() {
	local web=0 worker text at=$nginx_at

	[ "$1" != fastify ] || at=$fastify_at
	target=(-s "$E2E_DIR/wrk/$1-$2.lua" "$at")
	worker=$(cpu_ns "${pid_of[$1]}") web=$(cpu_ns "$nginx_pid")
	text=$(load "$SECONDS_EACH")
	worker=$(($(cpu_ns "${pid_of[$1]}") - worker)) web=$(($(cpu_ns "$nginx_pid") - web))
	figures "$1-$2" "$3" "$worker" "$web" <<<"$text" >>"$raw"
}

trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
command -v nginx >/dev/null || {
	echo "nginx is not installed: peers skipped"
	exit 0
}
mkdir -p "$OUT" "$dir" "$E2E_DIR/wrk"
USERS=$PEOPLE add_users
echo "route,round,requests_s,worker_us,web_us,p50_us,p99_us" >"$raw"
start_noop
start_nginx
start_fastify
start_php
for name in "${names[@]}"; do
	[ "$name" = noop ] || collect "$name"
done
collect_noop
for ((round = 1; round <= ROUNDS; round++)); do
	measure noop jwt "$round"
	for route in jwt bearer create; do
		for name in "${names[@]}"; do
			[ "$name" = noop ] || measure "$name" "$route" "$round"
		done
	done
done
awk -f "$here/table.awk" -v base=noop-jwt -v csv="$OUT/peers.csv" "$raw"
