#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Behind lighttpd: what clients may still use after a restore.
here=${BASH_SOURCE[0]%/*}
exec "$here/stack.sh" lighttpd "$here/restore.sh"
