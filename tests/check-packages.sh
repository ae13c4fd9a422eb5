#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Every library that configure.ac asks for is installed by deploy/lib.sh too.
set -euo pipefail

top=${BASH_SOURCE[0]%/*}/..
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"

status=0
count=0
while read -r package; do
	count=$((count + 1))
	case " ${BUILD_PACKAGES[*]} " in
	*" $package "*) ;;
	*)
		echo "configure.ac needs $package; BUILD_PACKAGES in deploy/lib.sh has it not"
		status=1
		;;
	esac
done < <(sed -n 's/^DOORWARD_[A-Z_]*LIB(.*\[\([^]]*\)\])$/\1/p' "$top/configure.ac")
[ $count -gt 0 ] || status=1
echo "$count packages"
exit $status
