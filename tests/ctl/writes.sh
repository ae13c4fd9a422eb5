#!/bin/bash
# SPDX-License-Identifier: ISC
# Writes from scripts: what they print with --json, and what a repetition says.
# Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

mkdir "$work/var" "$work/run"
t 0 '"key_file_created":true'		init --json
json '[.database, .key_file]'		"[\"$work/var/data\",\"$work/etc/master.key\"]"
t 4 'exists already'			init --json
t 0 ''					upgrade --json
json '[.from == .schema, .backup]'	'[true,null]'

# --- users -----------------------------------------------------------------------

t 0 ''					user add ann@example.org --no-password --last-name Lee --json
json '[.email, .last_name, .role]'	'["ann@example.org","Lee","User"]'
t 4 'exists already'			user add ann@example.org --no-password --json
t 0 ''					user add bob@example.org --no-password --sip-login 7@pbx.example --json
stdin 'correct horse\n'
t 0 ''					user passwd ann@example.org --password-stdin --json
json .email '"ann@example.org"'
t 0 ''					user set ann@example.org --first-name Ann --json
json .first_name '"Ann"'
t 0 ''					user set ann@example.org --first-name Ann --json
json .first_name '"Ann"'
t 0 ''					user set ann@example.org --first-name Anna
lines 0
t 0 ''					user disable ann@example.org --json
json '.disabled_on == null' false
t 0 ''					user disable ann@example.org
t 0 ''					user enable ann@example.org --json
json .disabled_on null
t 0 ''					user enable ann@example.org
t 0 ''					user delete bob@example.org --json
json '[.email, .deleted_on == null]' '["bob@example.org",false]'
t 3 'not found'				user delete bob@example.org
t 3 'not found'				user disable bob@example.org --json
t 0 ''					user add bob@example.org --no-password --sip-login 7@pbx.example

# --- search ----------------------------------------------------------------------

for n in $(seq 450); do
	printf '{"email":"u%d@example.net","last_name":"Number %d"}\n' "$n" "$n"
done >"$work/many.jsonl"
t 0 '"added":450'			import jsonl "$work/many.jsonl" --json --dry-run
json '[.dry_run, .added]'		'[true,450]'
t 0 ''					import jsonl "$work/many.jsonl" --json
json .				'{"dry_run":false,"added":450,"updated":0,"skipped":0,"present":0,"accounts":0,"noted":450,"refused":0,"unwritten":0,"ignored_columns":[]}'
t 0 ''					import jsonl "$work/many.jsonl" --json
json .present				450
t 0 ''					export "$work/all.jsonl" --json
json .users				452
t 4 'exists already'			export "$work/all.jsonl" --json
t 0 'users exported: 452'		export "$work/all2.jsonl"
t 0 ''					export -
lines 452
t 0 'ann@example.org'			user list --search LEE
lines 2
t 0 'bob@example.org'			user list --search 7@PBX
lines 2
t 0 ''					user list --search 'number 44'
lines 12
t 0 ''					user list --search 'number 44' --limit 3
lines 4
t 0 ''					user list --search ''
lines 453
t 0 '[]'				user list --search nobody --json
t 5 '--limit: must be'			user list --search x --limit 0
id=$("$here/doorwardctl" user list --search anna@ | wc -l)
[ "$id" = 1 ] || complain 'finds what is not there'

# --- tokens ----------------------------------------------------------------------

for ttl in 3600 172800 1728000; do
	t 0 ''				token add ann@example.org --name "for $ttl" --ttl "$ttl"
	cat "$work/out" >>"$work/secrets"
done
t 0 'for 3600'				token list --expires-within 1
lines 2
t 0 'for 172800'			token list --expires-within 3 --user ann@example.org
lines 3
t 0 ''					token list --expires-within 0
lines 1
t 0 ''					token list --expires-within 30
lines 4
t 5 '--expires-within: must be'		token list --expires-within -1
t 2 '--expires-within: must be'		token list --expires-within soon
uuid=$("$here/doorwardctl" token list --expires-within 1 | awk 'NR == 2 { print $NF }')
t 0 ''					token revoke "$uuid" --json
json '[.name, .uuid]' "[\"for 3600\",\"$uuid\"]"
t 3 'not found'				token revoke "$uuid" --json
t 0 ''					token revoke --user ann@example.org --all --json
json .tokens 2
t 0 ''					token prune --json
json .tokens 0

# --- everybody -------------------------------------------------------------------

for who in ann bob; do
	t 0 ''				token add "$who@example.org" --name one
	cat "$work/out" >>"$work/secrets"
done
t 2 'whom? give USER, or --all'		user logout
t 2 'takes no USER'			user logout --all bob@example.org
typed 5 'revoke all bearer tokens? [y/N]' '[y/N]' n -- user logout --all
t 0 ''					token list
lines 3
t 0 ''					user logout bob@example.org --json
json .tokens 1
typed 0 'tokens revoked: 1' '[y/N]' y -- user logout --all
t 0 ''					user logout --all --yes --json
json .tokens 0
t 0 ''					token list
lines 1

# --- others ----------------------------------------------------------------------

t 0 ''					account add Acme --level Level1 --json
json '[.name, .level]' '["Acme","Level1"]'
t 0 ''					account set Acme --balance 1.50 --json
json .name '"Acme"'
t 0 ''					account delete Acme --json
json .name '"Acme"'
t 3 'not found'				account delete Acme --json
t 0 ''					domain token add example.org --json
json '[.domain, .role, (.token | length > 20)]' '["example.org","user",true]'
uuid=$("$here/doorwardctl" domain token list | awk 'NR == 2 { print $NF }')
t 0 ''					domain token disable example.org "$uuid" --json
json .enabled false
t 0 ''					domain token disable example.org "$uuid"
t 0 ''					domain token enable example.org "$uuid" --json
json .enabled true
t 0 ''					domain token revoke example.org "$uuid" --json
json .uuid "\"$uuid\""
t 3 'not found'				domain token revoke example.org "$uuid" --json
t 0 ''					domain token prune --json
json .tokens 0
stdin '{"cdr":["r"]}'
t 0 ''					role set reader --json
json '[.name, .acl]' '["reader",{"cdr":["r"]}]'
t 0 ''					role delete reader --json
json .name '"reader"'
t 3 'not found'				role delete reader --json
t 0 ''					throttle clear --all --json
json .counts 0

finish
