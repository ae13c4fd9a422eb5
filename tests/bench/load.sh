#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# tests/bench/load.sh - loads doorward, and the no-op responder, behind the same web server
# in turn, and prints what each request costs.  Run by stack.sh for bench.sh, which
# explains the options.  The two take turns at the socket that the web server
# connects to for each request, so that its configuration is the same for both.
#
# shellcheck disable=SC2317	# functions are called by a trap
set -euo pipefail

here=$(realpath "${BASH_SOURCE[0]%/*}")
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"
own=$E2E_DIR/run/own.sock
noop=$E2E_DIR/run/noop.sock
raw=$OUT/rounds.csv

# Users that send requests, each with credentials of its own.
PEOPLE=100

# behind SOCKET: the next requests go there.
behind() {
	# mv refuses two names of one file.
	[ ! "$1" -ef "$E2E_SOCKET" ] || return 0
	ln -f "$1" "$E2E_DIR/run/next.sock"
	mv -f "$E2E_DIR/run/next.sock" "$E2E_SOCKET"
}

leave() {
	[ -z "${noop_pid:-}" ] || kill "$noop_pid" 2>/dev/null || true
	[ ! -S "$own" ] || behind "$own"
}

# Sets target to the arguments of wrk for a route.
route() {
	local name=$1

	[ "$1" != noop ] || name=jwt
	[ -f "$E2E_DIR/wrk/$name.lua" ] || {
		echo "load.sh: $1 is not a route" >&2
		exit 2
	}
	target=(-s "$E2E_DIR/wrk/$name.lua" "$E2E_HTTPS")
}

# measure NAME ROUND
measure() {
	local pid=$E2E_PID from=$own worker web text

	[ "$1" != noop ] || pid=$noop_pid from=$noop
	behind "$from"
	route "$1"
	worker=$(cpu_ns "$pid") web=$(cpu_ns "$E2E_WEB_PID")
	text=$(load "$SECONDS_EACH")
	worker=$(($(cpu_ns "$pid") - worker)) web=$(($(cpu_ns "$E2E_WEB_PID") - web))
	figures "$1" "$2" "$worker" "$web" <<<"$text" >>"$raw"
}

# System calls of the workers for a request; strace slows them but does not add any.
system_calls() {
	local pid count requests arguments=()

	command -v strace >/dev/null || {
		echo "strace is not installed: no system calls counted"
		return 0
	}
	behind "$own"
	route jwt
	for pid in $(descendants "$E2E_PID" | sed 1d); do
		arguments+=(-p "$pid")
	done
	strace -f -c -o "$E2E_DIR/strace" "${arguments[@]}" 2>"$E2E_DIR/strace.err" &
	pid=$!
	sleep 1
	requests=$(load 2 | awk '$2 == "requests" { print $1 }')
	kill -s INT "$pid" 2>/dev/null || true
	wait "$pid" || true
	count=$(awk '$NF == "total" { print $4 }' "$E2E_DIR/strace" 2>/dev/null) || true
	if [ -z "$count" ]; then
		echo "strace may not trace the workers: no system calls counted"
		return 0
	fi
	awk -v c="$count" -v r="$requests" \
		'BEGIN { printf "system calls of a worker for a JWT request: %.1f\n", c / r }'
}

# The worker that has most.
memory() {
	local pid

	for pid in $(descendants "$E2E_PID" | sed 1d); do
		awk '/^Private/ { private += $2 } /^Pss:/ { pss = $2 } END { print private, pss }' \
			"/proc/$pid/smaps_rollup" 2>/dev/null || true
	done | sort -n | tail -n 1 |
		awk '{ printf "memory of a worker after the load: %.1f MB private, %.1f MB PSS\n",
		    $1 / 1024, $2 / 1024 }'
}

# --- users, their credentials, and scripts of wrk that send them in turn ----------------

# Tokens that nobody presents, by the user of the database.
add_tokens() {
	local data=$E2E_DIR/data as=()

	[ "$EUID" -ne 0 ] || as=(setpriv "--reuid=$(stat -c %u "$data")"
		"--regid=$(stat -c %g "$data")" --clear-groups)
	cp tests/bench/size "$E2E_DIR/bin"
	[ "$TOKENS" -eq 0 ] || "${as[@]}" "$E2E_DIR/bin/size" --fill "$data" "$TOKENS" >/dev/null
}

# Logs users in, and gives each a token.
collect_credentials() {
	local n login jwt

	for ((n = 1; n <= (USERS < PEOPLE ? USERS : PEOPLE); n++)); do
		login=bench$n@example.org:${E2E_USER#*:}
		jwt=$(ask -u "$login" "$E2E_HTTPS/rest/auth" | json_token)
		echo "$jwt" >>"$E2E_DIR/jwts"
		echo "Basic $(printf %s "$login" | base64 -w 0)" >>"$E2E_DIR/basics"
		echo "Bearer $(ask -H "X-Auth-Token: $jwt" -H 'Content-Type: application/json' \
			-d "$body" "$E2E_HTTPS/rest/token" | json_token)" >>"$E2E_DIR/bearers"
	done
}

prepare() {
	local body='{"name":"bench","ttl":86400}' login=${E2E_USER%%:*} tries

	add_users
	add_tokens
	collect_credentials
	mkdir "$E2E_DIR/wrk"
	wrk_script jwt GET /rest/auth X-Auth-Token <"$E2E_DIR/jwts"
	wrk_script verify GET /rest/verify X-Auth-Token <"$E2E_DIR/jwts"
	wrk_script create POST /rest/token X-Auth-Token "'$body'" <"$E2E_DIR/jwts"
	wrk_script bearer GET /rest/auth Authorization <"$E2E_DIR/bearers"
	wrk_script basic GET /rest/auth Authorization <"$E2E_DIR/basics"
	printf %s "$login:${login#*@}:${E2E_USER#*:}" | md5sum | cut -c 1-32 |
		wrk_script ha1b GET /rest/auth X-Auth-HA1B-Token
	ln "$E2E_SOCKET" "$own"
	tests/bench/noop "$noop" "$WORKERS" &
	noop_pid=$!
	for ((tries = 0; tries < 100; tries++)); do
		[ ! -S "$noop" ] || break
		sleep 0.05
	done
}

trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
mkdir -p "$OUT"
echo "route,round,requests_s,worker_us,web_us,p50_us,p99_us" >"$raw"
prepare
for ((round = 1; round <= ROUNDS; round++)); do
	for name in noop $ROUTES; do
		measure "$name" "$round"
	done
done
awk -f "$here/table.awk" -v base=noop -v csv="$OUT/bench.csv" "$raw"
[ -z "${RATES_ONLY:-}" ] || exit 0
memory
system_calls
if command -v gnuplot >/dev/null; then
	for type in svg png; do
		gnuplot -e "type='$type'; out='$OUT/bench'; data='$OUT/bench.csv'" "$here/plot.gp"
	done
else
	echo "gnuplot is not installed: no plot"
fi
