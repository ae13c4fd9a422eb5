#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# All pages of the database but the first two are overwritten below the running service:
# every request is answered with a fault, never with a refusal, no worker crashes, and all
# is well once the pages are.  Run by stack.sh.
set -euo pipefail

# shellcheck source=tests/e2e/client.sh
. "$(dirname "$0")/client.sh"

# put FILE: its bytes in place of all pages but the first two, without a change of their number
put() {
	dd if="$1" of="$E2E_DATA_FILE" bs=4096 seek=2 conv=notrunc status=none
}

goes_on() {
	[ "$("${status_of[@]}" -H "Authorization: Bearer $token" "$auth")" = 200 ]
}

jwt=$("${ask[@]}" -u "$E2E_USER" "$auth" | member token)
token=$(new_token -H "X-Auth-Token: $jwt")
goes_on || fail "a token before"

dd if="$E2E_DATA_FILE" of="$E2E_DIR/whole" bs=4096 skip=2 status=none
head -c "$(stat -c %s "$E2E_DIR/whole")" /dev/zero >"$E2E_DIR/zeros"
tr '\0' '\377' <"$E2E_DIR/zeros" >"$E2E_DIR/ones"
# pages of others: each has the place of the one before
{ tail -c +4097 "$E2E_DIR/whole"; head -c 4096 "$E2E_DIR/whole"; } >"$E2E_DIR/moved"
# bytes of others: what looks like a page leads anywhere
{ tail -c +101 "$E2E_DIR/whole"; head -c 100 "$E2E_DIR/whole"; } >"$E2E_DIR/shifted"

for poison in zeros ones moved shifted; do
	put "$E2E_DIR/$poison"
	each '500|503' "$poison, a bearer token" -H "Authorization: Bearer $token" "$auth?n=[1-20]"
	each '500|503' "$poison, a password" -u "$E2E_OTHER" "$auth?n=[1-5]"
	each '500|503' "$poison, a write" -X DELETE -H "Authorization: Bearer $token" \
		"$E2E_HTTPS/rest/token/$token?n=[1-5]"
	put "$E2E_DIR/whole"
	for ((tries = 0; tries < 200; tries++)); do
		! goes_on || break
		sleep 0.05
	done
	goes_on || fail "$poison: it does not go on"
done
# 4: it met what it cannot recover from; 3: its successor cannot open the database either
! grep -E 'was killed|exited with status [^34]' "$E2E_LOG/doorward.log" || fail "a worker crashed"
"$E2E_CTL" check || fail "the check"
[ "$failures" -eq 0 ]
