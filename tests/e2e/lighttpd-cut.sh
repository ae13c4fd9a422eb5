#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Behind lighttpd: files that the workers have mapped are cut off below the service.
here=${BASH_SOURCE[0]%/*}
export E2E_SETTINGS='throttle = yes
password_cache_s = 60'
exec "$here/stack.sh" lighttpd "$here/cut.sh"
