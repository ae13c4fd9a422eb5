#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The service behind Caddy: the documented curl lines, tokens, administration and guarded sites.
here=${BASH_SOURCE[0]%/*}
export E2E_SUITES=core
exec "$here/stack.sh" caddy "$here/documented.sh" tests/e2e/e2e
