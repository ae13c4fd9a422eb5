#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# tests/bench/logins.sh - right passwords that no worker remembers, against what as many threads
# as the service may use can hash, in turn.  Run by stack.sh for bench.sh.
set -euo pipefail

here=$(realpath "${BASH_SOURCE[0]%/*}")
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"
cores=$(nproc)
threads=$((cores > 1 ? cores - 1 : 1))
raw=$OUT/logins.csv

round() {
	local hashes worker web text

	hashes=$(tests/bench/hashes "$threads" "$SECONDS_EACH")
	worker=$(cpu_ns "$E2E_PID") web=$(cpu_ns "$E2E_WEB_PID")
	text=$(load "$SECONDS_EACH")
	worker=$(($(cpu_ns "$E2E_PID") - worker)) web=$(($(cpu_ns "$E2E_WEB_PID") - web))
	echo "hashes,$1,$hashes,0,0,0,0"
	figures logins "$1" "$worker" "$web" <<<"$text"
}

mkdir -p "$OUT" "$E2E_DIR/wrk"
add_users
for ((n = 1; n <= USERS; n++)); do
	echo "Basic $(printf %s "bench$n@example.org:${E2E_USER#*:}" | base64 -w 0)"
done | wrk_script logins GET /rest/auth Authorization
target=(-s "$E2E_DIR/wrk/logins.lua" "$E2E_HTTPS")
echo "route,round,requests_s,worker_us,web_us,p50_us,p99_us" >"$raw"
for ((n = 1; n <= ROUNDS; n++)); do
	round "$n" >>"$raw"
done
awk -F , 'NR > 1 { sum[$1] += $3 }
	END { printf "%.1f first logins a second, %.1f hashes a second: %.2f\n",
	    sum["logins"] / (NR - 1) * 2, sum["hashes"] / (NR - 1) * 2, sum["logins"] / sum["hashes"]
	}' "$raw"
