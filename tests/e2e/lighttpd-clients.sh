#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The clients of deploy/examples behind lighttpd.
here=${BASH_SOURCE[0]%/*}
exec "$here/stack.sh" lighttpd "$here/clients.sh"
