#!/bin/bash
# SPDX-License-Identifier: ISC
# doorwardctl with a database in MariaDB: what the other tests do with one in files, and
# moving a database from one to the other and back.  Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"
tests=$(dirname "$0")/..
base=/tmp
[ ! -w /dev/shm ] || base=/dev/shm
db=$(mktemp -d $base/doorward-ctl-db-XXXXXX) || exit 99
trap 'kill -9 "$(cat "$db/mariadb.pid")" 2>/dev/null; rm -rf "$work" "$db"' EXIT

"$tests/mariadbd.sh" "$db" >"$db/output.log" 2>&1 &

sql()
{
	mariadb --no-defaults -u root -S "$db/mariadb.sock" "$@" 2>/dev/null
}

tries=0
until sql -e 'CREATE DATABASE doorward; CREATE DATABASE other'; do
	tries=$((tries + 1))
	[ $tries -lt 200 ] || {
		cat "$db"/*.log
		exit 99
	}
	sleep 0.1
done

mkdir "$work/var" "$work/run" "$work/backups" "$work/second" "$work/third"
conf 'max_tokens_per_user = 100000'

# other_conf NAME DATA-DIR LINE...: the same service with another database
other_conf()
{
	local name=$1 dir=$2

	shift 2
	mkdir -p "$dir"
	{
		sed "s|^data_dir.*|data_dir = \"$dir\"|" "$work/doorward.conf"
		printf '%s\n' "$@"
	} >"$work/$name.conf"
}
other_conf mariadb "$work/second" 'store = mariadb' "sql_hosts = {\"$db/mariadb.sock\"}" \
	'sql_user = root'
other_conf back "$work/third"
maria="--config $work/mariadb.conf"

# --- a database of its own
# shellcheck disable=SC2086
init()
{
	t 0 'created database in doorward'	$maria init
	t 4 ''				$maria init
	stdin 'correct horse'
	t 0 ''				$maria user add zoe@example.org --password-stdin
	t 0 'zoe@example.org'		$maria user list
	t 0 'key_file_ok           yes'	$maria status
	t 0 'the database already has schema'	$maria upgrade
	sql doorward -e "UPDATE meta SET \`schema\` = 3 WHERE row IN ('store', 'reader')"
	t 1 'doorwardctl upgrade'	$maria user list
	t 0 'can go on with it'		$maria upgrade
	t 0 'the database already has schema'	$maria upgrade
	t 0 ''				$maria key rotate
	t 0 ''				$maria account add Acme
	t 0 ''				$maria user set zoe@example.org --account Acme
	t 5 ''				$maria account delete Acme
	t 0 ''				$maria user delete zoe@example.org --yes
	t 0 ''				$maria config check
	t 0 'faults    0'		$maria check
	t 1 'mysqlcheck --optimize'	$maria compact
	t 1 ''				$maria compact --json
	t 0 'store                 mariadb'	$maria status
	typed 0 'size        '		-- $maria status
	! grep -a '^size .*at most' "$work/out" || complain 'has a limit'
}
init

# faults N: a check finds so many
faults()
{
	row="a check, with $1 faults"
	# shellcheck disable=SC2086
	run "$here/doorwardctl" $maria check
	[ "$code" = 1 ] || complain "exit code $code"
	grep -q -x "faults    $1" "$work/out" || complain 'others'
	grep -q -F "check: doorward: $1 faults" "$work/err" || complain 'does not name the database'
}

# --- a repair drops nothing that is not in a file
orphan()
{
	stdin 'correct horse'
	# shellcheck disable=SC2086
	{
	t 0 ''				$maria user add orphan@example.org --password-stdin
	t 0 ''				$maria token add orphan@example.org --name left
	cat "$work/out" >>"$work/secrets"
	sql doorward -e 'DELETE FROM user'
	faults 4
	t 0 'dropped   4'		$maria check --repair
	t 0 'faults    0'		$maria check
	t 0 'kept_files            1'	$maria status
	row='what was dropped'
	dropped=$(echo "$work"/second/dropped-*.jsonl)
	[ "$(stat -c %a "$dropped")" = 600 ] || complain 'others can read it'
	sed -n 's/.*"statement":"\(.*\)"}$/\1;/p' "$dropped" | sql doorward ||
		complain 'cannot be added again'
	faults 4
	rm "$dropped"
	t 0 '"dropped":4'		$maria check --repair --json
	}
}
orphan

# --- the other one, moved there
t 0 ''				init
two_users
stdin 'correct horse'
t 0 ''				user add gone@example.org --password-stdin
t 0 ''				user delete gone@example.org --yes --keep
t 0 ''				account add Acme --email office@acme.example
t 0 ''				user set bob@example.org --account Acme
stdin '{"cdr":["r"]}'
t 0 ''				role set operator
t 0 ''				domain token add example.org
cat "$work/out" >>"$work/secrets"
t 0 ''				export "$work/before.jsonl" --with-hashes

t 2 'is needed'			migrate
t 5 'the same database'		migrate --to "$DOORWARD_CONFIG"
t 4 'another one'		migrate --to "$work/mariadb.conf"
sed -i '/sql_user/a sql_database = other' "$work/mariadb.conf"
t 0 '"differ":0'		migrate --to "$work/mariadb.conf" --json
json '[.users, .tokens, .domain_tokens, .roles, .accounts, .differ]' '[3,600,1,1,1,0]'
t 0 ''				migrate --to "$work/mariadb.conf" --json
json '[.written, .differ]' '[0,0]'

# what has changed since
t 0 ''				user set bob@example.org --first-name Bob
t 0 ''				user delete ann@example.org --yes
"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" bob@example.org 3 3600 10 >>"$work/secrets"
t 0 ''				migrate --to "$work/mariadb.conf" --json
json '[.users, .tokens, .differ]' '[2,303,0]'
t 0 ''				export "$work/there.jsonl" --with-hashes
rm -f "$work/there.jsonl"
# shellcheck disable=SC2086
{
t 0 ''				$maria export "$work/there.jsonl" --with-hashes
t 0 'Bob'			$maria user show bob@example.org
t 3 ''				$maria user show ann@example.org
t 0 'operator'			$maria role list
lines_of_tokens=$($here/doorwardctl $maria token list --json | grep -c uuid)
}
row='tokens there'
[ "$lines_of_tokens" = 303 ] || complain "$lines_of_tokens tokens"

# --- backups are the same for both
# shellcheck disable=SC2086
backups()
{
	t 0 "$work/backups/m.mdb"	$maria backup "$work/backups/m.mdb"
	t 0 ''			$maria user delete bob@example.org --yes
	t 3 ''			$maria user show bob@example.org
	t 0 ''			$maria restore "$work/backups/m.mdb" --json
	json '[.users, .tokens, .faults]' '[2,303,0]'
	t 0 'Bob'		$maria user show bob@example.org
	t 0 'faults    0'	$maria check --repair
	row='to a pipe'
	# shellcheck disable=SC2086
	"$here/doorwardctl" $maria backup - >"$work/backups/pipe.mdb" || complain "exit code $?"
	cmp -s -n 4 "$work/backups/pipe.mdb" "$work/backups/m.mdb" || complain 'is something else'
	row='nothing is left'
	[ -z "$(find "$work/second" -name 'scratch-*')" ] || complain 'a scratch directory'
	[ "$(find "$work/second" -name 'replaced-*.mdb' | wc -l)" = 1 ] ||
		complain 'the former database is not kept'
}
backups

# --- and back
t 0 ''				--config "$work/mariadb.conf" migrate --to "$work/back.conf"
t 0 'Bob'			--config "$work/back.conf" user show bob@example.org
t 0 'faults    0'		--config "$work/back.conf" check
t 0 'key_file_ok           yes'	--config "$work/back.conf" status

# --- another key file
other_conf wrong "$work/third/wrong"
sed -i "s|^key_file.*|key_file = \"$work/wrong.key\"|" "$work/wrong.conf"
(umask 077 && head -c 32 /dev/urandom >"$work/wrong.key")
t 1 'key_file is another one'	migrate --to "$work/wrong.conf"
sed "s|^key_file.*|key_file = \"$work/wrong.key\"|" "$DOORWARD_CONFIG" >"$work/wrong-too.conf"
t 1 'neither its key_file nor'	--config "$work/wrong-too.conf" migrate --to "$work/wrong.conf"

# --- the master key of two machines, in the order of doorwardctl(8)
machines()
{
	cp -p "$work/etc/master.key" "$work/key-of-two"
	sed "s|^key_file.*|key_file = \"$work/key-of-two\"|" "$work/mariadb.conf" >"$work/two.conf"
	two="--config $work/two.conf"
	(umask 077 && head -c 32 /dev/urandom >"$work/new.key")
	cat "$work/new.key" >>"$work/key-of-two"
	# shellcheck disable=SC2086
	{
	t 0 'key_file_ok           yes'	$two status
	t 0 ''				$maria key rewrap --new-key "$work/new.key" --yes
	t 0 'key_file_ok           yes'	$maria status
	t 0 'key_file_ok           yes'	$two status
	cat "$work/new.key" >"$work/key-of-two"
	t 0 'key_file_ok           yes'	$two status
	sql other -e "INSERT INTO machine (name, master_key, seen_on)
		VALUES ('www2:/run/doorward', '0123456789abcdef', 1000)"
	t 0 'www2:/run/doorward'	$maria machine list
	t 0 '"same_key":false'		$maria machine list --json
	row='doorwardctl status, with a machine that differs'
	run "$here/doorwardctl" $maria status
	[ "$code" = 0 ] || complain "exit code $code"
	grep -q 'machines_differ       1' "$work/out" || complain 'does not count it'
	grep -q -F 'www2:/run/doorward has another key file' "$work/err" || complain 'does not name it'
	}
}
machines

# --- a service has it open
# shellcheck disable=SC2086
in_use()
{
	t 0 ''			$maria backup "$work/backups/now.mdb"
	row='doorward, with the database in MariaDB'
	"$here/doorward" $maria --listen "$work/run/s" >"$work/service.log" 2>&1 &
	service=$!
	until grep -q 'ready at' "$work/service.log"; do
		kill -0 $service 2>/dev/null || {
			complain "ends: $(cat "$work/service.log")"
			return
		}
	done
	t 1 'stop the service first'	$maria restore "$work/backups/now.mdb"
	t 0 ''			$maria check
	kill $service
	wait $service
	t 0 ''			$maria restore "$work/backups/now.mdb"
}
in_use

# --- no server
kill -9 "$(cat "$db/mariadb.pid")"
wait 2>/dev/null
# shellcheck disable=SC2086
t 1 'no database server can be reached' $maria user list
finish
