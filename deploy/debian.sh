# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# deploy/debian.sh - another Debian in a directory, for packages and their tests.  Sourced
# after lib.sh, by root.

# The mirror that this machine uses; nothing if it says none.
debian_mirror() {
	cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
		grep -oE 'https?://[^ ]+/debian/?( |$)' | sed -n '1{s/ //p;t;p}' || true
}

# make_debian RELEASE DIR: without services, and with the settings by which apt reaches the mirror.
make_debian() {
	local mirror

	need_packages debootstrap
	mirror=$(debian_mirror)
	debootstrap --variant=minbase "$1" "$2" ${mirror:+"$mirror"} >&2 || return
	cp /etc/apt/apt.conf.d/* "$2/etc/apt/apt.conf.d/"
	rm -f "$2"/etc/apt/apt.conf.d/docker-*
	[ ! -e /etc/resolv.conf ] || cp -L /etc/resolv.conf "$2/etc/resolv.conf"
	in_debian "$2" apt-get -q update
}

# in_debian DIR COMMAND...: no service starts there
in_debian() {
	local dir=$1

	shift
	printf '#!/bin/sh\nexit 101\n' >"$dir/usr/sbin/policy-rc.d"
	chmod 755 "$dir/usr/sbin/policy-rc.d"
	# With a /proc of its own, which ends with the command.
	unshare --mount sh -c 'mount -t proc proc "$1/proc" && exec chroot "$@"' sh "$dir" env -u TMPDIR \
		LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@" </dev/null >&2 || return
	rm "$dir/usr/sbin/policy-rc.d"
}
