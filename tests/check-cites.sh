#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/check-cites.sh - what comments cite exists: each "API 2.3" is a section of
# doorward-api(7).  So are the sections that other manual pages and the README name.
# Run in the build directory.

top=${srcdir:-.}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
fail=0

# sections: the numbers that the page's headings begin with
sections()
{
	sed -n 's/^\.S[hs] \([0-9][0-9.]*[0-9]\|[0-9]\)\.\{0,1\} .*/\1/p' "$top/src/doorward-api.7.in"
}

# numbers: of "FILE:LINE:CITATION" on standard input the file, and each number in it
numbers()
{
	sed 's/^\([^:]*\):[0-9]*:/\1 /' | while read -r file what; do
		for number in $(echo "$what" | grep -oE '[0-9](\.[0-9]+)?'); do
			echo "$file $number"
		done
	done
}

# "API 2.3 and 2.9" and "API 2.3, 2.9" are two citations each.
more='((,| and| to) [0-9](\.[0-9]+)?)*'
cites()
{
	grep -rnoE --exclude-dir=corpus "\\bAPI [0-9](\.[0-9]+)?$more" src tests deploy README
	grep -noE "[Ss]ections? [0-9](\.[0-9]+)?$more" src/*.in README
}

sections >"$work/sections"
(cd "$top" && cites) | numbers >"$work/cites"
[ "$(wc -l <"$work/sections")" -gt 30 ] || { echo "FAIL: hardly any sections"; fail=1; }
[ "$(wc -l <"$work/cites")" -gt 30 ] || { echo "FAIL: hardly any citations"; fail=1; }
while read -r file number; do
	grep -qx -e "$number" "$work/sections" && continue
	echo "FAIL: $file: doorward-api(7) has no section $number"
	fail=1
done <"$work/cites"

# A document that is not in the tree proves nothing to its readers.
if (cd "$top" && grep -rnE --exclude-dir=corpus --exclude=check-cites.sh \
    'CONTRACT [0-9]|\[S[0-9]\]|\[seen\]' src tests deploy README); then
	echo "FAIL: these cite a document that is not in the tree"
	fail=1
fi
exit $fail
