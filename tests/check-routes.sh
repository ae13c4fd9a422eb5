#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/check-routes.sh - doorward-api(7) lists every route there is, and none that
# is not, and the section it names for a route exists and names it too.  Run in the
# build directory.
set -eu

page=${srcdir:-.}/src/doorward-api.7.in
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The rows of its table: ".It Ic METHOD Ta Pa PATH Ta SECTION".
sed -n 's/^\.It Ic \([A-Z]*\) Ta Pa \([^ ]*\) Ta \([0-9.]*\)$/\1 \2 \3/p' "$page" >"$work/table"
tests/print_routes | LC_ALL=C sort >"$work/program"
sed 's/ [0-9.]*$//' "$work/table" | LC_ALL=C sort >"$work/manual"
[ -s "$work/program" ] || { echo 'no routes'; exit 1; }
diff -u "$work/manual" "$work/program"

while read -r method path section; do
	grep -qF -e ".Ss $section $method $path" -e ".Sh $section. $method $path" \
	    -e ", $method $path" "$page" || {
		echo "doorward-api(7): no section $section is titled '$method $path'"
		exit 1
	}
done <"$work/table"
