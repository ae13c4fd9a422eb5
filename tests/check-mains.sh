#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/check-mains.sh - every program fills descriptors 0 to 2 before it does
# anything else (base/descriptors.h): its main calls descriptors_fill in its first
# statement.
set -eu

cd "${srcdir:-.}"
# shellcheck disable=SC2046  # names without blanks
set -- $(find src tests -name '*.c' -exec grep -l '^main(' {} +)
[ $# -ge 2 ] || { echo "no programs found" >&2; exit 1; }
awk '
FNR == 1		{ if (inside) complain(); inside = 0 }
/^main\(/		{ inside = 1; place = FILENAME ":" FNR; next }
inside && /^}/		{ complain(); inside = 0 }
# the first line with a call of something, declarations aside
inside && /^\t(if|return|[a-z_]+\()/ {
	if ($0 !~ /descriptors_fill\(\)/)
		complain()
	inside = 0
}
function complain()	{ print place ": main does not begin with descriptors_fill()"; bad = 1 }
END			{ if (inside) complain(); exit bad }
' "$@"
