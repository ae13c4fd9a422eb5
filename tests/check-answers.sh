#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/check-answers.sh - doorward-api(7) has every status and message that the service can
# answer with, and its table in section 3.2 none that it cannot.  Run in the build directory.
set -eu

top=${srcdir:-.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# "STATUS MESSAGE" of each row of the tables in http/dialect.c: { 404, "Not Found", "Not found"
tr '\n\t' '  ' <"$top/src/http/dialect.c" | grep -oE '\{ [0-9]{3}, *"[^"]*", *"[^"]*"' |
    sed 's/{ \([0-9]*\), *"[^"]*", *"\(.*\)"/\1 \2/' | LC_ALL=C sort -u >"$work/program"
[ "$(wc -l <"$work/program")" -gt 35 ] || { echo 'no answers'; exit 1; }

# The same of section 3.2: ".It 404 Li Not found , Token not found".
sed -n '/^\.Ss 3\.2 /,/^\.Ss 3\.3 /s/^\.It \([0-9]*\) Li \(.*\)/\1 \2/p' \
    "$top/src/doorward-api.7.in" | while read -r status messages; do
	echo "$messages" | sed 's/ , /\n/g' | sed "s/^/$status /"
done | LC_ALL=C sort -u >"$work/manual"

# Texts of the Webitel API are described in its sections, where quotes stand around them.
sed -n '/^\.Sh 6\. /,/^\.Sh 8\. /p' "$top/src/doorward-api.7.in" >"$work/webitel"
LC_ALL=C comm -23 "$work/program" "$work/manual" | while read -r status message; do
	grep -q -x -e "\.Sq $message\(\\\\&\)\?\( [.,:;)]\)*" "$work/webitel" ||
		echo "doorward-api(7) lacks the answer $status '$message'"
done >"$work/wrong"
LC_ALL=C comm -13 "$work/program" "$work/manual" |
    sed "s/^/doorward-api(7) has an answer that is never given: /" >>"$work/wrong"
cat "$work/wrong"
[ ! -s "$work/wrong" ]
