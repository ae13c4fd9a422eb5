#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The database is in a MariaDB server at a port, with TLS, which ends, and comes back.
here=${BASH_SOURCE[0]%/*}
E2E_STORE=mariadb-tls exec "$here/stack.sh" lighttpd "$here/documented.sh" "$here/outage.sh"
