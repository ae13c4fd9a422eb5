#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Behind lighttpd: which secrets stay in memory and files.
here=${BASH_SOURCE[0]%/*}
# A sanitizer keeps what was freed, to find its use.
if grep -q __asan_init doorward 2>/dev/null; then
	echo "built with a sanitizer: skipped"
	exit 77
fi
exec "$here/stack.sh" --provider lighttpd "$here/leftovers.sh"
