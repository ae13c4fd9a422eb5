# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# What the tests of the package share: a certificate, requests, and requests without end.
# Sourced.

HOST=www.example.org
EMAIL=you@example.org
PASSWORD=a-password-of-mine

fail() {
	echo "FAIL: $*" >&2
	curl -sv --max-time 20 "https://$HOST/rest/settings" >&2 || true
	journalctl --no-pager -n 40 -u doorward -u lighttpd >&2 || true
	exit 1
}

# The name leads here, and its certificate is one that curl accepts.
own_the_name() {
	grep -qs " $HOST\$" /etc/hosts || echo "127.0.0.1 $HOST" >>/etc/hosts
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$HOST" \
		-addext "subjectAltName=DNS:$HOST" -keyout /tmp/key.pem \
		-out /usr/local/share/ca-certificates/test.crt 2>/dev/null
	update-ca-certificates >/dev/null 2>&1
	cat /tmp/key.pem /usr/local/share/ca-certificates/test.crt >/etc/lighttpd/server.pem
}

# status PATH CURL-OPTION...: of the answer, whose body is kept in $body if that names a file
status() {
	curl -s -o "${body:-/dev/null}" -w '%{http_code}' --max-time 20 "${@:2}" "https://$HOST/$1" || true
}

# answer CURL-OPTION...: the status of GET /rest/auth
answer() {
	status rest/auth "$@"
}

# expect STATUS CURL-OPTION...: a web server that was just started may not answer yet
expect() {
	local got=000 tries

	for ((tries = 0; tries < 50; tries++)); do
		got=$(answer "${@:2}")
		[ "$got" = 000 ] || break
		sleep 0.2
	done
	[ "$got" = "$1" ] || fail "the answer to ${*:2} is $got, not $1"
}

# One login after the other, until the file /tmp/enough is there; prints what was not 200.
ask_without_end() {
	local got

	rm -f /tmp/enough
	while [ ! -e /tmp/enough ]; do
		got=$(answer -u "$EMAIL:$PASSWORD")
		[ "$got" = 200 ] || echo "$got"
		echo >>/tmp/asked
	done
}
