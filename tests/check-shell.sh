#!/bin/sh
# SPDX-License-Identifier: ISC
# No script of the tree gets a warning of shellcheck.  Skips where it is missing.
set -eu

command -v shellcheck >/dev/null || { echo "shellcheck is not installed: skipped"; exit 77; }
cd "${srcdir:-.}"
status=0
count=0
for file in $(find deploy tests -type f ! -path '*/corpus/*' | LC_ALL=C sort); do
	case $(head -n 1 "$file" | tr -d '\0') in
	'#!'*sh | '#!'*sh\ *) ;;
	*) sed 5q "$file" | grep -qs '^# shellcheck shell=' || continue ;;
	esac
	count=$((count + 1))
	shellcheck -x -S warning -P SCRIPTDIR "$file" || status=1
done
echo "$count scripts"
[ $count -gt 0 ] || status=1
exit $status
