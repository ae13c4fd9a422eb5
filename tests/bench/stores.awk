# SPDX-License-Identifier: ISC
# stores.awk - medians over the rounds of stores.csv, and of what is a round's ratio to files
# (mariadb) or to the workers of one machine (mariadb-3).
BEGIN {
	FS = ","
}
FNR > 1 {
	rate[$1, $3, $2] = $4
	part[$1, $3, $2] = $5
	rounds = $2
	if (!seen[$3]++)
		names[++count] = $3
}
# Sorts sorted[1..rounds], and returns its median.
function median(    i, j, x) {
	for (i = 2; i <= rounds; i++) {
		x = sorted[i]
		for (j = i - 1; j > 0 && sorted[j] > x; j--)
			sorted[j + 1] = sorted[j]
		sorted[j + 1] = x
	}
	i = int((rounds + 1) / 2)
	return rounds % 2 ? sorted[i] : (sorted[i] + sorted[i + 1]) / 2
}
function rate_of(store, name,    i) {
	for (i = 1; i <= rounds; i++)
		sorted[i] = rate[store, name, i] + 0
	return median()
}
function ratio_of(store, base, name,    i, m) {
	for (i = 1; i <= rounds; i++)
		sorted[i] = part[store, name, i] / part[base, name, i]
	m = median()
	return sprintf("%.2f (%.2f - %.2f)", m, sorted[1], sorted[rounds])
}
END {
	print "requests/s       lmdb  mariadb  ratio, least and most    3 x workers  to one machine"
	for (n = 1; n <= count; n++) {
		name = names[n]
		printf "%-12s %8d %8d  %-22s %13d  %s\n", name, rate_of("lmdb", name),
		    rate_of("mariadb", name), ratio_of("mariadb", "lmdb", name),
		    rate_of("mariadb-3", name), ratio_of("mariadb-3", "mariadb", name)
	}
}
