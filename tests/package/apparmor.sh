#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# apparmor.sh [RELEASE] - the AppArmor profile of the package, on a Debian of its own, which boots
# with systemd: "confined" in this directory traces the service there, and the profile must permit
# all that it does.  The kernel need not have AppArmor: the rules are those that its parser makes.
set -euo pipefail

# shellcheck source=tests/package/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"
release=${1:-$here}
root=$work/root

quietly build_for "$release" "$work/out" deploy/package
package=$(echo "$work"/out/doorward_*.deb)
make_server "$release" "$root" "$package"
quietly in_debian "$root" apt-get -qy --no-install-recommends install apparmor mariadb-server \
	python3 strace
cp "$package" "$top"/tests/package/{confined,permitted} "$root/test/"
boot "$root" confined "/test/${package##*/}"
