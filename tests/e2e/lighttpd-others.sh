#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# JWTs of each algorithm behind lighttpd, checked by the libraries and servers of others.
set -euo pipefail

here=${BASH_SOURCE[0]%/*}
for alg in ES256 RS256 EdDSA; do
	export E2E_SETTINGS="
		jwt_alg = \"$alg\"
		jwt_audience = {\"shop\"}
		jwt_key_lead_s = 3
	"
	JWT_ALG=$alg "$here/stack.sh" lighttpd "$here/others.sh"
done
