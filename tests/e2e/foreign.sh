#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Imported users log in behind lighttpd; their passwords are looked up anew each time.
export E2E_SUITES=foreign
export E2E_SETTINGS='
	password_cache_s = 0
'
exec "${BASH_SOURCE[0]%/*}/stack.sh" lighttpd tests/e2e/e2e
