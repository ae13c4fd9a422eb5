#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# What make bench runs: figures, and whether they are within their bounds.  Nothing
# else should run on the machine meanwhile.
here=${BASH_SOURCE[0]%/*}
status=0

tests/bench/timing || status=1
tests/bench/login_time || status=1

# passwords at their real cost, and a throttle that is on
export E2E_SETTINGS='
	argon2_memory_kib = 19456
	argon2_iterations = 2
	throttle = yes
	log_level = info
	password_cache_s = 0
	workers = '"${WORKERS:-4}"'
'
"$here/../e2e/stack.sh" socket tests/bench/flood || status=1
"$here/pool.sh" || status=1
exit $status
