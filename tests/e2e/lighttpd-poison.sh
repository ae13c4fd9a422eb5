#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Behind lighttpd: pages of the database are overwritten below the service.
here=${BASH_SOURCE[0]%/*}
# LMDB itself is not instrumented, but what it calls is, and would end the worker.
if grep -q __asan_init doorward 2>/dev/null; then
	echo "built with a sanitizer: skipped"
	exit 77
fi
exec "$here/stack.sh" lighttpd "$here/poison.sh"
