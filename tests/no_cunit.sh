#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# In a tree that was configured without CUnit, make builds the programs, and make check says at
# once what is missing and what to do.  Run in the build directory.
set -euo pipefail

build=$(pwd -P)
top=$(realpath "${srcdir:-.}")
work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-no-cunit.XXXXXX")
trap 'rm -rf "$work"' EXIT

fail() {
	tail -n 20 "$work/log" >&2 || true
	echo "FAIL: $*"
	exit 1
}

[ "$top" != "$build" ] || {
	echo "the source directory is configured: skipped"
	exit 77
}

# A pkg-config that knows everything else.
cat >"$work/pkg-config" <<-'END'
	#!/bin/sh
	case " $* " in
	*" cunit "*) exit 1 ;;
	esac
	exec pkg-config "$@"
END
chmod 755 "$work/pkg-config"
eval "set -- $(./config.status --config)"	# as this build
mkdir "$work/obj"
cd "$work/obj"
"$top/configure" "$@" PKG_CONFIG="$work/pkg-config" >"$work/log" 2>&1 ||
	fail "not configured without CUnit"
make -n all >"$work/log" 2>&1 || fail "there is no way to build all"

# -o: as if all was built
for target in check check-galera bench; do
	! make -o all-am "$target" TESTS=tests/check-man.sh >"$work/out" 2>"$work/log" ||
		fail "make $target succeeds"
	grep -q 'apt-get install libcunit1-dev' "$work/log" || fail "make $target does not name the package"
	grep -q 'run configure again' "$work/log" || fail "make $target does not say what to do then"
done
[ ! -e test-suite.log ] || fail "tests were run before that"
echo "without CUnit, make check says so"
