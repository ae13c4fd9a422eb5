#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The service behind lighttpd, held to what doorward --openapi says of it.
set -euo pipefail

here=${BASH_SOURCE[0]%/*}
if ! /usr/bin/python3 -W ignore -c 'import hypothesis, jsonschema' 2>/dev/null; then
	echo "python3-hypothesis or python3-jsonschema is not installed: skipped"
	exit 77
fi
export E2E_SETTINGS='
	webitel = yes
'
exec "$here/stack.sh" lighttpd "$here/openapi.sh"
