# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# deploy/database.sh - private MariaDB servers, each in a directory of its own, for
# deploy/quickstart and the tests.  Sourced after deploy/lib.sh.
#
# shellcheck disable=SC2034	# the command is for the callers

GALERA_CONF=$(realpath "${BASH_SOURCE[0]%/*}")/galera.cnf
GALERA_NODES=3

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
# Only the first OPTION may name a file with further ones.
database_command() {
	local dir=$1 from=--no-defaults

	shift
	if [[ ${1-} == --defaults-file=* ]]; then
		from=$1
		shift
	fi
	check_socket_path "$dir/mariadb.sock"
	command=(mariadbd "$from" --datadir="$dir/data" --tmpdir="$dir/tmp"
		--socket="$dir/mariadb.sock" --pid-file="$dir/mariadb.pid"
		--log-error="$dir/error.log" --skip-name-resolve --skip-networking
		--innodb-buffer-pool-size=64M --innodb-log-file-size=32M --max-connections=200
		--performance-schema=OFF --innodb-flush-log-at-trx-commit=1)
	[ "$EUID" -ne 0 ] || command+=(--user=root)
	command+=("$@")
}

# galera_address PREFIX N: prints where node N is.
galera_address() {
	if [ -n "$1" ]; then
		echo "$1$2"
	else
		echo 127.0.0.1
	fi
}

# galera_options "BASE [PREFIX]" N: sets $options to what makes the server node N of a
# cluster on this machine, with ports from BASE on.  All are at 127.0.0.1, or node N at
# PREFIX with N after it.  What is not of this machine is in deploy/galera.cnf.
galera_options() {
	local base prefix n=$2 i nodes='' at provider

	read -r base prefix <<<"$1"
	for ((i = 1; i <= GALERA_NODES; i++)); do
		nodes+=${nodes:+,}$(galera_address "$prefix" "$i"):$((base + i))
	done
	at=$(galera_address "$prefix" "$n")
	provider=$(sed -n 's/^wsrep_provider_options = "\(.*\)"$/\1/p' "$GALERA_CONF")
	provider+=";base_port=$((base + n));gmcast.listen_addr=tcp://$at:$((base + n))"
	provider+=";ist.recv_addr=$at:$((base + 10 + n));gcache.size=64M"
	provider+=";pc.wait_prim_timeout=PT24H"
	options=("--defaults-file=$GALERA_CONF" "--wsrep-cluster-address=gcomm://$nodes"
		"--wsrep-node-name=node$n" "--wsrep-node-address=$at:$((base + n))"
		"--wsrep-sst-receive-address=$at:$((base + 20 + n))"
		"--wsrep-provider-options=$provider" --wsrep-slave-threads=2)
}
