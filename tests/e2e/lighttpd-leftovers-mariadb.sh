#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# As lighttpd-leftovers.sh, with the database in MariaDB.
E2E_STORE=mariadb exec "${BASH_SOURCE[0]%/*}/lighttpd-leftovers.sh"
