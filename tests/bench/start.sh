#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# tests/bench/start.sh - from the start to the first answer, of doorward and the no-op program.
set -euo pipefail

dir=$(mktemp -d "${TMPDIR:-/tmp}/doorward-start.XXXXXX")
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/run"
cat >"$dir/doorward.conf" <<END
data_dir = "$dir/data"
run_dir = "$dir/run"
key_file = "$dir/master.key"
listen = "$dir/run/doorward.sock"
host_name = "localhost"
log_target = "$dir/log"
END
./doorwardctl --config "$dir/doorward.conf" init >/dev/null 2>&1
E2E_SOCKET=$dir/noop.sock tests/bench/start tests/bench/noop "$dir/noop.sock" 4
E2E_SOCKET=$dir/run/doorward.sock tests/bench/start ./doorward --config "$dir/doorward.conf" \
	2>/dev/null
