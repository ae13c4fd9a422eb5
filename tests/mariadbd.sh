#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# tests/mariadbd.sh DIR [OPTION...] - a private MariaDB server in DIR, in the foreground.
# The tests that are programs start it by tests/mariadb.c.
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
# shellcheck source=deploy/database.sh
. "$top/deploy/database.sh"

dir=$1
shift
database_make "$dir"
database_command "$dir" "$@"
exec "${command[@]}" 2>>"$dir/stderr.log"
