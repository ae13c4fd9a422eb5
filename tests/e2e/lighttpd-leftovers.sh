#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Behind lighttpd: which secrets stay in memory and files.
here=${BASH_SOURCE[0]%/*}
# A sanitizer keeps what was freed, to find its use.
if grep -q __asan_init doorward 2>/dev/null; then
	echo "built with a sanitizer: skipped"
	exit 77
fi
E2E_SETTINGS='
	token_as_password = yes
	jwt_alg = ES256
	jwt_key_lead_s = 0
	apple_client_ids = {"org.example.app"}
	apple_jwks_url = "@PROVIDER@/certs"
	facebook_jwks_url = "@PROVIDER@/certs"
	oidc keycloak {
		issuer = "https://sso.example.org"
		jwks_url = "@PROVIDER@/certs"
		client_ids = {"doorward"}
	}' exec "$here/stack.sh" --provider lighttpd "$here/leftovers.sh"
