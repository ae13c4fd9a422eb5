#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# Each file that workers have mapped is cut off below the running service, at several
# sizes: what it answers then is right or a fault, no process dies of it, and all is well
# again without a restart; once a copy is in its place, if it was the database.  Run by stack.sh.
set -euo pipefail
# shellcheck source=tests/e2e/client.sh
. "$(dirname "$0")/client.sh"

status_of+=(--max-time 20)

# every kind of request, of which none may be answered otherwise than it should
all_requests() {
	each '200|500|503' "$1, a token" -H "Authorization: Bearer $token" "$auth?n=[1-6]"
	each '401|500|503' "$1, a revoked token" -H "Authorization: Bearer $revoked" "$auth?n=[1-6]"
	each '200|500|503' "$1, a password" -u "$E2E_USER" "$auth?n=[1-4]"
	each '401|429|500|503' "$1, a wrong password" -u "${E2E_OTHER%:*}:wrong-$RANDOM" \
		"$auth?n=[1-2]"
	# an acknowledged one is there later
	made=$(new_token -u "$E2E_USER") || true
	each '404|500|503' "$1, what is not there" -u "$E2E_USER" -X DELETE \
		"$E2E_HTTPS/rest/token/$revoked?n=[1-4]"
}

goes_on() {
	local statuses

	statuses=$(
		"${status_of[@]}" -H "Authorization: Bearer $token" "$auth?n=[1-4]"
		"${status_of[@]}" -u "$E2E_USER" "$auth?n=[1-2]"
		"${status_of[@]}" -u "$E2E_USER" -X DELETE "$E2E_HTTPS/rest/token/$revoked"
	)
	[ "$(sort -u <<<"$statuses" | tr '\n' ' ')" = '200 404 ' ]
}

await_going_on() {
	local tries

	for ((tries = 0; tries < 100; tries++)); do
		! goes_on || return 0
		sleep 0.1
	done
	fail "$1: it does not go on"
}

# was_made WHAT: what all_requests created is there, and is deleted
was_made() {
	local status

	# an answer that is no token is one of a fault
	[[ $made =~ ^[0-9A-Za-z]{48}$ ]] || return 0
	status=$("${status_of[@]}" -u "$E2E_USER" -X DELETE "$E2E_HTTPS/rest/token/$made")
	[ "$status" = 200 ] || fail "$1: an acknowledged token is gone: $status"
}

# cut FILE SIZE
cut_off() {
	what="${1#"$E2E_DIR"/} of $2 bytes"
	echo "--- $what" >>"$E2E_LOG/doorward.log"
	[ -s "$1" ] || fail "$what: it was empty"
	truncate -s "$2" "$1"
	all_requests "$what"
}

token=$(new_token -u "$E2E_USER")
revoked=$(new_token -u "$E2E_USER")
printf '%s\n' "$token" "$revoked" >>"$E2E_DIR/secrets"
[ "$("${status_of[@]}" -u "$E2E_USER" -X DELETE "$E2E_HTTPS/rest/token/$revoked")" = 200 ] || fail "before"
goes_on || fail "before"
for name in run/{scoreboard.,counters.,used.,logins.,issued.,remembered.,setbacks.} \
	data/{commits-,last-commit,lock.mdb} run/throttle/{lock,data}.mdb; do
	for size in 0 100 4096 8192; do
		for file in "$E2E_DIR/$name"*; do
			cut_off "$file" "$size"
		done
		await_going_on "$what"
		was_made "$what"
		kill -0 "$E2E_PID" || fail "$what: the master is gone"
	done
done

# The database itself stays lost until a copy takes its place.  Until then workers refuse.
for size in 0 100 4096 8192 40960 81920; do
	cat "$E2E_DATA_FILE" >"$E2E_DIR/whole"
	what="data.mdb of $size bytes"
	truncate -s "$size" "$E2E_DATA_FILE"
	each '200|500|503' "$what, a token" -H "Authorization: Bearer $token" "$auth?n=[1-6]"
	each '401|500|503' "$what, a revoked token" -H "Authorization: Bearer $revoked" "$auth"
	each '404|500|503' "$what, what is not there" -u "$E2E_USER" -X DELETE \
		"$E2E_HTTPS/rest/token/$revoked"
	kill -0 "$E2E_PID" || fail "$what: the master is gone"
	"$E2E_CTL" user list >"$E2E_DIR/out" 2>&1 && code=0 || code=$?
	[ "$code" -le 1 ] || fail "$what: doorwardctl exits with $code: $(<"$E2E_DIR/out")"
	cat "$E2E_DIR/whole" >"$E2E_DATA_FILE"
	await_going_on "$what"
done
! grep -E 'was killed|exited with status [^34]' "$E2E_LOG/doorward.log" || fail "a worker crashed"
"$E2E_CTL" check || fail "the check"
[ "$failures" -eq 0 ]
