#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/check-routes.sh - doorward(8) lists every route there is, and none that
# is not: entries ".It Ic METHOD PATH", several apart by " , ".  Run in the build
# directory.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests/print_routes | LC_ALL=C sort >"$work/program"
sed -n 's/^\.It Ic \([A-Z]* \/.*\)/\1/p' "${srcdir:-.}/src/doorward.8.in" |
	sed 's/ , /\n/g' | LC_ALL=C sort >"$work/manual"
[ -s "$work/program" ] || { echo 'no routes'; exit 1; }
diff -u "$work/manual" "$work/program"
