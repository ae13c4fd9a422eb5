#!/bin/bash
# SPDX-License-Identifier: ISC
# The exit status of each command that writes: the first time, the second time, and about
# what is not there.  Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

mkdir "$work/var" "$work/run"
none=01990000-0000-7000-8000-000000000001

# twice FIRST SECOND ARGUMENT ...: the exit status of a command and of its repetition
twice()
{
	local codes=("$1" "$2")

	shift 2
	for want in "${codes[@]}"; do
		t "$want" ''		"$@"
		# what a create prints is a secret from then on
		case "$*" in
		*'token add'*) cat "$work/out" >>"$work/secrets" ;;
		esac
	done
}

# --- the whole ---------------------------------------------------------------------

twice 0 4	init
twice 0 0	upgrade
twice 0 0	backup "$work/a.mdb"
twice 0 0	restore "$work/a.mdb"
twice 0 0	compact
twice 0 0	check
twice 0 0	check --repair
t 1 'No such file or directory'	restore "$work/none"
! grep -q init "$work/err" || complain 'advises init'
t 1 'No such file or directory'	backup "$work/none/a.mdb"
! grep -q init "$work/err" || complain 'advises init'

# --- users -------------------------------------------------------------------------

twice 0 4	user add ann@example.org --no-password
twice 0 4	user add ben@example.org --no-password
twice 0 0	user set ann@example.org --sip-login 7@x.example
t 4 '7@x.example: exists already'	user set ben@example.org --sip-login 7@x.example
t 4 '7@x.example: exists already'	user add 7@x.example --no-password
t 2 'nothing to change'		user set ann@example.org
t 5 '--role: must be Admin'	user set ann@example.org --role Boss
t 3 '--account: there is no such account'	user set ann@example.org --account None
t 3 '--account: there is no such account'	user add cat@example.org --no-password --account None
twice 0 0	user disable ann@example.org
twice 0 0	user enable ann@example.org
twice 0 0	user logout ann@example.org
twice 0 0	user logout --all
typed 0 'logging out ['	-- user logout --all --yes
for command in 'set --first-name A' enable disable logout sessions show 'delete --yes' \
	'passwd --password-stdin'; do
	# shellcheck disable=SC2086
	set -- $command
	t 3 'no@example.org: not found'	user "$1" no@example.org "${@:2}"
	t 3 "$none: not found"		user "$1" "$none" "${@:2}"
done
stdin 'short\n'
t 5 ''		user passwd ann@example.org --password-stdin
twice 0 0	user delete ann@example.org --keep
t 3 'the user is deleted'	user enable ann@example.org
t 3 'the user is deleted'	token add ann@example.org --name late
t 4 'reserved by a deleted user'	user add ann@example.org --no-password
twice 0 0	user disable ann@example.org
twice 0 0	user logout ann@example.org
twice 0 3	user delete ann@example.org
twice 0 4	user add ann@example.org --no-password

# --- accounts ------------------------------------------------------------------------

twice 0 4	account add Acme
twice 0 0	account set Acme --level Level1
t 0 ''		account add Two
t 4 'Acme: exists already'	account set Two --name Acme
t 5 '--level: must be'		account set Two --level High
t 0 ''		user set ann@example.org --account Acme
t 5 'users still belong to it'	account delete Acme
t 0 ''		user set ann@example.org --account ''
twice 0 3	account delete Acme
for command in 'set --level Level1' show delete; do
	# shellcheck disable=SC2086
	set -- $command
	t 3 'None: not found'	account "$1" None "${@:2}"
done

# --- tokens ----------------------------------------------------------------------------

t 3 'no@example.org: not found'	token add no@example.org --name x
t 3 'no@example.org: not found'	token list --user no@example.org
t 3 'no@example.org: not found'	token revoke --user no@example.org --all
t 3 'no@example.org: not found'	token revoke --user no@example.org "$none"
t 0 ''		token add ann@example.org --name one
cat "$work/out" >>"$work/secrets"
uuid=$("$here/doorwardctl" token list | awk 'NR == 2 { print $NF }')
t 3 "$uuid: not found"		token revoke "$uuid" --user ben@example.org
twice 0 3	token revoke "$uuid"
t 5 'x: not a uuid'		token revoke x
twice 0 0	token revoke --user ann@example.org --all
twice 0 0	token prune
t 5 'not a domain'		domain token add 'a b'
t 5 'none: no such role'	domain token add example.org --role none
t 5 '--days: must be'		domain token add example.org --days 0
twice 0 0	domain token add example.org
uuid=$("$here/doorwardctl" domain token list | awk 'NR == 2 { print $NF }')
for command in disable enable revoke; do
	t 3 "$none: not found"	domain token "$command" example.org "$none"
	t 3 "$uuid: not found"	domain token "$command" example.net "$uuid"
	t 5 'not a uuid'	domain token "$command" example.org x
done
twice 0 0	domain token disable example.org "$uuid"
twice 0 0	domain token enable example.org "$uuid"
twice 0 3	domain token revoke example.org "$uuid"
twice 0 0	domain token prune

# --- roles, counts and keys ---------------------------------------------------------------

echo '{"cdr":["r"]}' >"$work/acl"
echo 'none' >"$work/bad"
twice 0 0	role set reader "$work/acl"
twice 0 0	role set admin "$work/acl"
t 5 ''		role set reader "$work/bad"
t 1 'No such file'		role set reader "$work/none"
! grep -q init "$work/err" || complain 'advises init'
twice 0 3	role delete reader
twice 0 3	role delete admin
t 3 'none: not found'		role show none
twice 0 0	throttle clear --all
twice 0 0	throttle clear --user ann@example.org
twice 0 0	throttle clear --source 192.0.2.1
t 5 'x: not an address'		throttle clear --source x
t 2 'give one of'		throttle clear
twice 0 0	key rotate jwt
key=$("$here/doorwardctl" key list | awk '$2 == "jwt" && $3 == "accepted" { print $1 }' | head -1)
twice 0 3	key retire "$key" --yes
key=$("$here/doorwardctl" key list | awk '$2 == "hash" { print $1 }')
twice 5 5	key retire "$key" --yes
twice 0 0	key rewrap --yes

# --- there and back ---------------------------------------------------------------------

twice 0 4	export "$work/users.jsonl"
twice 0 0	import jsonl "$work/users.jsonl"
t 1 'No such file'		import jsonl "$work/none"
! grep -q init "$work/err" || complain 'advises init'
echo '{"email":"ann@example.org","role":"Boss"}' >"$work/bad.jsonl"
twice 5 5	import jsonl "$work/bad.jsonl"
finish
