#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Behind lighttpd: reloads while workers retire under load, then a crowd of clients.
here=${BASH_SOURCE[0]%/*}
command -v ss >/dev/null || exit 77
export E2E_SETTINGS='worker_max_requests = 100'
exec "$here/stack.sh" lighttpd "$here/reload.sh" "$here/crowd.sh"
