#!/bin/bash
# SPDX-License-Identifier: ISC
# doorwardctl restore and compact: what a backup brings back and what it does not, on this
# machine and another, and what is refused.  Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

data=$work/var/data
mkdir "$work/var" "$work/run"
conf 'max_tokens_per_user = 100000'
t 0 ''				init
for name in ann bob; do
	stdin 'correct horse'
	t 0 ''			user add "$name@example.org" --password-stdin
	"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" "$name@example.org" 3 3600 10 \
		>>"$work/secrets" || failed=$((failed + 1))
done
t 0 ''				domain token add example.org
backup=$work/a.mdb
t 0 ''				backup "$backup"

# what is written afterwards is gone, and what was revoked is back
stdin 'correct horse'
t 0 ''				user add cat@example.org --password-stdin
t 0 ''				user logout ann@example.org
touch -d '90 minutes ago' "$backup"
t 0 'is 90 minutes old; '	restore "$backup"
[ "$(field users)" = 2 ] || complain 'users'
[ "$(field tokens)" = 6 ] || complain 'tokens'
[ "$(field domain_tokens)" = 1 ] || complain 'domain tokens'
[ "$(field key_file_ok)" = yes ] || complain 'key file'
kept=$(field kept)
[ -s "$kept" ] || complain 'the former database is not kept'
[ "$(stat -c %a "$data/data.mdb")" = 660 ] || complain "mode $(stat -c %a "$data/data.mdb")"
[ ! -e "$data/draft" ] || complain 'leaves a draft'
t 0 'ann@example.org'		user list
lacks cat@example.org
t 0 ''				token list --user ann@example.org
lines 4
t 0 'faults    0'		check


# it is counted; a second name of the database itself is not
t 0 ''				status --json
json '[.kept_files, .kept_oldest]'	"[1,\"${kept##*/}\"]"
ln "$data/data.mdb" "$data/replaced-x.mdb"
t 0 ''				status --json
json '[.kept_files, .kept_bytes > 0]'	'[1,true]'
rm "$data/replaced-x.mdb"

# what a restore that was killed has left is counted, until the next one
mkdir "$data/draft"
cp "$kept" "$data/draft/data.mdb"
touch -d '2001-01-01' "$data/draft/data.mdb"
t 0 ''				status --json
json '[.kept_files, .kept_oldest]'	'[2,"draft"]'

# the one that was replaced is a backup too
t 0 '"users":3'			restore "$kept" --json
json '[.tokens, .domain_tokens, .tokens_dropped]' '[3,1,0]'
t 0 'cat@example.org'		user list
t 0 '"tokens_dropped":7'	restore "$backup" --drop-tokens --json
json '[.tokens, .domain_tokens]' '[0,0]'
t 0 ''				token list
lines 1
t 0 ''				domain token list
lines 1

# --- refused, and nothing changes
sum=$(sha256sum "$data/data.mdb")
head -c 4096 "$backup" >"$work/short.mdb"
head -c $(($(stat -c %s "$backup") - 8192)) "$backup" >"$work/cut.mdb"
head -c 65536 /dev/urandom >"$work/noise.mdb"
: >"$work/empty.mdb"
t 1 'not a backup'		restore "$work/short.mdb"
t 1 ''				restore "$work/cut.mdb"
t 1 'not a backup'		restore "$work/noise.mdb"
t 1 'not a backup'		restore "$work/empty.mdb"
t 1 'No such file'		restore "$work/none.mdb"
t 2 ''				restore
row='nothing changed'
[ "$(sha256sum "$data/data.mdb")" = "$sum" ] || complain 'the database did'
[ ! -e "$data/draft" ] || complain 'leaves a draft'


# a worker has the database open
"$here/doorward" --listen "$work/run/s" >"$work/log" 2>&1 &
service=$!
trap 'kill $service 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 1000); do
	[ "$("$here/doorwardctl" status --json | grep -c '"workers_idle":[1-9]')" = 0 ] || break
done
row='the service runs'
grep -q ready "$work/log" || complain "$(cat "$work/log")"
t 1 'stop the service'		restore "$backup"
t 1 'stop the service'		compact
t 0 'faults    0'		check
t 0 ''				backup "$work/b.mdb"
kill "$service"
wait "$service"

# --- a damaged record comes with the backup, and is said
LC_ALL=C sed 's/bob@example\.org/bub@example.org/g' "$backup" >"$work/bad.mdb"
row='restore a backup with a damaged record'
run "$here/doorwardctl" restore "$work/bad.mdb"
[ "$code" = 1 ] || complain "exit code $code"
grep -q 'restored, but with' "$work/err" || complain 'does not say so'
t 0 ''				check --repair
row='restore -'
"$here/doorwardctl" restore - --json < <(cat "$backup") >"$work/out" 2>"$work/err" ||
	complain "exit code $?"
json '[.made_on, .age_s]'	'[null,0]'
t 0 'bob@example.org'		user list

# --- another machine: another place, and the key file that came along; or did not
mkdir -p "$work/other/data" "$work/other/run"
sed "s|$work/var|$work/other|; s|$work/run|$work/other/run|; s|$work/etc|$work/other/etc|" \
	"$work/doorward.conf" >"$work/other.conf"
row='another machine without the key file'
run "$here/doorwardctl" --config "$work/other.conf" restore "$backup"
[ "$code" = 1 ] || complain "exit code $code"
grep -q 'restored, but the key file is lost' "$work/err" || complain 'does not say so'
mkdir "$work/other/etc"
(umask 077; head -c 32 /dev/urandom >"$work/other/etc/master.key")
row='another machine with a key file of its own'
run "$here/doorwardctl" --config "$work/other.conf" restore "$backup"
[ "$code" = 1 ] || complain "exit code $code"
grep -q 'restored, but this key file' "$work/err" || complain 'does not say so'
rm -r "$work/other/etc"
cp -a "$work/etc" "$work/other/etc"
t 0 'key_file_ok       yes'	--config "$work/other.conf" restore "$backup"
t 0 'bob@example.org'		--config "$work/other.conf" user list

# --- compact
"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" bob@example.org 3000 3600 10 >>"$work/secrets"
t 0 ''				user logout bob@example.org
before=$(stat -c %s "$data/data.mdb")
t 0 "bytes_before"		compact
[ "$(field bytes_before)" -ge "$before" ] || complain 'bytes before'
[ "$(field bytes)" = "$(stat -c %s "$data/data.mdb")" ] || complain 'bytes'
[ "$(stat -c %s "$data/data.mdb")" -lt $((before / 4)) ] || complain 'does not shrink it'
[ ! -e "$data/draft" ] || complain 'leaves a draft'
t 0 'faults    0'		check
t 0 'bob@example.org'		user list
stdin 'correct horse'
t 0 ''				user add dan@example.org --password-stdin
t 0 '"bytes"'			compact --json
finish
