#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/check-metrics.sh - doorward-api(7) lists every metric with its labels, and the alerts
# and the dashboard name none that is not there.  promtool checks their expressions, and
# that the alerts are raised.  Run in the build directory.
set -eu

top=${srcdir:-.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

tests/print_metrics >"$work/program"
[ -s "$work/program" ] || { echo 'no metrics'; exit 1; }

# The rows of the manual: ".It Li NAME Ta LABEL, LABEL", in the order of the table.
sed -n 's/^\.It Li \(doorward_[a-z_]*\) Ta *\(.*\)$/\1 \2/p' "$top/src/doorward-api.7.in" |
	sed 's/ *$//' >"$work/manual"
sed 's/^[a-z]* //' "$work/program" >"$work/table"
diff -u "$work/manual" "$work/table" || status=1
sed 's/ .*//' "$work/table" >"$work/named"

# Every name under which there are samples.
awk '$1 != "histogram" { print $2 }
	$1 == "histogram" { print $2 "_bucket"; print $2 "_sum"; print $2 "_count" }' \
	"$work/program" >"$work/series"
for file in deploy/prometheus-alerts.yml deploy/grafana-dashboard.json tests/prometheus_test.yml; do
	grep -o 'doorward_[a-z_]*' "$top/$file" | sort -u >"$work/used" || true
	[ -s "$work/used" ] || { echo "$file names no metric"; status=1; }
	grep -vxFf "$work/series" "$work/used" | sed "s|^|$file names a metric that is not there: |" \
		>"$work/wrong" || true
	[ ! -s "$work/wrong" ] || { cat "$work/wrong"; status=1; }
done

# The values of labels that doorward-api(7) lists, and those of expressions, are words of the
# program, or of the names of its counters; of a route, an event.
{
	sed -n '/^The labels have these values:/,/^\.El/s/^\.Li \([a-z.-]*\).*/\1/p' \
		"$top/src/doorward-api.7.in"
	grep -ohE '[a-z]+!?=\\?"[a-z.-]+' "$top/deploy/prometheus-alerts.yml" \
		"$top/deploy/grafana-dashboard.json" | grep -v '^job' | sed 's/.*"//'
} | sort -u >"$work/values"
[ "$(wc -l <"$work/values")" -gt 20 ] || { echo 'labels have few values'; status=1; }
while read -r value; do
	grep -rqE "\"([a-z_.-]+ )*${value}( [a-z_.-]+)*\"" "$top/src" --include='*.c' || {
		echo "no label has the value $value"
		status=1
	}
done <"$work/values"

# Those that doorward(8) says are to be watched; of a histogram, its name.
sed -n 's/^\.Li \(doorward_[a-z_]*\).*/\1/p' "$top/src/doorward.8.in" |
	grep -vxFf "$work/named" | sed 's/^/doorward(8) names a metric that is not there: /' \
	>"$work/wrong" || true
[ ! -s "$work/wrong" ] || { cat "$work/wrong"; status=1; }

# The dashboard shows all of these.
sed -n 's/^\.Li \(doorward_[a-z_]*\).*/\1/p' "$top/src/doorward.8.in" >"$work/watched"
[ -s "$work/watched" ] || { echo 'nothing is to be watched'; status=1; }
while read -r name; do
	grep -q "$name" "$top/deploy/grafana-dashboard.json" || {
		echo "the dashboard does not show $name"
		status=1
	}
done <"$work/watched"

# Each alert is raised once in its test.
for alert in $(sed -n 's/^ *- alert: //p' "$top/deploy/prometheus-alerts.yml"); do
	grep -q "alertname=\"$alert\"" "$top/tests/prometheus_test.yml" || {
		echo "tests/prometheus_test.yml does not raise $alert"
		status=1
	}
done

[ $status -eq 0 ] || exit 1
command -v promtool >/dev/null || { echo 'skipped: promtool is not installed'; exit 77; }

cp "$top/deploy/prometheus-alerts.yml" "$top/tests/prometheus_test.yml" "$work"
promtool check rules "$work/prometheus-alerts.yml"
(cd "$work" && promtool test rules prometheus_test.yml)

# The expressions of the dashboard, as rules.
{
	printf 'groups:\n- name: dashboard\n  rules:\n'
	sed -n 's/^[[:space:]]*"expr": "\(.*\)",*$/\1/p' "$top/deploy/grafana-dashboard.json" |
		sed -e 's/\\"/"/g' -e "s/'/''/g" -e 's/\$__rate_interval/5m/g' |
		awk '{ printf "  - record: dashboard:%d\n    expr: '\''%s'\''\n", NR, $0 }'
} >"$work/dashboard.yml"
grep -q expr: "$work/dashboard.yml"
promtool check rules "$work/dashboard.yml"

# What doorward(8) has for prometheus.yml.
awk '/^\.\\" prometheus$/ { found = 1; next } /^\.Ed/ { on = 0 } on && found
	/^\.Bd/ { on = found } /^\.Ed/ { found = 0 }' src/doorward.8 >"$work/prometheus.yml"
grep -q job_name "$work/prometheus.yml"
promtool check config --syntax-only "$work/prometheus.yml"
