#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The service at a TCP socket on loopback, behind Apache with mod_proxy_fcgi and
# mod_authnz_fcgi.
here=${BASH_SOURCE[0]%/*}
exec "$here/stack.sh" --provider apache-proxy-guard "$here/sites.sh" "$here/documented.sh" tests/e2e/e2e
