#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The database server is killed, is stopped, and comes back, while the service runs: every
# request that needs the database is answered 503 meanwhile, and as before afterwards.  By
# TLS, the same is true of a server that cannot prove that it is the right one.
# Run by stack.sh with E2E_STORE=mariadb, or mariadb-tls.
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/../..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"

failures=0

fail() {
	failures=$((failures + 1))
	printf '%s\n' "$*"
}

ask() {
	curl -sS --noproxy '*' --cacert "$E2E_CA" --max-time 30 -D "$E2E_DIR/headers" \
		-o "$E2E_DIR/body" -w '%{http_code}' "$@" || true
}

member() {
	sed -E "s/.*\"$1\":\"([^\"]*)\".*/\\1/" "$E2E_DIR/body"
}

# expect NAME STATUS CURL-ARGUMENT...
expect() {
	local name=$1 want=$2 status

	shift 2
	status=$(ask "$@")
	[ "$status" = "$want" ] || fail "$name: $status, not $want: $(<"$E2E_DIR/body")"
	[ "$want" != 503 ] || grep -qi '^retry-after: [0-9]' "$E2E_DIR/headers" ||
		fail "$name: no Retry-After"
}

# ask_for_all STATUS WHEN [STATUS-OF-WRONG-ONES STATUS-OF-VERIFY]: web servers that ask
# whether a request may pass know no other fault than 500.
ask_for_all() {
	local want=$1 case=$2

	expect "$case: a password" "$want" -u "$E2E_OTHER" "$E2E_HTTPS/rest/auth"
	expect "$case: a wrong password" "${3:-$want}" -u "${E2E_OTHER%%:*}:wrong" \
		"$E2E_HTTPS/rest/auth"
	expect "$case: nobody" "${3:-$want}" -u nobody@example.org:wrong "$E2E_HTTPS/rest/auth"
	expect "$case: a JWT" "$want" -H "X-Auth-Token: $jwt" "$E2E_HTTPS/rest/token/list"
	expect "$case: a bearer token" "$want" -H "Authorization: Bearer $token" \
		"$E2E_HTTPS/rest/auth"
	expect "$case: an unknown bearer token" "${3:-$want}" \
		-H "Authorization: Bearer ${token%????}AAAA" "$E2E_HTTPS/rest/auth"
	expect "$case: verify" "${4:-500}" -H "Authorization: Bearer $token" \
		"$E2E_HTTPS/rest/verify"
}

# How many workers there are, by their ids.
workers() {
	pgrep -P "$E2E_PID" | sort | tr '\n' ' '
}

# A worker that has waited for a silent server leaves it alone for a while: all are back when
# many requests at a time, which no worker answers alone, have succeeded again and again.
await_service() {
	local tries good=0 others

	for ((tries = 0; tries < 200 && good < 5; tries++)); do
		others=$(seq 16 | xargs -P 16 -I '{}' curl -sS --noproxy '*' --cacert "$E2E_CA" \
			--max-time 30 -o /dev/null -w '%{http_code}\n' \
			-H "X-Auth-Token: $jwt" "$E2E_HTTPS/rest/token/list" 2>/dev/null |
			grep -cvx 200) || true
		good=$((others ? 0 : good + 1))
		[ "$others" -eq 0 ] || sleep 0.1
	done
	[ "$good" -ge 5 ] || fail "$1: the service does not come back"
}

# start_other NAME [OPTION...]: the database server again, until it answers its administrator.
start_other() {
	local tries

	kill -s KILL "$(<"$E2E_DIR/db/mariadb.pid")"
	rm -f "$E2E_DIR/db/mariadb.pid"
	"$E2E_DIR/database" "${@:2}" &
	for ((tries = 0; tries < 200; tries++)); do
		! mariadb --no-defaults --skip-ssl -u root -S "$E2E_DIR/db/mariadb.sock" -e 'SELECT 1' \
			>/dev/null 2>&1 || return 0
		sleep 0.05
	done
	fail "$1: the database server does not start"
}

# Until the database server proves again that it is the one of sql_ca_file.
other_certificates() {
	local pem=$E2E_DIR/db/server.pem said

	mv "$pem" "$pem.right"
	tls_make "$E2E_DIR/other-tls"
	cat "$E2E_DIR"/other-tls/server.{pem,key} >"$pem"
	start_other "another CA"
	ask_for_all 503 "another CA"
	mv "$pem.right" "$pem"
	start_other "no TLS" --skip-ssl
	ask_for_all 503 "no TLS"
	said=$("$E2E_CTL" user list 2>&1) && fail "no TLS: doorwardctl says that all is well"
	[[ $said = *localhost*TLS* ]] || fail "no TLS: doorwardctl says $said"
	start_other "back to TLS"
	await_service "back to TLS"
	ask_for_all 200 "back to TLS" 401 204
}

# Its threads stop one after the other.
stop_database() {
	local pid tries

	pid=$(<"$E2E_DIR/db/mariadb.pid")
	kill -s STOP "$pid"
	for ((tries = 0; tries < 200; tries++)); do
		grep -q '^State:[^T]*$' "/proc/$pid"/task/*/status || return 0
		sleep 0.05
	done
	fail "the database server does not stop"
}

expect "before: a JWT" 200 -u "$E2E_OTHER" "$E2E_HTTPS/rest/auth"
jwt=$(member token)
expect "before: a bearer token" 200 -u "$E2E_OTHER" -d name=outage -d ttl=3600 \
	"$E2E_HTTPS/rest/token"
token=$(member token)
echo "$token" >>"$E2E_DIR/secrets"
before=$(workers)
ask_for_all 200 before 401 204

kill -s KILL "$(<"$E2E_DIR/db/mariadb.pid")"
ask_for_all 503 killed
"$E2E_CTL" user list >/dev/null 2>&1 && fail "killed: doorwardctl says that all is well"
# A reload is refused, and the service goes on.
kill -s HUP "$E2E_PID"
"$E2E_DIR/database" &
await_service killed
ask_for_all 200 "back after a kill" 401 204

stop_database
expect "stopped: a JWT" 503 -H "X-Auth-Token: $jwt" "$E2E_HTTPS/rest/token/list"
expect "stopped: a bearer token" 503 -H "Authorization: Bearer $token" "$E2E_HTTPS/rest/auth"
kill -s CONT "$(<"$E2E_DIR/db/mariadb.pid")"
await_service stopped
ask_for_all 200 "back after a stop" 401 204
[ -z "$E2E_DATABASE_TLS" ] || other_certificates
kill -0 "$E2E_PID" || fail "the master has ended"
[ -n "$before" ] || fail "there were no workers"

printf '%d failures\n' "$failures"
[ "$failures" -eq 0 ]
