#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The service behind lighttpd: the documented curl lines and examples, then all of the contract.
here=${BASH_SOURCE[0]%/*}
export E2E_SETTINGS='token_as_password = yes'	# for an example
exec "$here/stack.sh" --provider lighttpd "$here/sites.sh" "$here/documented.sh" \
	"$here/examples.sh" tests/e2e/e2e
