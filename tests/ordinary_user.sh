#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# tests/ordinary_user.sh - what starts database servers or a browser, by a user who is not
# root: root runs it as nobody, and everybody else has run these tests so anyway.  In the
# build directory.
set -euo pipefail

here=$(realpath "${BASH_SOURCE[0]%/*}")
as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
export srcdir=${here%/tests} TMPDIR=/tmp HOME=/nonexistent

[ "$EUID" -eq 0 ] || {
	echo 'this user is not root: skipped'
	exit 77
}
for file in "$PWD/tests/contract/contract" "$here/e2e/stack.sh"; do
	"${as[@]}" test -x "$file" 2>/dev/null || {
		echo "others than root cannot use $file: skipped"
		exit 77
	}
done
"${as[@]}" tests/contract/contract mariadb: 'memory against'
"${as[@]}" "$here/e2e/lighttpd-mariadb.sh"
CONSOLE_PARTS='frame keyboard' "${as[@]}" "$here/console/lighttpd.sh" || [ $? -eq 77 ]
