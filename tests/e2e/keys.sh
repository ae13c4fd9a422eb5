#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# No request fails while keys are rotated and former ones retired under load, and the
# master key is changed; and what a key has made ends with it.  Run by stack.sh; ROTATIONS says how often.
set -euo pipefail
# shellcheck source=tests/e2e/client.sh
. "$(dirname "$0")/client.sh"

rotations=${ROTATIONS:-8}
tokens=$E2E_HTTPS/rest/token
pids=()
ask+=(--http1.1)
status_of+=(--http1.1)

stop() {
	[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
}
trap stop EXIT

jwt_of() {
	"${ask[@]}" -u "$1" "$auth" | member token
}

# token_by JWT NAME: a new bearer token
token_by() {
	"${ask[@]}" -H "X-Auth-Token: $1" -H 'Content-Type: application/json' \
		-d '{"name":"'"$2"'","ttl":3600}' "$tokens" | member token
}

bearer() {
	"${status_of[@]}" -H "Authorization: Bearer $1" "${@:2}"
}

# Logs in, makes a token, uses both, and revokes the token: each answer comes from
# whichever worker is free, and each round ends with one line.
live() {
	local jwt token all

	while kill -0 "$$" 2>/dev/null; do
		jwt=$(jwt_of "$1")
		token=$(token_by "$jwt" live)
		all=$("${status_of[@]}" -H "X-Auth-Token: $jwt" "$auth")
		all+=" $(bearer "$token" "$auth")"
		all+=" $(bearer "$token" -X DELETE "$tokens/$token")"
		all+=" $(bearer "$token" "$auth")"
		echo "$all"
	done
}

# A token and a JWT of the first keys.
first_jwt=$(jwt_of "$E2E_OTHER")
first=$(token_by "$first_jwt" first)

live "$E2E_USER" >"$E2E_DIR/lived.0" &
pids+=($!)
live "$E2E_OTHER" >"$E2E_DIR/lived.1" &
pids+=($!)
# Asks for a URL until this script has ended, however it does.
use() {
	while kill -0 "$$" 2>/dev/null; do
		bearer "$first" "$auth?n=[1-20]" || true
	done
}
for i in 2 3; do
	use >"$E2E_DIR/lived.$i" &
	pids+=($!)
done

# All that began before has ended, and what follows has begun, once two rounds are over.
rounds() {
	wc -l <"$E2E_DIR/lived.$1"
}
two_rounds() {
	local from=() i tries

	for i in 0 1; do
		from+=("$(rounds "$i")")
	done
	for ((tries = 0; tries < 3000; tries++)); do
		[ "$(rounds 0)" -lt $((from[0] + 2)) ] || [ "$(rounds 1)" -lt $((from[1] + 2)) ] ||
			return 0
		sleep 0.02
	done
	echo "nobody is served any more"
	return 1
}

rewrap() {
	"$E2E_CTL" key rewrap --yes >>"$E2E_DIR/rewrapped"
}

# former_keys [KEY]: those that are accepted, and replaced by others, but for KEY
former_keys() {
	"$E2E_CTL" key list | awk -v not="${1-}" '$3 == "accepted" && $1 != not { print $1 }'
}

# The first key of hashes stays, because its token is used without end.
first_hash=$("$E2E_CTL" key list | awk '$2 == "hash" { print $1 }')
retired=0
two_rounds
for ((i = 0; i < rotations; i++)); do
	# workers read the master key again, and miss nothing meanwhile
	[ $((i % 3)) -ne 1 ] || rewrap
	"$E2E_CTL" key rotate >/dev/null
	# sealed anew before most workers have seen them
	[ $((i % 3)) -ne 2 ] || rewrap
	two_rounds
	for key in $(former_keys "$first_hash"); do
		"$E2E_CTL" key retire "$key" --yes >/dev/null
		retired=$((retired + 1))
	done
done
two_rounds
stop
wait "${pids[@]}" || true
pids=()

# The last line of each may be incomplete.
sed -s '$d' "$E2E_DIR"/lived.[01] >"$E2E_DIR/lived"
sed -s '$d' "$E2E_DIR"/lived.[23] >"$E2E_DIR/used"
lived=$(wc -l <"$E2E_DIR/lived") used=$(wc -l <"$E2E_DIR/used")
bad=$(grep -vxc '200 200 200 401' "$E2E_DIR/lived" || true)
failed=$(grep -vxc 200 "$E2E_DIR/used" || true)
grep -vx '200 200 200 401' "$E2E_DIR/lived" | head -n 5 || true
echo "$rotations rotations, $retired keys retired, $(wc -l <"$E2E_DIR/rewrapped") master keys: $bad of $lived rounds and $failed of $used" \
	"requests failed"

# end WANT WHAT GOT
expect() {
	echo "$2: $3"
	[ "$3" = "$1" ]
}
# a worker that left for its master key did not fail
expect 0 "workers that failed" "$("$E2E_CTL" status | awk '$1 == "workers_failed" { print $2 }')"
expect 401 "a JWT of a retired key" "$("${status_of[@]}" -H "X-Auth-Token: $first_jwt" "$auth")"
expect 200 "a token of the first key" "$(bearer "$first" "$auth")"
"$E2E_CTL" key retire "$first_hash" --yes >"$E2E_DIR/ended"
expect 'ended: 1 bearer token' "its key is retired" "$(cat "$E2E_DIR/ended")"
for ((i = 0; i < 8; i++)); do
	expect 401 "whichever worker is asked" "$(bearer "$first" "$auth")"
done

# Idle workers notice with their very next request, and forget what they have verified.
each_worker() {
	local want=$1 what=$2 i

	for ((i = 0; i < 12; i++)); do
		[ "$("${@:3}")" = "$want" ] || { echo "$what: not $want" && return 1; }
	done
	echo "$what: $want"
}
jwt=$(jwt_of "$E2E_USER")
by_jwt=("${status_of[@]}" -H "X-Auth-Token: $jwt" "$auth")
each_worker 200 "a JWT" "${by_jwt[@]}"
"$E2E_CTL" key rotate >/dev/null
token=$("$E2E_CTL" token add "${E2E_USER%%:*}" --name made)
echo "$token" >>"$E2E_DIR/secrets"
each_worker 200 "a token of a key that no worker has made" bearer "$token" "$auth"
"$E2E_CTL" key rotate >/dev/null
each_worker 200 "a JWT of a former key" "${by_jwt[@]}"
for key in $("$E2E_CTL" key list | awk '$2 == "jwt" && $3 == "accepted" { print $1 }'); do
	"$E2E_CTL" key retire "$key" --yes >/dev/null
done
each_worker 401 "the JWT when its key is retired" "${by_jwt[@]}"

# In whatever order: what idle workers have not seen is sealed by a master key that they
# have not seen either, and all that they know is retired.
log_in() {
	"${status_of[@]}" -u "$E2E_USER" "$auth"
}
jwt=$(jwt_of "$E2E_USER")
by_jwt=("${status_of[@]}" -H "X-Auth-Token: $jwt" "$auth")
for step in rotate rewrap use rotate rewrap rewrap use rewrap rotate use rotate rewrap rotate rewrap \
	use rotate retire rewrap retired; do
	case $step in
	rotate)	"$E2E_CTL" key rotate >/dev/null ;;
	rewrap)	rewrap ;;
	retire)
		for key in $(former_keys); do
			"$E2E_CTL" key retire "$key" --yes >/dev/null
		done ;;
	use)
		# made by whichever worker is asked, and used at every one
		newest=$(jwt_of "$E2E_OTHER")
		each_worker 200 "a JWT of before" "${by_jwt[@]}"
		each_worker 200 "a JWT of now" "${status_of[@]}" -H "X-Auth-Token: $newest" "$auth" ;;
	retired)
		each_worker 200 "a login when all is changed" log_in
		each_worker 401 "a JWT of a retired key" "${by_jwt[@]}" ;;
	esac
done
expect 0 "workers that failed" "$("$E2E_CTL" status | awk '$1 == "workers_failed" { print $2 }')"

[ "$bad" -eq 0 ] && [ "$failed" -eq 0 ] && [ "$lived" -gt "$rotations" ] &&
	[ "$retired" -ge $((4 * rotations - 1)) ]
