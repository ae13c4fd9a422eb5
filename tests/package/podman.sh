#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# podman.sh [RELEASE] - the commands at the top of deploy/Containerfile, line by line, on a Debian
# made here instead of one from a registry; then what podman is told about a container: health,
# SIGHUP, stop, start, another container with the same data, and the socket alone.
set -euo pipefail

# shellcheck source=tests/package/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"
release=${1:-$here}
HTTPS=18443 HTTP=18080

command -v podman >/dev/null || {
	say "podman is not installed: skipped"
	exit 77
}

leave() {
	[ ! -e "$work/images" ] || {
		podman rm -f -t 1 --all
		podman volume rm -f --all
		podman rmi -f --all
	} >/dev/null 2>&1 || true
	rm -rf "$work"
}
trap leave EXIT

# A store of our own, and limits that a container in a container may set.
settle() {
	local runtime

	runtime=$(command -v runc || command -v crun)
	cat >"$work/containers.conf" <<-END
		[containers]
		default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
		[engine]
		runtime = "${runtime##*/}"
		cgroup_manager = "cgroupfs"
		events_logger = "file"
		volume_path = "$work/volumes"
		tmp_dir = "$work/tmp"
	END
	printf '%s\n' '[storage]' 'driver = "vfs"' "graphroot = \"$work/images\"" \
		"runroot = \"$work/run\"" >"$work/storage.conf"
	export CONTAINERS_CONF=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf
}

make_base() {
	quietly make_debian "$release" "$work/base"
	tar -C "$work/base" --numeric-owner -cf "$work/base.tar" .
	podman import -q "$work/base.tar" localhost/base >/dev/null
	rm -rf "$work/base" "$work/base.tar"
	podman run --rm localhost/base true >"$work/log" 2>&1 || {
		cat "$work/log" >&2
		say "no container runs on this machine: skipped"
		exit 77
	}
}

fail() {
	podman logs doorward >&2 || true
	die "$*"
}

# until_healthy: both lighttpd and the service answer
until_healthy() {
	local tries

	for ((tries = 0; tries < 150; tries++)); do
		! podman healthcheck run doorward >/dev/null 2>&1 || return 0
		sleep 0.2
	done
	fail "not healthy"
}

# The block, with lines that go on in the next one put together.
commands() {
	awk '/^#   / { seen = 1; print substr($0, 5); next } seen { exit }' "$top/deploy/Containerfile" |
		sed -e ':a' -e '/\\$/N; s/\\\n//; ta'
}

# Ports that nobody else has, the base from here, and no terminal.
first_login() {
	local line lines

	mapfile -t lines < <(commands)
	for line in "${lines[@]}"; do
		say "+ $line"
		case $line in
		"podman build "*) quietly eval "${line% .} --build-arg BASE=localhost/base ." ;;
		"podman run "*)
			line=${line/-p 443:/-p 127.0.0.1:$HTTPS:}
			quietly eval "${line/-p 80:/-p 127.0.0.1:$HTTP:}"
			until_healthy
			;;
		"podman exec -it "*) eval "${line/-it/-i} --password-stdin" <<<"$PASSWORD" >/dev/null ;;
		"curl -k -u you@example.org https://www.example.org/rest/auth") expect 200 "${user[@]}" ;;
		*) die "not known: $line" ;;
		esac
	done
	[ ${#lines[@]} -eq 4 ] || die "Containerfile has ${#lines[@]} lines to the first login"
}

PASSWORD=a-password-of-mine
user=(-u "you@example.org:$PASSWORD")
settle
make_base
cd "$top"
first_login
expect 401 -u you@example.org:another
[ "$(curl -s -o /dev/null -w '%{http_code}' --noproxy '*' "http://127.0.0.1:$HTTP/rest/auth")" = 301 ] ||
	fail "plain HTTP is not redirected"

podman kill --signal HUP doorward >/dev/null
expect 200 "${user[@]}"
podman stop -t 30 doorward >/dev/null
[ "$(podman inspect -f '{{.State.ExitCode}}' doorward)" = 0 ] || fail "stopped with an error"
quietly podman start doorward
until_healthy
expect 200 "${user[@]}"
podman rm -f -t 30 doorward >/dev/null
quietly podman run -d --name doorward -p "127.0.0.1:$HTTPS:8443" -v doorward:/var/lib/doorward \
	-v doorward-run:/run/doorward -e HOST_NAME=www.example.org doorward
until_healthy
expect 200 "${user[@]}"
podman rm -f -t 30 doorward >/dev/null

quietly podman run -d --name doorward -v doorward:/var/lib/doorward \
	-v doorward-run:/run/doorward -e HOST_NAME=www.example.org doorward socket
until_healthy
[ -S "$work/volumes/doorward-run/_data/doorward.sock" ] || fail "no socket in the volume"
say "podman: first login, health, SIGHUP, stop, start, another container, socket"
