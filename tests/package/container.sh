#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# container.sh [RELEASE] - builds the image of deploy/Containerfile, on a Debian made here instead
# of one from a registry, and tries it: the first login, the health check, SIGTERM, a second start
# with the same data, the socket alone, and that no secret is in the image.
set -euo pipefail

# shellcheck source=tests/package/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"
release=${1:-$here}
HTTPS=8443
runner='' pid=''

command -v buildah >/dev/null || {
	say "buildah is not installed: skipped"
	exit 77
}

leave() {
	[ -z "$runner" ] || pid=$(first_process)
	if [ -n "$pid" ] && kill "$pid" 2>/dev/null; then
		wait "$runner" || true
	fi
	[ ! -e "$work/images" ] || images rm --all >/dev/null 2>&1 || true
	rm -rf "$work"
}
trap leave EXIT

# images COMMAND...: of buildah, with a store of our own
images() {
	buildah --root "$work/images" --runroot "$work/run" --storage-driver vfs "$@"
}

make_base() {
	local container

	quietly make_debian "$release" "$work/base"
	container=$(images from scratch)
	images add -q "$container" "$work/base" / >/dev/null
	images commit -q --rm "$container" base >/dev/null
	rm -rf "$work/base"
}

# Processes of the host and of the container are the same, and so are their addresses.
# start COMMAND...: in the container, until it is healthy; $pid is its first process
start() {
	local tries

	images run --isolation chroot --env HOST_NAME=www.example.org "$container" -- \
		doorward-start "$@" >>"$work/log" 2>&1 </dev/null &
	runner=$!
	for ((tries = 0; tries < 300; tries++)); do
		! inside doorward-start health 2>/dev/null || break
		sleep 0.1
	done
	pid=$(first_process)
	[ -n "$pid" ] && [ "$tries" -lt 300 ] || fail "$* does not start"
}

# The first process in the container, whose parent is buildah-chroot-exec.
first_process() {
	local parents=$runner exec

	while [ -n "$parents" ]; do
		parents=$(pgrep -d , -P "$parents") || return 0
		exec=$(ps -o pid=,args= -p "$parents" | awk '$2 == "buildah-chroot-exec" { print $1; exit }')
		[ -z "$exec" ] || {
			pgrep -P "$exec" || true
			return
		}
	done
}

inside() {
	images run --isolation chroot "$container" -- "$@"
}

fail() {
	tail -n 40 "$work/log" >&2
	die "$*"
}

# stop: by SIGTERM, which ends all of it, without an error
stop() {
	kill -TERM "$pid"
	wait "$runner" || fail "ended with $?"
	pid=''
}

make_base
quietly images bud --isolation chroot --layers=false --format docker \
	--build-arg BASE=localhost/base -f "$top/deploy/Containerfile" -t doorward "$top"
container=$(images from --pull-never localhost/doorward)
root=$(images mount "$container")
: >"$work/log"

find "$root" -xdev \( -name '*.mdb' -o -name 'master.key' -o -name '*.deb' -o -path '*/tls/*' \
	-o -path '*/var/lib/doorward/*' \) >>"$work/log"
[ ! -s "$work/log" ] || fail "what should not be there is in the image"
[ "$(images inspect --format '{{.OCIv1.Config.User}}' "$container")" = doorward ] || fail "runs as root"
[ ! -e "$root/usr/bin/gcc" ] || fail "a compiler is in the image"

start web
inside doorwardctl user add you@example.org --password-stdin <<<"a-password-of-mine" >>"$work/log"
expect 200 -u you@example.org:a-password-of-mine
expect 401 -u you@example.org:another
[ "$(ps -o user= -p "$pid")" = 10001 ] || fail "the user is $(ps -o user= -p "$pid")"
stop
! inside doorward-start health 2>/dev/null || fail "healthy after its end"

start web
expect 200 -u you@example.org:a-password-of-mine
kill -KILL "$(pgrep -P "$pid" -x lighttpd)"
wait "$runner" && fail "goes on without lighttpd"

start socket
[ -S "$root/run/doorward/doorward.sock" ] || fail "no socket"
stop
! inside doorward-start health || fail "the socket is healthy after its end"
images umount "$container" >/dev/null
say "$(images images --format '{{.Size}}' localhost/doorward): first login, health, SIGTERM, socket"
