#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# dist-upgrade.sh [FROM TO] - a machine of one release of Debian with users, tokens, JWTs and
# sessions becomes one of the next, while it runs, with the package of each: all stay valid, and
# after a reboot too.  The default is from bookworm to trixie.
set -euo pipefail

# shellcheck source=tests/package/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"
from=${1:-bookworm} to=${2:-trixie}
root=$work/root

# Where apt finds the package of the next release.
make_repository() {
	mkdir "$root/test/repository"
	cp "$work/to"/doorward_*.deb "$root/test/repository/"
	(cd "$root/test/repository" && dpkg-scanpackages . >Packages)
	dpkg-deb -f "$root"/test/repository/doorward_*.deb Version >"$root/test/wanted"
	echo "$to" >"$root/test/release"
}

change_sources() {
	sed -i "s/\b$from\b/$to/g" "$root/etc/apt/sources.list"
	echo "deb [trusted=yes] file:/test/repository ./" >>"$root/etc/apt/sources.list"
}

quietly build_for "$from" "$work/from" deploy/package
quietly build_for "$to" "$work/to" deploy/package
package=$(echo "$work"/from/doorward_*.deb)
make_server "$from" "$root" "$package"
cp "$top/tests/package/moved" "$package" "$root/test/"
quietly in_debian "$root" dpkg -i "/test/${package##*/}"
boot "$root" moved fill
quietly make_repository
change_sources
quietly in_debian "$root" apt-get -q update
quietly in_debian "$root" apt-get -qy --download-only dist-upgrade
boot "$root" moved upgrade
boot "$root" moved check
