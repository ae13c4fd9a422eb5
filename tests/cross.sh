#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# A build for another machine runs nothing that it made: the description of the interface comes
# from the doorward that NATIVE_DOORWARD names, which has the same version, or is left out.
# Run in the build directory.
set -euo pipefail

build=$(pwd -P)
top=$(realpath "${srcdir:-.}")
work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-cross.XXXXXX")
trap 'rm -rf "$work"' EXIT

fail() {
	tail -n 20 "$work"/*/log >&2 || true
	echo "FAIL: $*"
	exit 1
}

[ "$top" != "$build" ] || {
	echo "the source directory is configured: skipped"
	exit 77
}

# configure_in DIR VARIABLE=VALUE...: with the compiler of this machine, as if it were for another
configure_in() {
	mkdir -p "$work/$1"
	(cd "$work/$1" && "$top/configure" --build="$(uname -m)-linux-gnu" \
		--host="$(uname -m)-other-linux-gnu" CC="${CC:-cc}" AR=ar RANLIB=ranlib \
		"${@:2}" >log 2>&1)
}

configure_in without || fail "not configured"
grep -q 'openapi[.]json is left out' "$work/without/log" || fail "openapi.json is left out without a word"
make -C "$work/without" -n all >"$work/commands" || fail "there is no way to build all"
! grep -e --openapi "$work/commands" || fail "the build runs what it made"

configure_in with "NATIVE_DOORWARD=$build/doorward" || fail "not configured with a native doorward"
make -C "$work/with" src/openapi.json >>"$work/with/log" 2>&1 || fail "no openapi.json"
cmp "$build/src/openapi.json" "$work/with/src/openapi.json" || fail "another openapi.json"
[ ! -e "$work/with/doorward" ] || fail "what it made is there to be run"

printf '#!/bin/sh\necho doorward 0.0.0\n' >"$work/doorward-0"
chmod 755 "$work/doorward-0"
! configure_in older "NATIVE_DOORWARD=$work/doorward-0" || fail "takes another version's description"
grep -q 'error: .*/doorward-0 is not doorward ' "$work/older/log" || fail "not refused for its version"
echo "a build for another machine is configured, with and without a description"
