#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# tests/check-openapi.sh - what doorward --openapi prints has the form of OpenAPI 3.1, and the
# requests and errors of doorward-api(7); with all that can be switched on, and with nothing.
# Run in the build directory.
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
if ! /usr/bin/python3 -W ignore -c 'import jsonschema' 2>/dev/null; then
	echo "python3-jsonschema is not installed: skipped"
	exit 77
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-openapi.XXXXXX")
trap 'rm -rf "$work"' EXIT
page=$top/src/doorward-api.7.in

# check NAME WITHOUT...: the configuration is NAME.conf
check() {
	local name=$1

	shift
	./doorward --openapi --config "$work/$name.conf" >"$work/$name.json"
	/usr/bin/python3 -W ignore "$top/tests/openapi/check.py" "$work/$name.json" \
		"$top/tests/openapi/form.json" "$page" "$@"
}

cat >"$work/all.conf" <<-END
	host_name = auth.example.org
	webitel = yes
	admin_api = yes
	google_client_ids = { "google-client" }
	apple_client_ids = { "apple-client" }
	oidc "acme" {
	    issuer = "https://id.example.org"
	    jwks_url = "https://id.example.org/keys"
	    client_ids = { "acme-client" }
	}
END
cat >"$work/none.conf" <<-END
	webitel = no
	admin_api = no
	ha1b = no
	accept_query_credentials = no
	allow_plain_http = yes
END
check all
check none /login /logout /api/v2 /rest/user /rest/account

# expect ROW COUNT TEXT NAME
expect() {
	[ "$(grep -oF -e "$3" "$work/$4.json" | wc -l)" -eq "$2" ] || {
		echo "$1: $3 is not there $2 times"
		exit 1
	}
}

expect "the service's name" 1 '"url":"https://auth.example.org"' all
expect "a provider's header" 1 '"name":"X-Auth-Acme-Token"' all
expect "a provider's parameter" 1 '"name":"acme_token"' all
expect "switched off: in the query" 0 '"in":"query","name":"jwt"' none
expect "switched off: HA1B" 0 HA1B none
expect "switched off: only TLS" 0 'Moved permanently' none
