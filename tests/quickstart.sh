#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# deploy/quickstart refuses a directory that others can change, and touches nothing there;
# a copy of the sources tells make what changed.
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-quickstart.XXXXXX")
trap 'rm -rf "$work"' EXIT
status=0

fail() {
	say "$*"
	status=1
}

# refuse ROW DIR MESSAGE [COMMAND...]: run by COMMAND
refuse() {
	local row=$1 dir=$2 message=$3 output

	shift 3
	if output=$("$@" "$top/deploy/quickstart" --dir "$dir" --detach 2>&1 </dev/null); then
		fail "$row: not refused"
	fi
	[[ $output == *"$message"* ]] || fail "$row: $output"
	[ -z "$(ls -A "$dir")" ] || fail "$row: something was made in $dir"
}

chmod 755 "$work"
mkdir "$work/mine" "$work/open" "$work/parent" "$work/parent/dir"
chmod 777 "$work/open" "$work/parent"
ln -s mine "$work/link"
refuse "symbolic link" "$work/link" "is a symbolic link"
refuse "symbolic link and slash" "$work/link/" "is a symbolic link"
refuse "anybody may write" "$work/open" "anybody may write in $work/open"
refuse "anybody may replace it" "$work/parent/dir" "anybody may write in $work/parent"
if [ "$EUID" -eq 0 ]; then
	chown 1 "$work/mine"
	refuse "of another user" "$work/mine" "belongs to"
	chown 0 "$work/mine"
	refuse "of root" "$work/mine" "belongs to root" \
		setpriv --reuid=1 --regid=1 --clear-groups bash
fi

# --- copies of the sources -------------------------------------------------------------

from=$work/from to=$work/copy
mkdir -p "$from/src/sub" "$from/deploy" "$from/tests" "$from/etc"
for file in configure.ac Makefile.am README COPYING src/same.c src/sub/changed.c src/gone.c; do
	echo "$file" >"$from/$file"
done
printf '#!/bin/sh\n' >"$from/deploy/script"
chmod 755 "$from/deploy/script"
copy_sources "$from" "$to"
touch -d '2020-01-01' "$to/src/same.c" "$to/src/sub/changed.c"
echo "more" >>"$from/src/sub/changed.c"
# Older than the copy, as after a checkout of another version.
touch -d '2010-01-01' "$from/src/sub/changed.c"
rm "$from/src/gone.c"
echo "new" >"$from/src/sub/new file.c"
touch "$to/generated"
copy_sources "$from" "$to"
diff -r "$from/src" "$to/src" >&2 || fail "the copy differs"
[ -x "$to/deploy/script" ] || fail "a script cannot be executed"
[ -e "$to/generated" ] || fail "what was generated is gone"
[ "$(date -r "$to/src/same.c" +%Y)" = 2020 ] || fail "an unchanged file has another time"
[ "$(date -r "$to/src/sub/changed.c" +%Y)" -gt 2020 ] || fail "a changed file has its old time"
exit $status
