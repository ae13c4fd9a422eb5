#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Behind lighttpd: the disk takes a minute for each flush.
here=${BASH_SOURCE[0]%/*}
export E2E_SETTINGS=$'workers = 4\nworkers_max = 4\nrequest_deadline_s = 60'
exec "$here/stack.sh" lighttpd "$here/slow_disk.sh"
