#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The disk takes a minute for each flush, and all workers write: half of them stop to wait, and
# everything that only reads goes on.  Run by stack.sh.
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

# refused NAME...: how many of these were answered 503, with the time to come back
refused() {
	local name count=0
	for name; do
		if [ "$(cat "$E2E_DIR/status.$name")" = 503 ] &&
		    grep -qi '^retry-after: [0-9]' "$E2E_DIR/headers.$name"; then
			count=$((count + 1))
		fi
	done
	echo "$count"
}

jwt=$("${ask[@]}" -u "$E2E_USER" "$auth" | sed 's/.*"token":"\([^"]*\)".*/\1/')
[ "$(create before)" = 200 ] || fail "a token before"

# as many as there are workers
flush_takes '\x60\xea'
names=()
for n in 1 2 3 4; do
	names+=("at-once-$n")
	: >"$E2E_DIR/status.at-once-$n"
	create "at-once-$n" >"$E2E_DIR/status.at-once-$n" &
done
for ((tries = 0; tries < 1000 && $(refused "${names[@]}") < 2; tries++)); do
	sleep 0.02
done
[ "$(refused "${names[@]}")" -ge 2 ] || fail "half of the workers are not free"
for n in 1 2 3 4 5; do
	names+=("then-$n")
	create "then-$n" >"$E2E_DIR/status.then-$n" &
	statuses=$("${ask[@]}" -o /dev/null -w '%{http_code}\n' -H "X-Auth-Token: $jwt" \
		"$auth?n=[1-20]" | sort | uniq -c | tr -s ' ')
	[ "$statuses" = ' 20 200' ] || fail "reads while writes wait: $statuses"
done
flush_takes '\0\0'
wait
good=$(cat "${names[@]/#/$E2E_DIR/status.}" | grep -o '200\|503' | sort | uniq -c | tr -s ' \n' ' ')
[[ $good =~ ^\ ([1-9])\ 200\ ([2-9])\ 503\ $ && $((BASH_REMATCH[1] + BASH_REMATCH[2])) = 9 ]] ||
	fail "writes: $good"
[ "$(create after)" = 200 ] || fail "a token afterwards"
! grep -F 'is killed' "$E2E_LOG/doorward.log" || fail "a worker was killed"
"$E2E_CTL" check || fail "the check"
[ "$failures" -eq 0 ]
