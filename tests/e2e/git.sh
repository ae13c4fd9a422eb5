#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Bearer tokens as passwords of git and curl, through the guards of all web servers.
here=${BASH_SOURCE[0]%/*}
command -v git >/dev/null && [ -x "$(git --exec-path)/git-http-backend" ] || {
	echo "skipped: git is not installed"
	exit 77
}
export E2E_SETTINGS='
	token_as_password = yes
	token_prefix = dwt_
	throttle = yes
'
status=77
for kind in lighttpd apache-fcgid apache-proxy-guard nginx caddy haproxy; do
	echo "--- $kind"
	"$here/stack.sh" "$kind" "$here/git_client.sh"
	case $? in
	0) [ $status != 77 ] || status=0 ;;
	77) ;;
	*) status=1 ;;
	esac
done
exit $status
