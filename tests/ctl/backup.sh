#!/bin/bash
# SPDX-License-Identifier: ISC
# doorwardctl backup and check: while others write, to files and pipes, and with a
# database that is damaged.  Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

mkdir "$work/var" "$work/run" "$work/backups"
conf 'max_tokens_per_user = 100000'
t 0 ''				init
two_users

t 0 'faults    0'		check
t 0 'tokens_expired        0'	status
t 0 'the service is not running on this machine'	status
"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" ann@example.org 5 60 3600 >>"$work/secrets"
t 0 '"tokens_expired":5'	status --json
json .service_running false
json '[.oldest_reader, .oldest_reader_behind]' '[0,0]'
json '.database_free_bytes > 0 and .database_free_bytes < .database_bytes' true
t 0 'expired   5'		check
t 0 '"faults":0'		check --json
json '[.repaired, .dropped]' '[0,0]'

# --- a file, while tokens are added
backup=$work/backups/a.mdb
"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" ann@example.org 400 3600 10 >"$work/later" &
writer=$!
t 0 "$backup"			backup "$backup"
wait "$writer"
cat "$work/later" >>"$work/secrets"
row='what the backup is'
[ "$(stat -c %a "$backup")" = 600 ] || complain "mode $(stat -c %a "$backup")"
[ "$(stat -c %u "$backup")" = "$(id -u)" ] || complain 'not the callers'
[ "$(find "$work/backups" | wc -l)" = 2 ] || complain 'left something beside it'
t 0 '"faults":0'		backup "$backup" --json
json '.records > 2800' true
t 0 'faults    0'		check

# what a backup that was killed before it took its place left; others to the same file
cp "$backup" "$backup.doorward-draft"
"$here/doorwardctl" backup "$backup" >"$work/other" 2>&1 &
other=$!
t 0 "$backup"			backup "$backup"
row='two backups to one file'
wait "$other" || complain "the other: $(cat "$work/other")"
[ "$(find "$work/backups" | wc -l)" = 2 ] || complain 'left something beside it'

# it is smaller than what it is a copy of, and a database of its own
t 0 ''				user logout ann@example.org
t 0 "$backup"			backup "$backup"
row='sizes'
[ "$(stat -c %s "$backup")" -lt "$(stat -c %s "$work/var/data/data.mdb")" ] ||
	complain 'not compact'
mkdir -p "$work/copy/var/data"
cp "$backup" "$work/copy/var/data/data.mdb"
sed "s|$work/var|$work/copy/var|" "$work/doorward.conf" >"$work/copy.conf"
t 0 'ann@example.org'		--config "$work/copy.conf" user list
t 0 'faults    0'		--config "$work/copy.conf" check

# --- standard output
row='backup -'
"$here/doorwardctl" backup - >"$work/copy/var/data/data.mdb" || complain "exit code $?"
rm -f "$work/copy/var/data/lock.mdb"
t 0 'bob@example.org'		--config "$work/copy.conf" user list
row='backup - into a closed pipe'
"$here/doorwardctl" backup - 2>"$work/err" | head -c 1 >/dev/null
[ "${PIPESTATUS[0]}" = 1 ] || complain "exit code ${PIPESTATUS[0]}"
typed 5 'a terminal shows no backup'	-- backup -
typed 0 'records'			-- backup "$work/backups/typed.mdb"

# --- refused, and nothing is left behind
t 1 'No such file'		backup "$work/nowhere/a.mdb"
mkdir "$work/backups/folder"
t 5 'is not a file'		backup "$work/backups/folder"
t 5 'is not a file'		backup /dev/null
t 2 ''				backup

# --- what a backup does not replace

# kept FILE FRAGMENT [NAME]: a backup to FILE, or to it by another name, leaves it as it is
kept()
{
	local sum

	sum=$(sha256sum <"$1")
	t 5 "$2"		backup "${3:-$1}"
	[ "$(sha256sum <"$1")" = "$sum" ] || complain "$1 has changed"
}

echo notes >"$work/backups/notes"
kept "$work/var/data/data.mdb"	'is inside data_dir'
ln -s "$work/var/data" "$work/backups/linked"
kept "$work/var/data/data.mdb"	'is inside data_dir'	"$work/backups/linked/data.mdb"
kept "$work/var/data/data.mdb"	'is inside data_dir'	"$work/etc/../var/data/data.mdb"
kept "$work/etc/master.key"	'is the name of the key file'
ln -s "$work/etc/master.key" "$work/backups/key"
kept "$work/etc/master.key"	'not a backup'		"$work/backups/key"
kept "$DOORWARD_CONFIG"		'not a backup'
kept "$work/backups/notes"	'not a backup'
kept "$work/copy/var/data/data.mdb"	'is a database'
t 5 'is inside data_dir'	backup "$work/var/data/new.mdb"
mkdir "$work/run/sub"
t 5 'is inside run_dir'		backup "$work/run/sub/new.mdb"
mv "$work/etc/master.key" "$work/saved.key"
t 5 'is the name of the key file'	backup "$work/etc/master.key"
mv "$work/saved.key" "$work/etc/master.key"
rm "$work/backups/notes" "$work/backups/linked" "$work/backups/key"
: >"$work/backups/empty"
t 0 'records'			backup "$work/backups/empty"
rm "$work/backups/empty"
row='backup on a full disk'
(
	trap '' XFSZ
	ulimit -f 8
	"$here/doorwardctl" backup "$work/backups/full.mdb" 2>"$work/err" >"$work/out"
)
[ $? = 1 ] || complain 'not refused'
row='left behind'
[ "$(find "$work/backups" -type f | wc -l)" = 2 ] || complain "$(ls "$work/backups")"

# --- a record that is damaged: the login of a user is changed in the file
copy=$work/copy/var/data
cp "$backup" "$copy/data.mdb"
rm -f "$copy/lock.mdb"
LC_ALL=C sed -i 's/bob@example\.org/bub@example.org/g' "$copy/data.mdb"
row='check of a damaged database'
run "$here/doorwardctl" --config "$work/copy.conf" check
[ "$code" = 1 ] || complain "exit code $code"
grep -q '^user/.* is damaged$' "$work/out" || complain 'names no user'
grep -q "$copy: .* faults" "$work/err" || complain 'does not count'
row='backup of a damaged database'
run "$here/doorwardctl" --config "$work/copy.conf" backup "$work/backups/bad.mdb"
judge 1 "'doorwardctl check' names them"
[ -s "$work/backups/bad.mdb" ] || complain 'is not kept'
t 0 '(dropped)'		--config "$work/copy.conf" check --repair
lacks '(repaired)'
row='what the repair dropped'
set -- "$copy"/dropped-*.jsonl
[ "$(field file)" = "$1" ] || complain 'does not say where it is'
[ -s "$1" ] && [ "$(stat -c %a "$1")" = 600 ] || complain 'is not kept'
grep -q '"table":"user".*"bytes":"[0-9a-f]' "$1" || complain 'has no bytes'
t 0 'faults    0'		--config "$work/copy.conf" check
t 0 'ann@example.org'		--config "$work/copy.conf" user list
lacks bob@example.org

# --- something else
head -c 65536 /dev/urandom >"$copy/data.mdb"
t 1 ''				--config "$work/copy.conf" check
t 1 ''				--config "$work/copy.conf" backup "$work/backups/none.mdb"
[ ! -e "$work/backups/none.mdb" ] || complain 'a backup of nothing'
finish
