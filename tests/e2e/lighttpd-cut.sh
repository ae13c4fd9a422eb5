#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Behind lighttpd: files that the workers have mapped are cut off below the service.
here=${BASH_SOURCE[0]%/*}
# A child of doorwardctl looks at pages that may be gone; a sanitizer reports its death.
if grep -q __asan_init doorward 2>/dev/null; then
	echo "built with a sanitizer: skipped"
	exit 77
fi
export E2E_SETTINGS='throttle = yes
password_cache_s = 60'
exec "$here/stack.sh" lighttpd "$here/cut.sh"
