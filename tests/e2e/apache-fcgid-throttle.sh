#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The service behind Apache with the throttle on.
here=${BASH_SOURCE[0]%/*}
E2E_SETTINGS=$(<"$here/throttle.settings")
export E2E_SETTINGS E2E_SUITES=throttle
exec "$here/stack.sh" apache-fcgid tests/e2e/e2e
