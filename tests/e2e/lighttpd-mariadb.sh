#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# As lighttpd.sh, with the database in MariaDB, whose server ends, and comes back.
here=${BASH_SOURCE[0]%/*}
export E2E_SETTINGS='token_as_password = yes'	# for an example
E2E_STORE=mariadb exec "$here/stack.sh" --provider lighttpd "$here/documented.sh" \
	"$here/examples.sh" "$here/outage.sh" tests/e2e/e2e
