#!/bin/sh
# SPDX-License-Identifier: ISC
# systemd knows every setting of the units, and they confine the service:
# an exposure level below 1.5 of 10.  Run in the build directory.

command -v systemd-analyze >/dev/null || exit 77
systemd-analyze security --help 2>/dev/null | grep -q -e --offline || exit 77

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# What is started need not be installed, nor are the units we refer to.
mkdir "$work/units"
for unit in doorward.service doorward@.service; do
	sed -E 's;^(ExecStart|ExecReload)=[^ ]*/sbin/doorward ;\1=/bin/true ;' "deploy/$unit" \
	    >"$work/units/$unit"
done
cp deploy/doorward.socket deploy/doorward@.socket "$work/units/"
if ! systemd-analyze verify --man=no --recursive-errors=no "$work/units/doorward.service" \
    "$work/units/doorward.socket" "$work/units/doorward@shop.service" \
    "$work/units/doorward@shop.socket" >"$work/said" 2>&1 || grep doorward "$work/said"; then
	cat "$work/said"
	echo "FAIL: systemd does not like the units"
	exit 1
fi

systemd-analyze security --offline=true --threshold=14 --no-pager deploy/doorward.service \
    >"$work/said"
status=$?
tail -n 1 "$work/said"
[ $status -eq 0 ] || { echo "FAIL: it was to be below 1.5"; exit 1; }
