#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The service behind Apache with the throttle on, which other tests would only wait for.
export E2E_SUITES=throttle
export E2E_SETTINGS='
	throttle = yes
	throttle_exempt = "127.0.0.9"
	password_cache_s = 60
'
exec "${BASH_SOURCE[0]%/*}/stack.sh" apache-fcgid tests/e2e/e2e
