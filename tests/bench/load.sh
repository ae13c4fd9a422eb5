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
own=$E2E_DIR/run/own.sock
noop=$E2E_DIR/run/noop.sock
raw=$OUT/rounds.csv

ask() {
	curl -sS --noproxy '*' --cacert "$E2E_CA" "$@"
}

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

# descendants PID: it, its children and theirs.
descendants() {
	local child

	echo "$1"
	for child in $(cat "/proc/$1"/task/*/children 2>/dev/null); do
		descendants "$child"
	done
}

# cpu_ns PID: what the process and its descendants have used, in all their threads.
cpu_ns() {
	local pid

	for pid in $(descendants "$1"); do
		cat "/proc/$pid"/task/*/schedstat 2>/dev/null || true
	done | awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

# Sets target to the arguments of wrk for a route.
route() {
	local bearer="Authorization: Bearer $token" session="X-Auth-Token: $jwt"
	local basic

	basic="Authorization: Basic $(printf %s "$E2E_USER" | base64 -w 0)"
	case $1 in
	noop | jwt) target=(-H "$session" "$E2E_HTTPS/rest/auth") ;;
	bearer) target=(-H "$bearer" "$E2E_HTTPS/rest/auth") ;;
	basic) target=(-H "$basic" "$E2E_HTTPS/rest/auth") ;;
	verify) target=(-H "$session" "$E2E_HTTPS/rest/verify") ;;
	create) target=(-H "$session" -s "$E2E_DIR/create.lua" "$E2E_HTTPS/rest/token") ;;
	*)
		echo "load.sh: $1 is not a route" >&2
		exit 2
		;;
	esac
}

# load SECONDS: the output of wrk.
load() {
	wrk -t 1 -c "$CONNECTIONS" -d "${1}s" --latency "${target[@]}"
}

# figures NAME ROUND WORKER_NS WEB_NS: a line of CSV of what wrk prints.
figures() {
	awk -v name="$1" -v round="$2" -v worker="$3" -v web="$4" '
		function us(time) {
			if (time ~ /us$/) return time + 0
			return time ~ /ms$/ ? time * 1000 : time * 1000000
		}
		$1 == "50%" { p50 = us($2) }
		$1 == "99%" { p99 = us($2) }
		$2 == "requests" { count = $1 }
		/^Requests\/sec/ { rate = $2 }
		/Non-2xx|Socket errors/ { bad = 1 }
		END {
			if (bad || !count) {
				print "load.sh: " name " has answers other than 2xx" >"/dev/stderr"
				exit 1
			}
			printf "%s,%d,%.0f,%.1f,%.1f,%.0f,%.0f\n", name, round, rate,
			    worker / count / 1000, web / count / 1000, p50, p99
		}'
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

prepare() {
	local body='{"name":"bench","ttl":86400}'

	jwt=$(ask -u "$E2E_USER" "$E2E_HTTPS/rest/auth" | sed 's/.*"token":"\([^"]*\)".*/\1/')
	token=$(ask -H "X-Auth-Token: $jwt" -H 'Content-Type: application/json' -d "$body" \
		"$E2E_HTTPS/rest/token" | sed 's/.*"token":"\([^"]*\)".*/\1/')
	cat >"$E2E_DIR/create.lua" <<-END
		wrk.method = "POST"
		wrk.headers["Content-Type"] = "application/json"
		wrk.body = '$body'
	END
	# A fragment makes addresses differ for curl alone.
	[ "$TOKENS" -lt 2 ] || ask -Z --parallel-max 16 --no-progress-meter -o /dev/null \
		-H "X-Auth-Token: $jwt" -H 'Content-Type: application/json' -d "$body" \
		"$E2E_HTTPS/rest/token#[2-$TOKENS]"
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
awk -f "$here/table.awk" -v csv="$OUT/bench.csv" "$raw"
memory
system_calls
if command -v gnuplot >/dev/null; then
	for type in svg png; do
		gnuplot -e "type='$type'; out='$OUT/bench'; data='$OUT/bench.csv'" "$here/plot.gp"
	done
else
	echo "gnuplot is not installed: no plot"
fi
