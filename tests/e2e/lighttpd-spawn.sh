#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# spawn-fcgi starts the service, behind lighttpd.
here=${BASH_SOURCE[0]%/*}
exec "$here/stack.sh" --provider lighttpd-spawn "$here/documented.sh" tests/e2e/e2e
