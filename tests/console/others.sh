#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The files of the console behind the other web servers, without a look at the pages.
set -euo pipefail
here=${BASH_SOURCE[0]%/*}
# shellcheck source=tests/console/lib.sh
. "$here/lib.sh"
need_browser
skipped=0
for kind in apache-fcgid caddy haproxy; do
	status=0
	CONSOLE_PARTS=files "$here/../e2e/stack.sh" "$kind" "$here/console.py" || status=$?
	case $status in
	0) ;;
	77) skipped=$((skipped + 1)) ;;
	*) exit "$status" ;;
	esac
done
[ "$skipped" -lt 3 ] || exit 77
