#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The database server is killed, is stopped, and comes back, while the service runs: every
# request that needs the database is answered 503 meanwhile, and as before afterwards.
# Run by stack.sh with E2E_STORE=mariadb.
set -euo pipefail

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

kill -s STOP "$(<"$E2E_DIR/db/mariadb.pid")"
expect "stopped: a JWT" 503 -H "X-Auth-Token: $jwt" "$E2E_HTTPS/rest/token/list"
expect "stopped: a bearer token" 503 -H "Authorization: Bearer $token" "$E2E_HTTPS/rest/auth"
kill -s CONT "$(<"$E2E_DIR/db/mariadb.pid")"
await_service stopped
ask_for_all 200 "back after a stop" 401 204
kill -0 "$E2E_PID" || fail "the master has ended"
[ -n "$before" ] || fail "there were no workers"

printf '%d failures\n' "$failures"
[ "$failures" -eq 0 ]
