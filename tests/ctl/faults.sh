#!/bin/bash
# SPDX-License-Identifier: ISC
# A database that is lost, cut, overwritten, another program's, too new or too old: what each
# kind of command and each start of the service says about it, and what it advises.
# Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

data=$work/var/data/data.mdb
mkdir "$work/var" "$work/run"
t 0 ''				init
for name in ann bob carl dora; do
	t 0 ''			user add $name@example.org --no-password
done
t 0 ''				backup "$work/a.mdb"
cp -a "$work/var/data" "$work/good"
size=$(stat -c %s "$data")

# at OFFSET BYTES: in both of the pages that begin a database
at()
{
	for page in 0 4096; do
		printf '%b' "$2" | dd of="$data" bs=1 seek=$((page + $1)) conv=notrunc status=none
	done
}

# damage FAULT: of the database, which is good before
damage()
{
	rm -rf "$work/var/data"
	cp -a "$work/good" "$work/var/data"
	case $1 in
	lost)		rm "$data" ;;
	empty)		: >"$data" ;;
	short)		truncate -s 100 "$data" ;;
	cut)		truncate -s $((size / 2)) "$data" ;;
	zeros)		head -c "$size" /dev/zero >"$data" ;;
	foreign)	cp "$here/doorwardctl" "$data" ;;
	version)	at 20 '\003' ;;
	pages)		head -c $((size - 8192)) /dev/zero |
				dd of="$data" bs=4096 seek=2 conv=notrunc status=none ;;
	folder)		rm "$data" && mkdir "$data" ;;
	older)		"$here/doorwardctl" user delete bob@example.org --yes >/dev/null &&
				cat "$work/good/data.mdb" >"$data" ;;
	esac
}

# What an administrator reads about it.
says()
{
	case $1 in
	lost)	echo "$data: No such file" ;;
	empty)	echo "$data is empty" ;;
	short | zeros | foreign)	echo 'data.mdb is not a database' ;;
	cut)	echo "data.mdb is damaged: it has $((size / 2)) bytes of $size" ;;
	version)	echo 'data.mdb was written by another version of LMDB' ;;
	pages)	echo 'data.mdb is damaged' ;;
	folder)	echo "$data: Is a directory" ;;
	older)	echo 'an older copy, or damage, has taken its place' ;;
	esac
}

# The last line of the tool, which tells what to do.
advises()
{
	case $1 in
	lost | empty)	echo "'doorwardctl init' creates what is missing, and 'doorwardctl restore'" ;;
	folder)	echo 'Is a directory' ;;
	older)	echo 'restore a backup' ;;
	*)	echo "'doorwardctl restore' put" ;;
	esac
}

# plain: what LMDB and the system call it is not shown
plain()
{
	! grep -E 'mdb_|MDB_|Bad message|Protocol error|Structure needs|Stale file' "$work/err" ||
		complain 'shows what only a programmer understands'
}

for fault in lost empty short cut zeros foreign version pages folder older; do
	for command in 'user list' 'user add eve@example.org --no-password' status check \
		"export $work/e.jsonl" "backup $work/b.mdb" 'key list' 'token prune'; do
		damage "$fault"
		row="$fault: doorwardctl $command"
		# shellcheck disable=SC2086
		run "$here/doorwardctl" $command
		[ "$code" = 1 ] || complain "exit code $code"
		grep -q -F -e "$(says "$fault")" "$work/err" || complain "does not say $(says "$fault")"
		tail -n 1 "$work/err" | sed 's/puts/put/' | grep -q -F -e "$(advises "$fault")" ||
			complain "does not advise $(advises "$fault")"
		plain
		for file in "$work/e.jsonl" "$work/b.mdb"; do
			[ ! -e "$file" ] || complain "leaves $file"
		done
	done
	damage "$fault"
	row="$fault: doorward"
	run timeout 60 "$here/doorward" --check
	judge 1 "$(says "$fault")"
	plain
	# a backup replaces whatever is there
	[ "$fault" != folder ] || continue
	row="$fault: restore"
	run "$here/doorwardctl" restore "$work/a.mdb"
	[ "$code" = 0 ] || complain "exit code $code"
	t 0 'ann@example.org'		user list
done
finish
