#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# A WordPress and a phpMyAdmin, played by small pages, in a site of their own beside doorward's
# (deploy/*-wordpress.conf), and a guarded directory of which a part is open to everybody.
# Run by stack.sh.
set -euo pipefail

failures=0 total=0
port=${E2E_HTTPS##*:}
blog=https://blog.example.org:$port

# ask CURL-OPTION...: the status goes to $status, the headers and the body to files
ask() {
	status=$(curl -s -k --noproxy '*' --max-time 20 --resolve "blog.example.org:$port:127.0.0.1" \
		-o "$E2E_DIR/site-body" -D "$E2E_DIR/site-headers" -w '%{http_code}' "$@") || true
}

complain() {
	failures=$((failures + 1))
	printf '%s: %s\n%s\n' "$1" "$status" "$(head -c 600 "$E2E_DIR/site-body")"
}

# page STATUS WHO URL [BEGIN]: for alice, nobody, or wrong (a wrong password); a page that is
# shown begins so, over HTTP/1.1 and HTTP/2, and no other is shown.
page() {
	local version options=()

	case $2 in
	alice) options=(-u "$E2E_USER") ;;
	wrong) options=(-u "${E2E_USER%%:*}:wrong") ;;
	esac
	for version in --http1.1 --http2; do
		total=$((total + 1))
		ask $version "${options[@]}" -H 'X-Auth-User: mallory' -H 'Remote-User: mallory' "$3"
		if [ "$status" != "$1" ] || { [ -n "${4:-}" ] && ! grep -q "^$4" "$E2E_DIR/site-body"; } ||
			{ [ -z "${4:-}" ] && grep -q 'begin of' "$E2E_DIR/site-body"; } ||
			grep -q mallory "$E2E_DIR/site-body"; then
			complain "$* $version"
		fi
	done
}

# says LINE: the last page knows that
says() {
	grep -qx "$1" "$E2E_DIR/site-body" || complain "does not say $1"
}

# is_silent PATTERN: nor does it know that
is_silent() {
	! grep -q "$1" "$E2E_DIR/site-body" || complain "says $1"
}

# has_type TYPE
has_type() {
	grep -qi "^content-type: $1" "$E2E_DIR/site-headers" || complain "is not $1"
}

# --- the site is open ----------------------------------------------------------------

page 200 nobody "$blog/" 'begin of index'
is_silent 'AUTH_USER='
is_silent 'REMOTE_USER='
page 200 nobody "$blog/index.php?p=1" 'begin of index'
page 200 nobody "$blog/2026/an-article/" 'begin of index'
page 200 wrong "$blog/" 'begin of index'
is_silent 'REMOTE_USER='
page 200 nobody "$blog/wp-includes/style.css" 'body { } /\* begin of style'
has_type text/css
page 200 nobody "$blog/wp-admin/admin-ajax.php?action=x" 'begin of wp-admin/admin-ajax'
is_silent 'AUTH_USER='
page 200 alice "$blog/wp-admin/admin-ajax.php" 'begin of wp-admin/admin-ajax'
# A browser sends the password of doorward with every page, once it has it.
for path in / /2026/an-article/ /wp-admin/admin-ajax.php; do
	page 200 alice "$blog$path" 'begin of'
	is_silent PHP_AUTH
	is_silent HTTP_AUTHORIZATION
done
ask -d action=heartbeat "$blog/wp-admin/admin-ajax.php"
says 'body=action=heartbeat'

# --- the administration is not -------------------------------------------------------

for path in /wp-login.php '/wp-login.php?action=lostpassword' /wp-admin/ /wp-admin/index.php \
	/wp-admin/options.php /wp-admin/css/common.css '/wp-admin/options.php?x=/admin-ajax.php' \
	/phpmyadmin/ /phpmyadmin/index.php /phpmyadmin/theme.css; do
	page 401 nobody "$blog$path"
	grep -qi '^www-authenticate: basic' "$E2E_DIR/site-headers" || complain "$path: no dialog"
	page 401 wrong "$blog$path"
	page 401 nobody "$blog$path" ''
	page 200 alice "$blog$path" '.*begin of'
done
page 200 alice "$blog/wp-admin/css/common.css" 'body { } /\* begin of common'
has_type text/css
for path in /wp-login.php /wp-admin/ /phpmyadmin/; do
	page 200 alice "$blog$path" 'begin of'
	says 'AUTH_EMAIL=alice@example.org'
	says 'REMOTE_USER=alice@example.org'
	is_silent PHP_AUTH
done
ask -u "$E2E_USER" -d log=admin -d pwd=secret "$blog/wp-login.php"
says 'body=log=admin&pwd=secret'

# Other ways to write the same, none of which shows a page of the administration.
for path in //wp-login.php /./wp-login.php /x/../wp-login.php /wp-login%2ephp /%77p-login.php \
	/wp-login.php/x /wp-login.php/admin-ajax.php /wp-admin//options.php \
	/wp-admin/x/../options.php /wp-admin/admin-ajax.php/../options.php \
	/wp-admin/options.php/admin-ajax.php /wp-admin/css/../options.php \
	/wp-admin/admin-ajax.php%2f..%2foptions.php /index.php/../wp-login.php \
	/wp-admin/./ //wp-admin/options.php /phpmyadmin//index.php /x/../phpmyadmin/index.php; do
	total=$((total + 1))
	ask --path-as-is "$blog$path"
	! grep -qE 'begin of (wp-login|wp-admin/(index|options)|phpmyadmin)' "$E2E_DIR/site-body" ||
		complain "$path"
done

page 403 nobody "$blog/xmlrpc.php"
page 403 nobody "$blog/wp-content/uploads/shell.php"
for path in /wp-content/uploads/shell.php/x /wp-content/uploads/shell.php/x.png \
	/wp-content/uploads//shell.php/ /wp-content/uploads/./shell.php/x; do
	total=$((total + 1))
	ask --path-as-is "$blog$path"
	! grep -q 'begin of wp-content' "$E2E_DIR/site-body" || complain "$path"
done

# The name of the site is not doorward's, and the other way round.
total=$((total + 2))
ask -u "$E2E_USER" "$blog/rest/auth"
! grep -q '"success":true' "$E2E_DIR/site-body" || complain 'doorward answers at the site'
ask -u "$E2E_USER" "$E2E_HTTPS/wp-admin/"
is_silent 'begin of'
# Nor does what doorward guards there answer here.
for path in /service/who.php /private/page.txt /private/who.php /partly/page.html; do
	total=$((total + 1))
	ask "$blog$path"
	! grep -qE 'begin of (private|partly)' "$E2E_DIR/site-body" || complain "$path of the site"
done

# --- plain HTTP ------------------------------------------------------------------------

total=$((total + 2))
mkdir -p "$E2E_DIR/acme/.well-known/acme-challenge"
echo proof >"$E2E_DIR/acme/.well-known/acme-challenge/token"
plain=http://blog.example.org:${E2E_HTTP##*:}
ask --resolve "blog.example.org:${E2E_HTTP##*:}:127.0.0.1" "$plain/wp-login.php?x=1"
if [ "$status" != 301 ] || ! grep -qi "^location: $blog/wp-login.php?x=1" "$E2E_DIR/site-headers"; then
	complain 'plain HTTP is not redirected'
fi
ask --resolve "blog.example.org:${E2E_HTTP##*:}:127.0.0.1" "$plain/.well-known/acme-challenge/token"
[ "$status $(cat "$E2E_DIR/site-body")" = '200 proof' ] || complain 'no challenge'

# --- a directory that is partly open ---------------------------------------------------

page 401 nobody "$E2E_HTTPS/partly/"
page 401 nobody "$E2E_HTTPS/partly/page.html"
page 401 nobody "$E2E_HTTPS/partly/who.php.html"
page 401 nobody "$E2E_HTTPS/partly/xwho.php"
page 200 alice "$E2E_HTTPS/partly/" 'begin of partly index'
page 200 alice "$E2E_HTTPS/partly/page.html" '<p>begin of partly'
page 200 nobody "$E2E_HTTPS/partly/page.txt" 'begin of partly'
page 200 nobody "$E2E_HTTPS/partly/who.php" 'begin of private program'
is_silent 'AUTH_USER='
page 200 wrong "$E2E_HTTPS/partly/who.php" 'begin of private program'
is_silent 'REMOTE_USER='
page 200 alice "$E2E_HTTPS/partly/who.php" 'begin of private program'
is_silent PHP_AUTH
is_silent HTTP_AUTHORIZATION

printf 'sites: %d pages, %d failed\n' "$total" "$failures"
[ "$failures" -eq 0 ]
