#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# GET /metrics is what Prometheus and its Python client accept, and the counts are exact:
# requests of known kinds are asked, then the same again after a reload, and after a
# worker was killed.  Run by stack.sh.
set -euo pipefail

auth=$E2E_HTTPS/rest/auth
ask=(curl -s --http1.1 --noproxy '*' --cacert "$E2E_CA")
silent=("${ask[@]}" -o /dev/null)
open='Accept: application/openmetrics-text; version=1.0.0'
failed=0

fail() {
	echo "$*"
	failed=1
}

scrape() {
	"${ask[@]}" -f "$E2E_HTTPS/metrics" >"$E2E_DIR/$1"
}

# The value of a series, or 0 if it is not there yet.
value() {
	awk -v series="$2" 'index($0, series " ") == 1 { n = substr($0, length(series) + 2) }
		END { print n + 0 }' "$E2E_DIR/$1"
}

await() {
	local tries

	for ((tries = 0; tries < 500; tries++)); do
		! "$@" || return 0
		sleep 0.02
	done
	fail "in vain: $*"
	return 1
}

# Requests of each kind, and what each is counted as.
request() {
	printf 'doorward_requests_total{route="%s",scheme="%s",result="%s"}' "$@"
}
counts=(20 10 5 3 4)
series=(
	"$(request auth.show jwt ok)"
	"$(request auth.show bearer wrong-credentials)"
	"$(request auth.show none wrong-credentials)"
	"$(request unknown none no-route)"
	"$(request settings.show none ok)"
)

ask_all() {
	"${silent[@]}" -H "X-Auth-Token: $jwt" "$auth?n=[1-20]"
	"${silent[@]}" -H 'X-Auth-Token: wrong' "$auth?n=[1-10]"
	"${silent[@]}" "$auth?n=[1-5]"
	"${silent[@]}" "$E2E_HTTPS/rest/nowhere?n=[1-3]"
	"${silent[@]}" "$E2E_HTTPS/rest/settings?n=[1-4]"
}

expect_counts() {
	local what=$1 i got

	ask_all
	scrape now
	rounds=$((rounds + 1))
	for i in "${!counts[@]}"; do
		got=$(($(value now "${series[i]}") - $(value before "${series[i]}")))
		[ $got -eq $((rounds * counts[i])) ] ||
			fail "$what: ${series[i]} grew by $got, not $((rounds * counts[i]))"
	done
	got=$(value now 'doorward_request_duration_seconds_count{route="auth.show"}')
	got=$((got - $(value before 'doorward_request_duration_seconds_count{route="auth.show"}')))
	[ $got -eq $((rounds * 35)) ] || fail "$what: $got times of auth.show were measured"
}

reloaded() {
	[ "$(grep -c 'reloaded, with' "$E2E_LOG/doorward.log")" -eq 1 ]
}

# The workers of before have gone as well.
settled() {
	! grep -qxFf "$E2E_DIR/workers.before" <(pgrep -P "$E2E_PID")
}

replaced() {
	scrape now
	[ "$(value now doorward_worker_failures_total)" -gt "$failures" ] &&
		[ "$(value now doorward_worker_starts_total)" -gt "$starts" ] &&
		[ "$(value now 'doorward_workers{state="starting"}')" -eq 0 ]
}

# --- counts ---------------------------------------------------------------------------

jwt=$("${ask[@]}" -u "$E2E_USER" "$auth" | sed 's/.*"token":"\([^"]*\)".*/\1/')
scrape before
rounds=0
expect_counts 'at first'

pgrep -P "$E2E_PID" >"$E2E_DIR/workers.before"
kill -s HUP "$E2E_PID"
await reloaded
await settled
expect_counts 'after a reload'

failures=$(value now doorward_worker_failures_total)
starts=$(value now doorward_worker_starts_total)
kill -s KILL "$(pgrep -P "$E2E_PID" | head -n 1)"
await replaced
expect_counts 'after a worker was killed'
[ "$(value now doorward_worker_failures_total)" -eq $((failures + 1)) ] ||
	fail 'it did not count as a failure'
[ "$(value now doorward_password_check_duration_seconds_count)" -ge 1 ] ||
	fail 'the password check was not measured'
[ "$(value now doorward_store_up)" -eq 1 ] || fail 'the database is said to be down'

# What doorwardctl sees is the same.
wanted=$("$E2E_CTL" status --json | sed 's/.*"requests":\([0-9]*\),.*/\1/')
scrape now
got=$(awk '/^doorward_requests_total/ { n += $NF } END { print n }' "$E2E_DIR/now")
[ "$got" -eq "$wanted" ] || fail "doorwardctl sees $wanted requests, not $got"

# --- form -----------------------------------------------------------------------------

promtool check metrics <"$E2E_DIR/now" || fail 'promtool does not accept it'
"${ask[@]}" -f -H "$open" "$E2E_HTTPS/metrics" >"$E2E_DIR/open"
/usr/bin/python3 - "$E2E_DIR/now" "$E2E_DIR/open" <<'END' || fail 'the Python client does not accept it'
import sys
from prometheus_client import openmetrics, parser
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open

def series(families):
    found = set()
    for family in families:
        assert family.documentation, family.name
        for sample in family.samples:
            found.add((sample.name, tuple(sorted(sample.labels.items()))))
    return found

plain = series(parser.text_string_to_metric_families(open(sys.argv[1]).read()))
opened = series(read_open(open(sys.argv[2]).read()))
missing = {name for name in plain ^ opened if name[1][:1] != (('route', 'metrics.show'),)}
assert not missing, missing
assert len(opened) > 100, len(opened)
END

for accept in "$open" 'Accept: text/plain;version=0.0.4' 'Accept: */*'; do
	"${ask[@]}" -o /dev/null -w '%{content_type}\n' -H "$accept" "$E2E_HTTPS/metrics"
done >"$E2E_DIR/types"
diff - "$E2E_DIR/types" <<'END' || fail 'the types differ'
application/openmetrics-text; version=1.0.0; charset=utf-8
text/plain; version=0.0.4; charset=utf-8
text/plain; version=0.0.4; charset=utf-8
END
! grep -qF "${E2E_USER%%[:@]*}" "$E2E_DIR/now" || fail 'it names a user'

# --- a database that no worker can open ------------------------------------------------

health() {
	[ "$("${ask[@]}" "$E2E_HTTPS/healthz")" = "$1" ]
}

mv "$E2E_DATA_FILE" "$E2E_DATA_FILE.away"
pgrep -P "$E2E_PID" >"$E2E_DIR/workers.before"
xargs kill <"$E2E_DIR/workers.before"
await settled
await health '{"status":"unavailable","reason":"the database cannot be read"}'
[ "$("${silent[@]}" -w '%{http_code}' "$auth")" = 503 ] || fail 'a request without a database'
scrape now
[ "$(value now doorward_store_up)" = 0 ] || fail 'no database: it is up'
[ "$(value now "${series[0]}")" -ge "$(value before "${series[0]}")" ] || fail 'no database: no counts'
"${ask[@]}" -f -H "$open" "$E2E_HTTPS/metrics" | tail -n 1 | grep -qxF '# EOF' ||
	fail 'no database: the form is another'
mv "$E2E_DATA_FILE.away" "$E2E_DATA_FILE"
await health '{"status":"ok"}'

for route in metrics healthz; do
	"${silent[@]}" -X OPTIONS -H 'Origin: https://app.example.org' "$E2E_HTTPS/$route"
done
! grep -E 'event=(metrics|health)\.show' "$E2E_LOG/doorward.log" || fail 'it is in the log'
exit $failed
