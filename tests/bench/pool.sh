#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The pool of workers on its defaults: growth, memory, and KILLS kills (50).
stack=${BASH_SOURCE[0]%/*}/../e2e/stack.sh
status=0

export E2E_SETTINGS='
	workers = 4
	# workers are held by clients that say nothing
	request_deadline_s = 60
'
"$stack" socket tests/bench/pool || status=1

E2E_SETTINGS+='
	worker_idle_s = 1
'
KILLS=${KILLS:-50} "$stack" socket tests/bench/pool || status=1
exit $status
