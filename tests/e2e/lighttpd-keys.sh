#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Behind lighttpd: keys are rotated and retired under load.
here=${BASH_SOURCE[0]%/*}
exec "$here/stack.sh" lighttpd "$here/keys.sh"
