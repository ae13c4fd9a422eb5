#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The service behind Apache, which starts it by mod_fcgid.
here=${BASH_SOURCE[0]%/*}
exec "$here/stack.sh" --provider apache-fcgid "$here/sites.sh" "$here/documented.sh" tests/e2e/e2e
