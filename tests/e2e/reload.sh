#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# No request fails while doorward is reloaded under load.  Run by stack.sh; RELOADS
# says how often, CLIENTS how many ask at a time.  Prints the count.
set -euo pipefail

reloads=${RELOADS:-10} clients=${CLIENTS:-4}
auth=$E2E_HTTPS/rest/auth
pids=()

# Over HTTP/1.1: behind Apache curl loses about one request in a thousand over HTTP/2,
# with no reload at all.
ask=(curl -s --http1.1 --noproxy '*' --cacert "$E2E_CA")

# A JWT, so that a request costs no password hash.
jwt=$("${ask[@]}" -u "$E2E_USER" "$auth" | sed 's/.*"token":"\([^"]*\)".*/\1/')

reloaded() {
	grep -c 'reloaded, with' "$E2E_LOG/doorward.log" || true
}

for ((i = 0; i < clients; i++)); do
	"${ask[@]}" -o /dev/null -w '%{http_code} %{time_total}\n' -H "X-Auth-Token: $jwt" \
		"$auth?n=[1-9999999]" >"$E2E_DIR/asked.$i" &
	pids+=($!)
done
for ((i = 1; i <= reloads; i++)); do
	kill -s HUP "$E2E_PID"
	for ((tries = 0; tries < 3000; tries++)); do
		[ "$(reloaded)" -lt "$i" ] || break
		sleep 0.02
	done
	# Meanwhile old and new workers answer.
	sleep 0.05
done
kill "${pids[@]}"
wait "${pids[@]}" || true

# The last line of each is incomplete, because curl was killed.
sed -s '$d' "$E2E_DIR"/asked.* >"$E2E_DIR/asked"
asked=$(wc -l <"$E2E_DIR/asked")
failed=$(grep -vc '^200 ' "$E2E_DIR/asked" || true)
slowest=$(cut -d ' ' -f 2 "$E2E_DIR/asked" | sort -n | tail -n 1)
echo "$(reloaded) reloads, $clients clients: $failed of $asked requests failed," \
	"the slowest took $slowest s"
[ "$(reloaded)" -eq "$reloads" ] && [ "$asked" -gt "$reloads" ] && [ "$failed" -eq 0 ]
