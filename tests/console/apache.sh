#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The console behind Apache, in a browser.
set -euo pipefail
here=${BASH_SOURCE[0]%/*}
# shellcheck source=tests/console/lib.sh
. "$here/lib.sh"
need_browser
exec "$here/../e2e/stack.sh" apache-proxy "$here/console.py"
