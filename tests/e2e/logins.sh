#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Many logins at the same moment, behind each web server, whatever starts workers.  KINDS
# and E2E_SETTINGS from outside replace those of here.
here=${BASH_SOURCE[0]%/*}
ran=77
export E2E_SETTINGS=${E2E_SETTINGS-'
	workers = 4
	password_cache_s = 60
	# the machine may be busy, and its speed is not tested
	password_wait_ms = 60000
'}
for kind in ${KINDS:-lighttpd nginx apache-proxy lighttpd-spawn lighttpd-bin apache-fcgid}; do
	status=0
	"$here/stack.sh" "$kind" "$here/many_logins.sh" || status=$?
	case $status in
	0) ran=0 ;;
	77) ;;
	*) exit $status ;;
	esac
done
exit $ran
