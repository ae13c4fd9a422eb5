#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The disk takes a minute for each flush: at most half of the workers wait for writes, further
# writes are refused for now, and everything that only reads goes on.  Run by stack.sh.
set -euo pipefail

failures=0
auth=$E2E_HTTPS/rest/auth
ask=(curl -sS --noproxy '*' --cacert "$E2E_CA" --max-time 60)

fail() {
	failures=$((failures + 1))
	printf '%s\n' "$*"
}

# flush_takes BYTES-OF-MS: little endian
flush_takes() {
	printf '%b\0\0\0\0\0\0' "$1" | dd of="$E2E_CLOCK" bs=8 seek=1 conv=notrunc status=none
}

# create NAME: a token; prints the status
create() {
	"${ask[@]}" -o /dev/null -D "$E2E_DIR/headers.$1" -w '%{http_code}' \
		-H "X-Auth-Token: $jwt" -H 'Content-Type: application/json' \
		-d '{"name":"'"$1"'","ttl":3600}' "$E2E_HTTPS/rest/token"
}

# field NAME: of doorwardctl status
field() {
	"$E2E_CTL" status | awk -v name="$1" '$1 == name { print $2 }'
}

# Half of the workers have waited for more than the second after which writes count as stalled.
half_waits() {
	[ "$(field workers_storing)" -ge 2 ] && [ "$(field longest_busy_ms)" -gt 1200 ]
}

jwt=$("${ask[@]}" -u "$E2E_USER" "$auth" | sed 's/.*"token":"\([^"]*\)".*/\1/')
[ "$(create before)" = 200 ] || fail "a token before"

flush_takes '\x60\xea'
for n in 1 2; do
	create "slow-$n" >"$E2E_DIR/slow.$n" &
done
for ((tries = 0; tries < 200; tries++)); do
	! half_waits || break
	sleep 0.02
done
half_waits || fail "half of the workers do not wait"
for n in 1 2 3 4 5; do
	status=$(create "refused-$n")
	[ "$status" = 503 ] || fail "a write while others wait: $status"
	grep -qi '^retry-after: [0-9]' "$E2E_DIR/headers.refused-$n" || fail "no Retry-After"
	statuses=$("${ask[@]}" -o /dev/null -w '%{http_code}\n' -H "X-Auth-Token: $jwt" \
		"$auth?n=[1-20]" | sort | uniq -c | tr -s ' ')
	[ "$statuses" = ' 20 200' ] || fail "reads while writes wait: $statuses"
done
[ "$(field workers_storing)" = 2 ] || fail "the writes did not last as long as the reads"
flush_takes '\0\0'
wait
for n in 1 2; do
	[ "$(<"$E2E_DIR/slow.$n")" = 200 ] || fail "a slow write: $(<"$E2E_DIR/slow.$n")"
done
[ "$(create after)" = 200 ] || fail "a token afterwards"
! grep -F 'is killed' "$E2E_LOG/doorward.log" || fail "a worker was killed"
"$E2E_CTL" check || fail "the check"
[ "$failures" -eq 0 ]
