# SPDX-License-Identifier: ISC
# table.awk - medians over the rounds of load.sh and peers.sh, and ratios to the row base.
BEGIN {
	FS = ","
}
FNR > 1 {
	if (!($1 in rounds))
		names[++count] = $1
	rounds[$1]++
	for (i = 3; i <= 7; i++)
		value[$1, i, rounds[$1]] = $i
}
# Sorts sorted[1..n]: the values of a column.
function sort_column(name, column,    i, j, n, x) {
	n = rounds[name]
	for (i = 1; i <= n; i++) {
		x = value[name, column, i] + 0
		for (j = i - 1; j > 0 && sorted[j] > x; j--)
			sorted[j + 1] = sorted[j]
		sorted[j + 1] = x
	}
	return n
}
function median(name, column,    n) {
	n = sort_column(name, column)
	return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}
END {
	print "route,requests_s,requests_s_min,requests_s_max,worker_us,web_us,p50_us,p99_us" >csv
	base_rate = median(base, 3)
	base_cpu = median(base, 4)
	print "route               req/s  (min - max)       of no-op  worker us  of no-op  web us  p50 us  p99 us"
	for (i = 1; i <= count; i++) {
		name = names[i]
		rate = median(name, 3)
		least = sorted[1]
		most = sorted[rounds[name]]
		for (k = 4; k <= 7; k++)
			m[k] = median(name, k)
		printf "%-16s %8.0f  (%.0f - %.0f) %12.2f %10.1f %9.2f %7.1f %7.0f %7.0f\n", name, rate,
		    least, most, rate / base_rate, m[4], m[4] / base_cpu, m[5], m[6], m[7]
		printf "%s,%.0f,%.0f,%.0f,%.1f,%.1f,%.0f,%.0f\n", name, rate, least, most, m[4], m[5],
		    m[6], m[7] >csv
	}
}
