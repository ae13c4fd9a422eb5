# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# deploy/databases.sh - the MariaDB servers of a quickstart, one or a Galera cluster of
# three.  Sourced by deploy/quickstart, after lib.sh.
#
# shellcheck disable=SC2154	# variables of quickstart

# Prints the stores of which a database is in $top.
list_stores() {
	local name

	[ ! -e "$top/data/data.mdb" ] || echo lmdb
	for name in mariadb galera; do
		! compgen -G "$top/$name/*/data/doorward" >/dev/null || echo "$name"
	done
}

# Another store would be empty beside the one that is there.
check_store() {
	local found place=$top/data

	found=$(list_stores)
	if [ -z "$found" ] || grep -qx "$store" <<<"$found"; then
		return 0
	fi
	found=${found%%$'\n'*}
	[ "$found" = lmdb ] || place=$top/$found
	die "the database in $place has --store $found, and --store $store would begin an" \
		"empty one; use --store $found, another --dir, or move $place away"
}

# Prints the sockets of all servers, with commas between, that of this site first.
list_sockets() {
	local i site=${dir#"$top"} before=''

	if [ "$store" != galera ]; then
		printf '"%s"' "$top/$store/1/mariadb.sock"
		return
	fi
	for ((i = 0; i < 3; i++)); do
		printf '%s"%s"' "$before" "$top/$store/$(((${site#/} - 1 + i) % 3 + 1))/mariadb.sock"
		before=', '
	done
}

write_store_conf() {
	cat <<-END
		store = mariadb
		sql_hosts = {$(list_sockets)}
		sql_password_file = "$top/$store/password"
	END
}

# Ports for three nodes that nobody uses, the same each time.
choose_database_ports() {
	local base i

	[ ! -e "$top/$store/ports" ] || return 0
	while :; do
		base=$((20000 + RANDOM % 300 * 30))
		for i in 1 2 3 11 12 13 21 22 23; do
			! port_in_use $((base + i)) || continue 2
		done
		break
	done
	echo "$base" >"$top/$store/ports"
}

# A script that does to a server what its arguments say, as the user of the servers.
write_node() {
	{
		printf '#!/bin/sh\nNODE_NAME=%q\nexport NODE_NAME\n' "$top/node"
		# shellcheck disable=SC2016	# for the script
		[ -z "$run_user" ] ||
			printf '[ "$(id -u)" -ne 0 ] || exec %s %q %q "$2" "$1"\n' "${as_user[*]}" \
				"$top/build/source/deploy/database-node" "$top/$store"
		# shellcheck disable=SC2016
		printf 'exec %q %q "$2" "$1"\n' "$top/build/source/deploy/database-node" "$top/$store"
	} >"$top/node"
	chmod 755 "$top/node"
}

# The same password each time; the statement says it to the first server.
make_database() {
	local password

	if [ ! -s "$top/$store/password" ]; then
		(umask 077 && new_password >"$top/$store/password")
		give "$top/$store/password"
	fi
	password=$(<"$top/$store/password")
	"${as_user[@]}" mariadb --no-defaults -u root -S "$top/$store/1/mariadb.sock" <<-END
		CREATE DATABASE IF NOT EXISTS doorward;
		CREATE OR REPLACE USER doorward@localhost IDENTIFIED BY '$password';
		GRANT ALL ON doorward.* TO doorward@localhost;
	END
}

prepare_databases() {
	(umask 077 && mkdir -p "$top/$store")
	give "$top/$store"
	[ "$store" = mariadb ] || choose_database_ports
	write_node
	say "Starting the database in $top/$store"
	"$top/node" all start 9>&- || die "the database does not start"
	make_database
}

end_databases() {
	[ ! -x "$top/node" ] || "$top/node" all stop 9>&- || true
}

databases_run() {
	local file

	for file in "$top"/{mariadb,galera}/*/server.pid; do
		if [ -e "$file" ] && is_ours "$(cat "$file")" "--datadir=${file%/*}/data"; then
			return 0
		fi
	done
	return 1
}
