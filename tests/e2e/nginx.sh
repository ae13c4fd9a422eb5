#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The service behind nginx.
here=${BASH_SOURCE[0]%/*}
exec "$here/stack.sh" --provider nginx "$here/sites.sh" "$here/documented.sh" tests/e2e/e2e
