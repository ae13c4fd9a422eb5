#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The console is what its headers say: no script or style outside its files, nothing that
# takes markup, and no place that outlives the tab.  All of its files are installed, and every
# web server sends the same headers, which doorward(8) shows.
set -euo pipefail

cd "${srcdir:-.}"
status=0

fail() {
	echo "$*"
	status=1
}

# refuse WHAT PATTERN FILE...: in no line
refuse() {
	! grep -nE "$2" "${@:3}" || fail "FAIL: $1"
}

scripts=(src/console/*.js)
[ ${#scripts[@]} -gt 5 ] || fail "FAIL: there are only ${#scripts[@]} scripts"
refuse "text must not become markup or a program" \
	'innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|srcdoc' \
	"${scripts[@]}"
refuse "nothing may outlive the tab" 'localStorage|indexedDB|document\.cookie|caches\.' "${scripts[@]}"
mapfile -t others < <(printf '%s\n' "${scripts[@]}" | grep -v /api.js)
refuse "only api.js makes requests, and without what the browser has saved" \
	'\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource' "${others[@]}"
grep -q "credentials: 'omit'" src/console/api.js || fail "FAIL: api.js sends credentials"
refuse "no script, style or handler inside the page" \
	'<style|<script[^>]*>[^<]|<script>| style=| on[a-z]+=|https?:' src/console/*.html
refuse "lines are at most 100 columns" '^.{101}' src/console/*.{js,html}
for file in src/console/*; do
	head -n 3 "$file" | grep -qE 'SPDX-License-Identifier: ISC|<svg' || fail "FAIL: $file has no SPDX line"
	grep -qF "	$file" src/Makefile.inc || fail "FAIL: src/Makefile.inc does not install $file"
done

# --- the headers ------------------------------------------------------------------------

# Name and value, from "Name: value" of the page, joined.
wanted=$(sed -n '/^Content-Security-Policy: /,/^\.Ed/p' src/doorward.8.in | sed '/^\.Ed/d' |
	sed -e :a -e '$!N; s/\n    / /; ta' -e 'P; D')
[ "$(wc -l <<<"$wanted")" -eq 6 ] || fail "FAIL: doorward(8) has not six headers: $wanted"
servers=0
for file in deploy/{lighttpd,nginx,apache-fcgid,apache-proxy}.conf deploy/Caddyfile \
	deploy/50-doorward.conf; do
	servers=$((servers + 1))
	while IFS= read -r line; do
		pattern="${line%%:*}\"? (=> )?\"${line#*: }\"( always;|,)?$"
		grep -qE "^[[:blank:]]*(add_header |Header always set |\"?)$pattern" \
			"$file" || fail "FAIL: $file does not send '$line'"
	done <<<"$wanted"
done
echo "${#scripts[@]} scripts, $servers web servers"
exit $status
