# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# deploy/database.sh - private MariaDB servers, each in a directory of its own, for
# deploy/quickstart and the tests.  Sourced after deploy/lib.sh.
#
# shellcheck disable=SC2034	# the command is for the callers

GALERA_LIBRARY=/usr/lib/galera/libgalera_smm.so

# database_make DIR: an empty database server in DIR/data; DIR is absolute.
database_make() {
	local dir=$1 options=()

	[ ! -d "$dir/data/mysql" ] || return 0
	mkdir -p "$dir/tmp"
	rm -rf "$dir/new"
	# As the user who calls, even if that is root.
	[ "$EUID" -ne 0 ] || options+=(--user=root)
	mariadb-install-db --no-defaults --datadir="$dir/new" --tmpdir="$dir/tmp" \
		--auth-root-authentication-method=normal --skip-test-db --skip-name-resolve \
		"${options[@]}" >"$dir/install.log" 2>&1 || return
	mv "$dir/new" "$dir/data"
}

# database_command DIR [OPTION...]: sets $command to what runs the server of DIR in the
# foreground.  It listens at DIR/mariadb.sock, and elsewhere only if an OPTION says so.
database_command() {
	local dir=$1

	shift
	check_socket_path "$dir/mariadb.sock"
	command=(mariadbd --no-defaults --datadir="$dir/data" --tmpdir="$dir/tmp"
		--socket="$dir/mariadb.sock" --pid-file="$dir/mariadb.pid"
		--log-error="$dir/error.log" --skip-name-resolve --skip-networking
		--innodb-buffer-pool-size=64M --innodb-log-file-size=32M --max-connections=200
		--performance-schema=OFF --innodb-flush-log-at-trx-commit=1)
	[ "$EUID" -ne 0 ] || command+=(--user=root)
	command+=("$@")
}
