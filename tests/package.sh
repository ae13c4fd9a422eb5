#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# tests/package.sh [RELEASE] - builds the Debian package and tries it in a Debian of its own,
# which boots with systemd: the commands of README.Debian, reloads and an upgrade while clients
# log in, and that a purge leaves nothing.  Only root can run it; it needs a mirror of Debian.
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
# shellcheck source=deploy/debian.sh
. "$top/deploy/debian.sh"
release=${1:-$(. /etc/os-release && echo "$VERSION_CODENAME")}

[ "$EUID" -eq 0 ] || {
	say "only root can make another Debian: skipped"
	exit 77
}
need_packages debootstrap systemd-container
work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-package.XXXXXX")
root=$work/root
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# A former version of the same: its number and the contents of one file differ.
make_former() {
	dpkg-deb -R "$1" "$work/former"
	sed -i 's/^Version: .*/Version: 0.0.1-1/' "$work/former/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$work/former" "$work/former.deb" >&2
}

# boot TEST ARGUMENT...: runs it as the only service of its own
boot() {
	rm -f "$root/test/passed"
	cat >"$root/etc/systemd/system/test.service" <<-END
		[Unit]
		After=multi-user.target
		[Service]
		Type=oneshot
		ExecStart=/bin/bash -c '/test/$* >/test/log 2>&1 && touch /test/passed'
		ExecStopPost=/bin/systemctl --no-block poweroff
	END
	mkdir -p "$root/etc/systemd/system/default.target.wants"
	ln -sf ../test.service "$root/etc/systemd/system/default.target.wants/test.service"
	timeout 300 systemd-nspawn -q -D "$root" --boot --register=no --keep-unit --private-network \
		>"$work/boot" 2>&1 </dev/null || true
	[ -e "$root/test/passed" ] || {
		tail -n 20 "$work/boot"
		cat "$root/test/log"
		die "$1 failed"
	}
	tail -n 1 "$root/test/log"
}

# quietly COMMAND...: its output only if it fails
quietly() {
	"$@" >"$work/log" 2>&1 || {
		tail -n 40 "$work/log"
		die "$* failed"
	}
}

# Built again in another place, at another time of day, the package has the same bytes.
check_reproducible() {
	cp -a "$top" "$work/again"
	mkdir "$work/second"
	(cd "$work/again" && TZ=Asia/Tokyo quietly deploy/package --out "$work/second")
	cmp "$1" "$work/second/${1##*/}" || die "built twice, the packages differ"
	say "built twice, same bytes"
}

check_lintian() {
	quietly need_packages lintian
	chmod 755 "$work" && mkdir -p "$work/home" && chown nobody "$work/home"
	setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME="$work/home" TMPDIR=/tmp \
		lintian -I --pedantic --fail-on error,warning,info,pedantic "$1" ||
		die "lintian complains"
	say "lintian has nothing to say"
}

here=$(. /etc/os-release && echo "$VERSION_CODENAME")
if [ "$release" = "$here" ]; then
	quietly "$top/deploy/package" --out "$work"
else
	quietly "$top/deploy/package" --out "$work" --release "$release"
fi
package=$(echo "$work"/doorward_*.deb)
if [ "$release" = "$here" ]; then
	check_reproducible "$package"
	check_lintian "$package"
fi
make_former "$package"
quietly make_debian "$release" "$root"
mkdir "$root/test"
cp "$top"/deploy/debian/tests/* "$package" "$work/former.deb" "$root/test/"
quietly in_debian "$root" apt-get -qy --no-install-recommends install systemd systemd-sysv dbus \
	ca-certificates curl lighttpd lighttpd-mod-openssl openssl procps
quietly in_debian "$root" apt-get -qy satisfy "$(dpkg-deb -f "$package" Depends)"
boot life /test/former.deb "/test/${package##*/}"
quietly in_debian "$root" dpkg -i "/test/${package##*/}"
boot first-login
