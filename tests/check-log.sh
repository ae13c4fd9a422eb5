#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/check-log.sh - the section LOG of doorward(8) lists every field, result and reason
# that the log can have, and no other.  Run in the build directory.
set -eu

src=${srcdir:-.}/src
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail=0

# items SECTION MACRO: the words of the list items in a section or subsection
items()
{
	sed -n "/^\.S[hs] $1\$/,/^\.S[hs] /s/^\.It $2 //p" "$src/doorward.8.in" |
		tr -s ' ,' '\n' | grep .
}

# same WHAT PROGRAM MANUAL
same()
{
	[ -s "$2" ] && diff -u "$2" "$3" && return
	echo "FAIL: $1 of the log and of doorward(8) differ"
	fail=1
}

# The fields, in the order of the line.
sed -n 's/^.*\badd[a-z_]*(l, "\([a-z]*\)".*/\1/p' "$src/auth/audit.c" >"$work/fields"
items LOG Ar >"$work/manual"
same fields "$work/fields" "$work/manual"

# names FILE INDEX: the texts of a table of names by their enum
names()
{
	sed -n "s/^	\[$2_[A-Z_]*\] = \"\([^\"]\{1,\}\)\",\$/\1/p" "$1" | LC_ALL=C sort
}

# These results go no further than the function that asked.
names "$src/base/verdict.c" V | grep -vx -e exists -e changed -e malformed -e invalid \
	-e waiting >"$work/results"
items Results Li | LC_ALL=C sort >"$work/manual"
echo fault | LC_ALL=C sort -o "$work/results" - "$work/results"
same results "$work/results" "$work/manual"

names "$src/auth/refusal.c" WHY >"$work/reasons"
items Reasons Li | LC_ALL=C sort >"$work/manual"
same reasons "$work/reasons" "$work/manual"
exit $fail
