#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The clients of deploy/examples, each against the service, with its password and with a wrong
# one.  Those whose language is not installed are left out, by name.  Run by stack.sh.
set -euo pipefail
# shellcheck source=tests/e2e/client.sh
. "$(dirname "$0")/client.sh"

examples=$(realpath "${BASH_SOURCE[0]%/*}/../../deploy/examples")
work=$(mktemp -d "$E2E_DIR/clients.XXXXXX")
export SSL_CERT_FILE=$E2E_CA CURL_CA_BUNDLE=$E2E_CA NODE_EXTRA_CA_CERTS=$E2E_CA
export no_proxy='*' NO_PROXY='*'
export GOCACHE=$work/go GOPATH=$work/gopath GO111MODULE=off GOTOOLCHAIN=local
wanted="logged in as ${E2E_USER%%:*}
used example
revoked example
refused with 401"

# run LOGIN COMMAND...: what it prints is in the file output
run() {
	local login=$1

	shift
	DOORWARD_URL=$E2E_HTTPS DOORWARD_LOGIN=$login timeout 120 "$@" >"$work/output" \
		2>"$work/error"
}

# try NAME COMMAND...
try() {
	local name=$1 status=0

	shift
	if ! command -v "$1" >/dev/null; then
		echo "$name: $1 is not installed: left out"
		return
	fi
	run "$E2E_USER" "$@" || status=$?
	if [ "$status" != 0 ] || [ "$(<"$work/output")" != "$wanted" ]; then
		fail "$name: $status: $(cat "$work/output" "$work/error")"
		return
	fi
	if run "${E2E_USER%%:*}:wrong" "$@" || [ -s "$work/output" ]; then
		fail "$name: a wrong password does not end it: $(<"$work/output")"
	fi
	# "go run" adds a line
	[ "$(wc -l <"$work/error")" -le 2 ] || fail "$name: it is not said in a line: $(<"$work/error")"
	echo "$name: good"
}

try shell sh "$examples/client.sh"
try Python python3 "$examples/client.py"
try PHP php "$examples/client.php"
try JavaScript node "$examples/client.js"
# The limit is for the client; a compiler takes as long as it needs, and "go run" finds the result.
! command -v go >/dev/null || go build -o "$work/compiled" "$examples/client.go"
try Go go run "$examples/client.go"
left=$("${ask[@]}" -u "$E2E_USER" "$E2E_HTTPS/rest/token/list")
[ "$left" = '{"success":true,"payload":[]}' ] || fail "tokens are left: $left"
exit $((failures > 0))
