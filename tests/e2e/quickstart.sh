#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# deploy/quickstart as README starts it, in a directory of its own: it builds the service
# and starts it behind lighttpd.  Then the commands that it prints run as printed there.
# Skips where it would have to install packages.
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/../..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
mapfile -t missing < <(missing_packages "${BUILD_PACKAGES[@]}" "${CLIENT_PACKAGES[@]}" \
	"${LIGHTTPD_PACKAGES[@]}")
if [ ${#missing[@]} -gt 0 ]; then
	say "${missing[*]} not installed: skipped"
	exit 77
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-quickstart.XXXXXX")
http_port=$((20000 + RANDOM % 6000 * 2))
chmod 755 "$work"
mkdir "$work/run"

quickstart() {
	"$top/deploy/quickstart" --dir "$work/run" "$@" </dev/null
}

leave() {
	local status=$?

	trap - EXIT
	quickstart --stop >"$work/stopped" 2>&1 || status=1
	[ "$status" -eq 0 ] || cat "$work"/{printed,answers,stopped} >&2 || true
	rm -rf "$work"
	exit "$status"
}
trap leave EXIT

# The commands below "Try, in this order:".
commands() {
	sed -n '/^Try, in this order:/,/^Administration/s/^  //p' "$work/printed"
}

quickstart --http-port "$http_port" --https-port "$((http_port + 1))" --detach >"$work/printed" 2>&1
commands >"$work/commands"
wanted=$(grep -c '^curl ' "$work/commands")
[ "$wanted" -ge 5 ] || die "only $wanted commands are printed"
no_proxy='*' bash -euo pipefail "$work/commands" >"$work/answers" 2>"$work/progress"
found=$(grep -o '"success":true,"payload"' "$work/answers" | wc -l)
[ "$found" -eq "$wanted" ] || die "$found of $wanted commands succeed"
quickstart --stop
! curl -s --noproxy '*' --max-time 5 "http://localhost:$http_port/" >"$work/answers" ||
	die "it still answers"
say "$wanted commands succeed"
