#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/fuzz/fuzz.sh [SECONDS [TARGET...]] - lets clang's libFuzzer look for inputs
# that break a target (form, json, ...; all of them if none is named), each for so
# many seconds (60), starting from its corpus.  An input that does is left in the
# current directory.  Builds in a temporary directory; configure must have been made.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
here=$(pwd)
seconds=${1:-60}
[ $# -eq 0 ] || shift
# shellcheck disable=SC2012,SC2046  # names without blanks
[ $# -gt 0 ] || set -- $(cd "$top/tests/fuzz" && ls -- *_fuzz.c | sed 's/_fuzz\.c//')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"$top/configure" -q CC=clang CPPFLAGS=-DLIBFUZZER CFLAGS='-g -O1 -fsanitize=fuzzer-no-link' \
	--with-sanitizer
for target; do
	make -s -j2 LDFLAGS=-fsanitize=fuzzer "tests/fuzz/${target}_fuzz"
	mkdir "$target"
	"tests/fuzz/${target}_fuzz" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
		-artifact_prefix="$here/$target-" "$target" "$top/tests/fuzz/corpus/$target"
done
