#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# More clients than workers: they wait in the backlog of the socket, and are all
# served; when that is full the web server refuses at once, and recovers when there is
# room again.  Run by stack.sh, in the build directory.
set -euo pipefail

clients=400
auth=$E2E_HTTPS/rest/auth
ask=(curl -s --noproxy '*' --cacert "$E2E_CA" --http1.1 -o /dev/null -w '%{http_code}\n')

jwt=$(curl -s --noproxy '*' --cacert "$E2E_CA" -u "$E2E_USER" "$auth" |
	sed 's/.*"token":"\([^"]*\)".*/\1/')

# No connection is accepted until go_on.
stop() {
	pkill -STOP -P "$E2E_PID"
}

go_on() {
	pkill -CONT -P "$E2E_PID"
}
trap go_on EXIT

# How many connections wait at the socket, whose name in the kernel is the one that it
# was bound to.
waiting() {
	ss -lxH | awk -v at="${E2E_SOCKET%/*}/." 'index($5, at) == 1 { print $3 }'
}

wait_for_clients() {
	local tries

	for ((tries = 0; tries < 400; tries++)); do
		[ "$(waiting)" -lt "$1" ] || return 0
		sleep 0.05
	done
	return 1
}

come() {
	local i

	for ((i = 0; i < clients / 50; i++)); do
		"${ask[@]}" -Z --no-progress-meter --parallel-immediate --parallel-max 50 \
			-H "X-Auth-Token: $jwt" "$auth?n=[1-50]" >"$E2E_DIR/came.$i" &
		crowd+=($!)
	done
}

crowd=()
stop
come
wait_for_clients $clients || true
echo "$(waiting) of $clients clients wait in the backlog of the socket"
waited=$(waiting)
go_on
wait "${crowd[@]}"
served=$(cat "$E2E_DIR"/came.* | grep -c '^200$' || true)
echo "$served of $clients are answered 200"

stop
coproc CROWD { tests/e2e/crowd "$E2E_SOCKET"; }
# bash forgets it as soon as the process has ended
crowd_pid=$CROWD_PID
read -r full why <&"${CROWD[0]}"
shed=$("${ask[@]}" -H "X-Auth-Token: $jwt" "$auth")
echo "the backlog is full with $full connections ($why); one more client is answered $shed"
go_on
# shellcheck disable=SC2093,SC1083	# closes its input, and so ends it
exec {CROWD[1]}>&-
wait "$crowd_pid" || true
for ((tries = 0; tries < 100; tries++)); do
	after=$("${ask[@]}" -H "X-Auth-Token: $jwt" "$auth")
	[ "$after" != 200 ] || break
	sleep 0.1
done
echo "with room again: $after"

[ "$waited" -eq $clients ] && [ "$served" -eq $clients ] && [ "$shed" -ge 500 ] &&
	[ "$after" -eq 200 ]
