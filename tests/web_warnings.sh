#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# Web servers accept the configurations of deploy/, filled in, without a warning.  Skips those
# that are not installed.
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-web.XXXXXX")
trap 'rm -rf "$work"' EXIT
status=0 count=0

# judge KIND DIR: prints what the server says
judge() {
	case $1 in
	apache-*) apache2 -t -f "$2/apache.conf" ;;
	nginx) nginx -t -q -e "$2/log/error.log" -c "$2/nginx.conf" ;;
	lighttpd) lighttpd -tt -f "$2/lighttpd.conf" ;;
	esac 2>&1
}

while read -r kind program; do
	command -v "$program" >/dev/null || continue
	[ "$kind" != apache-fcgid ] || [ -e "$APACHE_MODULE_DIR/mod_fcgid.so" ] || continue
	dir=$work/$kind
	mkdir -p "$dir"/{tls,log,run}
	tls_make "$dir/tls" >"$dir/log/tls" 2>&1
	web_conf "$kind" "$top/deploy" "$dir" 8080 8443 0
	said=$(judge "$kind" "$dir") || said="refused: $said"
	count=$((count + 1))
	if [ -n "${said#Syntax OK}" ]; then
		say "$kind: $said"
		status=1
	fi
done <<-'END'
	apache-proxy apache2
	apache-fcgid apache2
	nginx nginx
	lighttpd lighttpd
END
[ "$count" -gt 0 ] || {
	echo "no web server is installed: skipped"
	exit 77
}
echo "$count configurations judged"
exit $status
