#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The service behind HAProxy: the documented curl lines, tokens, administration, and sites that
# nginx guards behind it.
here=${BASH_SOURCE[0]%/*}
export E2E_SUITES=core
exec "$here/stack.sh" haproxy "$here/documented.sh" tests/e2e/e2e
