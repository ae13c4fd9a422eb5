#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The console while the service has lost its database server.
set -euo pipefail
here=${BASH_SOURCE[0]%/*}
# shellcheck source=tests/console/lib.sh
. "$here/lib.sh"
need_browser
CONSOLE_PARTS=no_database E2E_STORE=mariadb exec "$here/../e2e/stack.sh" lighttpd \
	"$here/console.py"
