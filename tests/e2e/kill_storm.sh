#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# kill -9 of workers, of the master and of doorwardctl while all of them write: what was
# acknowledged is there, and what was revoked is gone.  KILLS says how many.
export E2E_SETTINGS='
	workers = 3
	max_tokens_per_user = 100000
'
exec "${BASH_SOURCE[0]%/*}/stack.sh" socket tests/e2e/kill_storm
