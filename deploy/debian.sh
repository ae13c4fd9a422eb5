# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# deploy/debian.sh - another Debian in a directory, for packages and their tests.  Sourced
# after lib.sh, by root.  DEBIAN_CACHE in the environment names a directory that keeps what
# debootstrap makes, for the next time.

# The mirror that this machine uses; nothing if it says none.
debian_mirror() {
	cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
		grep -oE 'https?://[^ ]+/debian/?( |$)' | sed -n '1{s/ //p;t;p}' || true
}

# bootstrap RELEASE DIR
bootstrap() {
	local mirror

	mirror=$(debian_mirror)
	debootstrap --variant=minbase "$1" "$2" ${mirror:+"$mirror"} >&2
}

# bootstrap_cached RELEASE DIR: a file that is incomplete never has the name of a complete one.
bootstrap_cached() {
	local kept=$DEBIAN_CACHE/$1.tar

	mkdir -p "$DEBIAN_CACHE" "$2"
	if [ -e "$kept" ]; then
		tar -C "$2" --numeric-owner --xattrs -xf "$kept"
	else
		bootstrap "$1" "$2" &&
			tar -C "$2" --numeric-owner --xattrs -cf "$kept.$$" . && mv "$kept.$$" "$kept"
	fi
}

# copy_settings DIR: those by which apt reaches the mirror; packages bring their own, and what
# keeps an image of Docker small is not for another Debian.
copy_settings() {
	local file

	for file in /etc/apt/apt.conf.d/*; do
		case $file in
		*/docker-*) ;;
		*) dpkg-query -S "$file" >/dev/null 2>&1 || cp "$file" "$1/" ;;
		esac
	done
}

# make_debian RELEASE DIR: without services
make_debian() {
	need_packages debootstrap
	if [ -n "${DEBIAN_CACHE-}" ]; then
		bootstrap_cached "$1" "$2"
	else
		bootstrap "$1" "$2"
	fi || return
	copy_settings "$2/etc/apt/apt.conf.d"
	[ ! -e /etc/resolv.conf ] || cp -L /etc/resolv.conf "$2/etc/resolv.conf"
	in_debian "$2" apt-get -q update
}

# What runs before a command there: its processes end with it, and terminals and shared memory
# are its own.  The directory becomes a mount, or no command there could mount for itself alone.
ENTER='
	set -e
	mount --bind "$1" "$1"
	mount -t proc proc "$1/proc"
	mount -t sysfs -o ro sysfs "$1/sys"
	mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
	mount --bind "$1/dev/pts/ptmx" "$1/dev/ptmx"
	mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
	exec chroot "$@"
'

# in_debian DIR COMMAND...: no service starts there
in_debian() {
	local dir=$1

	printf '#!/bin/sh\nexit 101\n' >"$dir/usr/sbin/policy-rc.d"
	chmod 755 "$dir/usr/sbin/policy-rc.d"
	shift
	unshare --mount --pid --fork --kill-child sh -c "$ENTER" sh "$dir" \
		env -u TMPDIR -u DEBIAN_CACHE LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
		"$@" </dev/null >&2 || return
	rm -f "$dir/usr/sbin/policy-rc.d"
}
