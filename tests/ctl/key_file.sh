#!/bin/bash
# SPDX-License-Identifier: ISC
# A key file that is lost, another one, cut, or readable to others: what each command and
# each start of the service says about it, and what goes on without.
# Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

file=$work/etc/master.key
mkdir "$work/var" "$work/run"
t 0 ''				init
t 0 ''				user add ann@example.org --no-password
t 0 ''				account add Acme
t 0 ''				backup "$work/a.mdb"
echo '{"email":"new@example.org"}' >"$work/new.jsonl"
echo '{"cdr":["r"]}' >"$work/acl"
t 0 ''				role set reader "$work/acl"
cp -p "$file" "$work/good.key"
faults='lost other cut empty long open folder'
# root reads it nevertheless
[ "$(id -u)" = 0 ] || faults+=' shut'

# damage FAULT: of the key file, which is good before
damage()
{
	rm -rf "$file"
	cp -p "$work/good.key" "$file"
	case $1 in
	lost)	rm "$file" ;;
	other)	head -c 32 /dev/urandom >"$file" ;;
	cut)	head -c 31 "$work/good.key" >"$file" ;;
	empty)	: >"$file" ;;
	long)	cat "$file" "$file" "$work/good.key" >"$work/long" && cat "$work/long" >"$file" ;;
	open)	chmod 644 "$file" ;;
	shut)	chmod 0 "$file" ;;
	folder)	rm "$file" && mkdir "$file" ;;
	esac
}

# What an administrator reads about it.
says()
{
	case $1 in
	lost)	echo "the key file $file is lost" ;;
	other)	echo 'it is not the key file of this database' ;;
	cut | empty)	echo "key file $file must have 32 bytes" ;;
	long)	echo "$file: File too large" ;;
	folder)	echo "file $file is not a regular file" ;;
	shut)	echo "file $file: Permission denied" ;;
	*)	echo "file $file must be 0600 or 0640" ;;
	esac
}

# The last line of the tool, which tells what to do.
advises()
{
	case $1 in
	lost)	echo "$file: the key file is lost; put the copy of it back" ;;
	other)	echo "$file: this is not the key file of the database; put the copy of the right" ;;
	shut)	echo "$file: the key file cannot be read" ;;
	cut | empty | long | folder)	echo "$file: this is no key file; put the copy of the right" ;;
	*)	echo "$file: the key file could be read or changed by others" ;;
	esac
}

# with FAULT PROGRAM ARGUMENT ...: run once the key file is damaged
with()
{
	damage "$1"
	row="$1 key file: $(basename "$2") ${*:3}"
	run "${@:2}"
}

# refused ARGUMENT ...: doorwardctl does nothing, and says why, whatever the fault
refused()
{
	local fault

	for fault in $faults; do
		with "$fault" "$here/doorwardctl" "$@"
		judge 1 "$(says "$fault")"
		judge 1 "$(advises "$fault")"
	done
}

# goes_on ARGUMENT ...: doorwardctl does it, and says what is wrong all the same
goes_on()
{
	local fault

	for fault in $faults; do
		with "$fault" "$here/doorwardctl" "$@"
		[ "$code" = 0 ] || complain "exit code $code"
		grep -q -F -e "$(says "$fault")" "$work/err" || complain 'does not say it'
	done
}

# unmoved ARGUMENT ...: it has nothing to do with keys
unmoved()
{
	local fault

	for fault in $faults; do
		with "$fault" "$here/doorwardctl" "$@"
		judge 0 ''
	done
}

# --- what adds, changes or shows ------------------------------------------------------

refused user add bob@example.org --no-password
refused user enable ann@example.org
printf 'correct horse\n' >"$work/password"
refused user passwd ann@example.org --password-stdin
refused account add Other
refused account list
refused account show Acme
refused account set Acme --level Level1
refused account delete Acme
refused token add ann@example.org --name one
refused domain token add example.org
refused import jsonl "$work/new.jsonl"
refused throttle list
refused throttle clear --all
refused key rotate
refused key rewrap --yes

# --- what takes rights away, and shows whose ------------------------------------------------

goes_on user list
goes_on user show ann@example.org
goes_on user sessions ann@example.org
goes_on session list ann@example.org
goes_on user set ann@example.org --role User
goes_on user disable ann@example.org
goes_on user logout ann@example.org
goes_on user logout --all --yes
goes_on token list
goes_on token revoke --user ann@example.org --all
goes_on role list
goes_on export -
goes_on export --with-hashes -
goes_on role show reader
goes_on role set reader "$work/acl"
unmoved token prune
unmoved domain token list
unmoved domain token prune
unmoved key list

# one that can be done only once
for fault in $faults; do
	damage good
	t 0 ''				user add gone@example.org --no-password
	t 0 ''				token add gone@example.org --name one
	cat "$work/out" >>"$work/secrets"
	uuid=$("$here/doorwardctl" token list --user gone@example.org | awk 'NR == 2 { print $NF }')
	t 0 ''				domain token add example.org
	cat "$work/out" >>"$work/secrets"
	domain=$("$here/doorwardctl" domain token list | awk 'NR == 2 { print $NF }')
	t 0 ''				role set gone "$work/acl"
	t 0 ''				key rotate session
	key=$("$here/doorwardctl" key list | awk '$2 == "session" && $3 == "accepted" { print $1 }')
	damage "$fault"
	for command in "token revoke $uuid" "user delete gone@example.org --yes" \
		"role delete gone" "domain token disable example.org $domain" \
		"domain token enable example.org $domain" \
		"domain token revoke example.org $domain" "key retire $key --yes"; do
		row="$fault key file: $command"
		# shellcheck disable=SC2086
		run "$here/doorwardctl" $command
		[ "$code" = 0 ] || complain "exit code $code"
	done
done

# --- the database as a whole -------------------------------------------------------------

unmoved upgrade
unmoved check
unmoved check --repair
unmoved backup "$work/b.mdb"
unmoved compact
for fault in $faults; do
	with "$fault" "$here/doorwardctl" init
	case $fault in
	lost)	judge 4 "its key file $file is lost" ;;
	*)	judge 4 'exists already' ;;
	esac
	with "$fault" "$here/doorwardctl" status
	[ "$code" = 1 ] || complain "exit code $code"
	grep -q 'key_file_ok  *no' "$work/out" || complain 'takes it for good'
	grep -q -F -e "$(advises "$fault")" "$work/err" || complain 'does not say what to do'
	with "$fault" "$here/doorwardctl" restore "$work/a.mdb"
	[ "$code" = 1 ] || complain "exit code $code"
	grep -q -F -e "$(says "$fault")" "$work/err" || complain 'does not say it'
	grep -q -E 'restored, but th(is|e) key file' "$work/err" || complain 'does not say that it restored'
	with "$fault" "$here/doorwardctl" config check
	judge 1 "$(says "$fault")"
done

# --- the service -------------------------------------------------------------------------

for fault in $faults; do
	with "$fault" "$here/doorward" --check
	judge 1 "$(says "$fault")"
	with "$fault" timeout 60 "$here/doorward" --listen "$work/run/s"
	judge 1 "$(says "$fault")"
done

damage good
t 0 'key_file_ok           yes'	status
t 0 'OK'			config check
finish
