#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Every file with something in it that configure decides is in the list of those that are
# compiled again after it, and such a one is: run in the build directory.
set -euo pipefail

cd "${srcdir:-.}"
decided='\b(PACKAGE_[A-Z]+|SYSCONFDIR|LOCALSTATEDIR|RUNSTATEDIR|WITH_[A-Z]+)\b'
status=0
count=0
while read -r file; do
	count=$((count + 1))
	grep -qE "^[[:blank:]]+$file( |$)" <(sed -n '/^CONFIGURED =/,/[^\\]$/p' src/Makefile.inc) || {
		echo "$file is not in CONFIGURED of src/Makefile.inc"
		status=1
	}
done < <(grep -rlE "$decided" src tests --include='*.c')
cd "$OLDPWD"
make -n -W Makefile doorward | grep 'src/doorward[.]c' >/dev/null || {
	echo "doorward.c would not be compiled again after configure"
	status=1
}
echo "$count files"
[ $count -gt 0 ] || status=1
exit $status
