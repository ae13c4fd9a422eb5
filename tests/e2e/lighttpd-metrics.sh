#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Behind lighttpd: what is counted, over a reload and a killed worker, as Prometheus reads it.
here=${BASH_SOURCE[0]%/*}
command -v promtool >/dev/null || exit 77
/usr/bin/python3 -c 'import prometheus_client' 2>/dev/null || exit 77
export E2E_SETTINGS='throttle = no'
exec "$here/stack.sh" lighttpd "$here/metrics.sh"
