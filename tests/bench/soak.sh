#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# tests/bench/soak.sh - SOAK_SECONDS of mixed load while workers are killed, the service is reloaded
# and backed up, and tokens expire and are swept; prints what memory, descriptors and the
# database come to.  Run by stack.sh for bench.sh.
#
# shellcheck disable=SC2317	# functions are called by a trap
set -euo pipefail

here=$(realpath "${BASH_SOURCE[0]%/*}")
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"
loads=() kills=0 reloads=0 backups=0 ahead=0

# By how much the clock moves on after each sample.  Tokens are swept a day after they
# expired: a few samples later.
STEP_S=$((4 * 3600))

leave() {
	trap - EXIT
	[ ${#loads[@]} -eq 0 ] || kill "${loads[@]}" 2>/dev/null || true
}

workers() {
	descendants "$E2E_PID" | sed 1d
}

# Tokens live for a minute, so that as many expire as are created.
write_scripts() {
	local jwt body='{"name":"soak","ttl":60}'

	mkdir "$E2E_DIR/wrk"
	jwt=$(ask -u "$E2E_USER" "$E2E_HTTPS/rest/auth" | json_token)
	echo "$jwt" | wrk_script jwt GET /rest/auth X-Auth-Token
	echo "$jwt" | wrk_script create POST /rest/token X-Auth-Token "'$body'"
	printf 'Basic %s\n' "$(printf %s "$E2E_USER" | base64 -w 0)" |
		wrk_script basic GET /rest/auth Authorization
}

start_loads() {
	local name

	for name in jwt create basic; do
		wrk -t 1 -c 2 -d "${SOAK_SECONDS}s" -s "$E2E_DIR/wrk/$name.lua" "$E2E_HTTPS" \
			>"$E2E_DIR/wrk/$name.out" 2>&1 &
		loads+=($!)
	done
}

# Of processes that may end while they are looked at.
sample() {
	local pid pss=0 fds=0 count=0 more

	for pid in "$E2E_PID" $(workers); do
		more=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null) || continue
		pss=$((pss + ${more:-0}))
		more=$(find "/proc/$pid/fd" -mindepth 1 2>/dev/null | wc -l) || true
		fds=$((fds + more))
		count=$((count + 1))
	done
	printf '%6d %9d %8d %6d %12d %7d %6d %8d %8d\n' "$SECONDS" "$count" "$pss" "$fds" \
		"$(stat -c %s "$E2E_DIR/data/data.mdb")" \
		"$("$E2E_CTL" status --json | sed 's/.*"tokens":\([0-9]*\).*/\1/')" \
		"$kills" "$reloads" "$backups"
}

kill_one() {
	local victim

	victim=$(workers | shuf -n 1) || true
	[ -z "$victim" ] || ! kill -s KILL "$victim" 2>/dev/null || kills=$((kills + 1))
}

# The clock of doorward and doorwardctl: 8 bytes, the lowest first.
move_clock() {
	local byte bytes=

	ahead=$((ahead + STEP_S))
	for ((byte = 0; byte < 8; byte++)); do
		bytes+=$(printf '\\x%02x' $((ahead >> 8 * byte & 255)))
	done
	printf %b "$bytes" | dd of="$E2E_CLOCK" bs=8 conv=notrunc status=none
}

back_up() {
	"$E2E_CTL" backup "$E2E_DIR/log/backup" >/dev/null || return 0
	backups=$((backups + 1))
}

trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
write_scripts
start_loads
echo "   sec processes  PSS kB  files   data bytes  tokens  kills  reloads  backups"
while [ "$SECONDS" -lt "$SOAK_SECONDS" ]; do
	for ((step = 1; step <= 30 && SECONDS < SOAK_SECONDS; step++)); do
		sleep 1
		[ $((step % 3)) -ne 0 ] || kill_one
		if [ $((step % 10)) -eq 0 ]; then
			kill -s HUP "$E2E_PID"
			reloads=$((reloads + 1))
		fi
	done
	back_up
	sample
	move_clock
done
wait "${loads[@]}" || true
loads=()
for name in jwt create basic; do
	echo "$name: $(grep -E 'requests in|Non-2xx|Socket errors' "$E2E_DIR/wrk/$name.out" |
		tr -s ' ' | tr '\n' ';')"
done
"$E2E_CTL" check
