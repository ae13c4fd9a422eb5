#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# package.sh [RELEASE] - builds the Debian package and tries it in a Debian of its own, which
# boots with systemd: the commands of README.Debian, reloads and an upgrade while clients log
# in, that a purge leaves nothing, guards of other sites, completion, logrotate and needrestart,
# and that fail2ban bans who guesses passwords.
set -euo pipefail

# shellcheck source=tests/package/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"
release=${1:-$here}
root=$work/root

build_for "$release" "$work/out" tests/package/build.sh
package=$(echo "$work"/out/doorward_*.deb)
quietly make_former "$package"
make_server "$release" "$root" "$package"
cp "$package" "$work/former.deb" "$root/test/"
boot "$root" life /test/former.deb "/test/${package##*/}"
quietly in_debian "$root" dpkg -i "/test/${package##*/}"
boot "$root" first-login
boot "$root" guards
boot "$root" around
boot "$root" ban
