#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# lighttpd starts the service (bin-path).
here=${BASH_SOURCE[0]%/*}
exec "$here/stack.sh" --provider lighttpd-bin "$here/documented.sh" tests/e2e/e2e
