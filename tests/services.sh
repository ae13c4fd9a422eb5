#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# Services that come with packages which the scripts of deploy/ install are not started at
# boot, and those that were enabled before remain so.  systemctl is a stand-in.
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-services.XXXXXX")
trap 'rm -rf "$work"' EXIT

cat >"$work/systemctl" <<'END'
#!/bin/sh
cd "${0%/*}" || exit
case $2 in
list-unit-files) sed 's/$/ enabled enabled/' enabled ;;
disable) sed -i "/^$3\$/d" enabled ;;
esac
END
chmod +x "$work/systemctl"
PATH=$work:$PATH
printf '%s\n' ssh.service cron.service >"$work/enabled"

# What install_packages calls.
as_root() {
	"$@"
}
deny_services() {
	:
}
allow_services() {
	:
}
apt_get() {
	[ "$1" = update ] || printf '%s\n' nginx.service apache2.service >>"$work/enabled"
}

install_packages nginx apache2 2>"$work/said"
[ "$(grep -c '^Not to be started at boot: ' "$work/said")" = 2 ] || die "$(cat "$work/said")"
[ "$(sort "$work/enabled" | tr '\n' ' ')" = "cron.service ssh.service " ] ||
	die "enabled afterwards: $(cat "$work/enabled")"
echo "none more than before"
