#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The service behind Apache, by mod_proxy_fcgi.
here=${BASH_SOURCE[0]%/*}
exec "$here/stack.sh" --provider apache-proxy "$here/documented.sh" tests/e2e/e2e
