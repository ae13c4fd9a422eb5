#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# ansible.sh [RELEASE] - the Ansible role on a Debian of its own, which boots with systemd: the
# playbook of the role's README installs the package there, sets up the service, its users and
# tokens, and changes and upgrades it later; "applied" in this directory says what is asked of it.
set -euo pipefail

# shellcheck source=tests/package/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"
release=${1:-$here}
root=$work/root

quietly build_for "$release" "$work/out" deploy/package
package=$(echo "$work"/out/doorward_*.deb)
quietly make_former "$package"
make_server "$release" "$root" "$package"
# The host manages itself; python3-apt is what Ansible's own module for packages calls.
quietly in_debian "$root" apt-get -qy --no-install-recommends install ansible-core python3-apt sudo
mkdir -p "$root/test/play/files" "$root/test/play/roles"
cp "$package" "$work/former.deb" "$root/test/play/files/"
cp -R "$top/deploy/ansible" "$root/test/play/roles/doorward"
cp "$top/tests/package/applied" "$root/test/"
boot "$root" applied "${package##*/}"
