#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# System calls of a busy worker for each request, counted by strace.
here=${BASH_SOURCE[0]%/*}

skip() {
	echo "skipped: $*"
	exit 77
}

# A sanitizer makes calls of its own.
if grep -q __asan_init doorward 2>/dev/null; then
	skip "built with a sanitizer"
fi

# Strace must be there, and may attach to a process that it did not start.
command -v strace >/dev/null || skip "strace is not installed"
sleep 30 &
timeout -s INT 1 strace -qq -o /dev/null -p $! 2>/dev/null
[ $? -eq 124 ] || skip "strace may not trace other processes here"
kill $!

export E2E_SETTINGS='
	workers = 1
	workers_max = 1
	throttle = yes
	password_cache_s = 60
'
exec "$here/stack.sh" socket tests/e2e/calls
