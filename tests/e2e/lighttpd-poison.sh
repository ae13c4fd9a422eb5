#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Behind lighttpd: pages of the database are overwritten below the service.
here=${BASH_SOURCE[0]%/*}
exec "$here/stack.sh" lighttpd "$here/poison.sh"
