#!/bin/bash
# SPDX-License-Identifier: ISC
# doorwardctl from outside: each row is a command, its exit code and its message.
# Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

# --- the command line ------------------------------------------------------------

t 0 'doorwardctl '			--version
t 0 'doorwardctl '			user --version
t 0 'doorwardctl '			user add --version
t 0 'user add EMAIL'			--help
t 0 'user add EMAIL'			-h
t 0 'doorwardctl '			-V
t 0 '--sip-login LOGIN'			user add -h
t 2 "invalid option -- 'x'"		-x
row='doorward -h'
run "$here/doorward" -h
judge 0 'usage: doorward'
row='doorward -V'
run "$here/doorward" -V
judge 0 'doorward '
t 0 '5  refused'			--help
t 0 'user add EMAIL'			user --help
lacks 'account add'
t 0 'user add EMAIL'			--help user
t 0 '--sip-login LOGIN'			user add --help
lacks '--email'
t 0 '--email EMAIL'			user set --help
t 0 'Example:'				token revoke --help
t 0 '--keep'				user delete --help bob@example.org
t 0 'usage: doorwardctl migrate --to CONFIG [OPTION ...]'	migrate --help
t 0 'usage: doorwardctl token add USER --name NAME [OPTION ...]'	token add --help
t 2 'which one? there are init, status, audit, upgrade, backup, restore, migrate, compact, check, user,'
t 2 'doorwardctl: user: which one? there are add, show,'	user
t 2 "there is no 'usr'; there are init,"	usr
t 2 "user: there is no 'ad'; there are add,"	user ad
t 2 "there is no 'add'"			add user
t 2 "unrecognized option '--fo'"	user list --fo
t 2 "unrecognized option '--fo'"	--fo user list
t 2 'usage: doorwardctl user list'	user list --fo
t 2 "invalid option -- 'x'"		user list -x
t 2 "'--limit' requires an argument"	user list --limit
t 2 "'--json' doesn't allow an argument"	user list --json=yes
t 2 'EMAIL is missing'			user add
t 2 "'b' is one argument too many"	user add a b
t 2 "'b' is one argument too many"	status 2 b
t 2 'exclude each other'		config show --defaults --json

# every option of every command is explained
"$here/doorwardctl" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z ]*[a-z]\) .*/\1/p' >"$work/commands"
while read -r command; do
	# shellcheck disable=SC2086
	t 0 "usage: doorwardctl $command" $command --help
	! grep -q '^  --.* $' "$work/out" || complain 'an option is not explained'
done <"$work/commands"

# --- the configuration -----------------------------------------------------------

t 0 "$work/doorward.conf: OK"		config check
t 0 'argon2_memory_kib = 8192'		config show
t 0 '#argon2_memory_kib = 19456'	config show --defaults
t 0 '"argon2_memory_kib":8192'		config show --json
json .argon2_iterations 1
json .bearer_may_create false
t 0 "$work/doorward.conf: OK"		--config "$work/doorward.conf" config check
t 0 "$work/doorward.conf: OK"		config check --config="$work/doorward.conf"
t 1 'No such file or directory; --config'	config check --config "$work/absent.conf"
t 1 'No such file or directory; --config'	user list --config "$work/absent.conf"
DOORWARD_CONFIG='' t 0 '#workers = 4'	config show --defaults
conf 'wrokers = 3'
t 1 "doorward.conf:6: no such option 'wrokers'"	config check
t 1 'the configuration cannot be used'	config check
t 1 ":4: no such option 'wrokers'"	config check --config <(printf '%s\n' '#' '# a' '' 'wrokers = 1')
t 1 'doorward.conf:6:'			user list
conf 'workers = 3000'
t 1 'doorward.conf:6: workers must be from 1 to 512 processes'	config check
conf 'oidc acme { issuer = "https://a.example" jwks_url = "https://a.example/k" client_ids = {"a", "b"} }'
t 0 'client_ids = {"a", "b"}'		config show
t 0 ''					config show --json
json '[.oidc[0].name, .oidc[0].client_ids, .cors_origins]' '["acme",["a","b"],[]]'
conf 'data_dir = "relative"'
t 1 'must be an absolute path'		config check
conf

# --- before there is a database ---------------------------------------------------

t 1 "'doorwardctl init' creates what is missing"	status
t 1 "'doorwardctl init' creates what is missing"	upgrade
t 1 "'doorwardctl init' creates what is missing"	user list
t 1 "'doorwardctl init' creates what is missing"	key list
t 1 'the directory above it does not exist'	init
[ -z "$(ls "$work/etc" 2>/dev/null)" ] || complain 'left something behind'
mkdir "$work/var"
t 0 "created directory $work/var/data"	init
grep -q "created key file $work/etc/master.key" "$work/out" || complain 'does not name the key file'
[ "$(stat -c %a "$work/var/data")" = 3770 ] || complain 'wrong mode of the directory'
[ "$(stat -c %a "$work/var/data/data.mdb")" = 660 ] || complain 'wrong mode of the database'
[ "$(stat -c %a "$work/etc/master.key")" = 600 ] || complain 'wrong mode of the key file'
[ "$(stat -c %s "$work/etc/master.key")" = 32 ] || complain 'wrong size of the key file'
before=$(cat "$work/var/data/data.mdb" "$work/etc/master.key" | sha256sum)
t 4 "init: $work/var/data: exists already"	init
[ "$before" = "$(cat "$work/var/data/data.mdb" "$work/etc/master.key" | sha256sum)" ] ||
	complain 'changed something'
t 0 'key_file_ok'			status
[ "$(field key_file_ok)" = yes ] || complain 'key file is not good'
typed 0 'key file    good'		-- status
typed 0 ' KiB of at most 4.0 GiB; '	-- status
[ "$(wc -l <"$work/out")" -le 23 ] || complain 'is longer than a screen'
typed 0 'jwt_key_created_on'		-- status --all
lines=$(wc -l <"$work/out")
row='status on a narrow terminal'
run "$here/tests/ctl/typist" -- sh -c "stty cols 30; '$here/doorwardctl' status"
! head -n 20 "$work/out" | tr -d '\r' | grep -E '.{31}' || complain 'is wider than it'
row='status on a wide terminal'
run "$here/tests/ctl/typist" -- sh -c "stty cols 200; '$here/doorwardctl' status --all"
grep -q jwt_key_created_on "$work/out" || complain 'leaves a field out'
[ "$(wc -l <"$work/out")" -le $((lines / 2 + 1)) ] || complain 'does not use its width'

# again and again: on a terminal until ^C, elsewhere until a signal
t 2 'SECONDS are for --watch'		status 5
t 2 'doorwardctl: status: SECONDS must be a number'		status --watch 0
t 2 'SECONDS must be a number'		status --watch 1x
typed 0 'requests per second'		'requests per second' '^C' -- status --watch 1
grep -q "$(printf '\033\\[H\033\\[J')" "$work/out" || complain 'is not redrawn'
for options in '' --json; do
	row="status --watch 1 $options"
	: >"$work/watched"
	# shellcheck disable=SC2086
	"$here/doorwardctl" status --watch 1 $options >"$work/watched" 2>&1 &
	watcher=$!
	for ((tries = 0; tries < 2000; tries++)); do
		[ "$(grep -c 'jwt_key_created_on' "$work/watched")" -lt 2 ] || break
		sleep 0.01
	done
	kill "$watcher"
	code=0
	wait "$watcher" || code=$?
	[ "$code" = 0 ] || complain "ends with $code"
	[ "$(grep -c 'jwt_key_created_on' "$work/watched")" -ge 2 ] || complain 'shows it once'
	! grep -q "$(printf '\033')" "$work/watched" || complain 'draws where there is no terminal'
done
t 0 'already has schema 5'		upgrade
t 0 ''					status --json
json '[.schema, .users, .tokens, .key_file_ok]' '[5,0,0,true]'

# --- keys ---------------------------------------------------------------------------

t 0 'SEALED BY'				key list
lines 5
t 0 ''					key list --json
json '[.[] | .purpose] | sort' '["domain","hash","jwt","session"]'

# --- accounts -------------------------------------------------------------------------

t 0 'NAME  EMAIL'			account list
t 0 '[]'				account list --json
t 0 ''					account add Acme --email Office@Acme.example --level Level1 --balance 99.87895
id=$(cat "$work/out")
t 4 'account add: Acme: exists already'	account add Acme
t 5 '--level: must be ServiceAccount'	account add Other --level Level9
t 5 '--balance: must be a decimal'	account add Other --balance 1e9
t 5 'must not be empty'			account add ''
t 2 "unrecognized option '--uuid'"	user set bob@example.org --uuid 1
t 2 "unrecognized option '--ha1b'"	user set bob@example.org --ha1b 1
t 2 "unrecognized option '--name'"	account add Other --name Other
t 0 ''					account add Other
t 0 'Level0'				account show "$(cat "$work/out")"
t 0 "$id"				account show Acme
[ "$(field balance)" = 99.87895 ] || complain 'balance changed'
t 0 ''					account show "$id" --json
json '[.name, .email, .level, .deleted_on]' '["Acme","office@acme.example","Level1",null]'
json .balance 99.87895
t 3 'account show: Nobody: not found'	account show Nobody
t 3 'show: No\u001b[31m: not found'	account show $'No\e[31m'
t 2 "'\\u009b' is one"		account show Nobody $'\xc2\x9b'
t 0 ''					account set Acme --name Acmé --balance -1
t 4 'account set: Acmé: exists already'	account set Other --name Acmé
t 2 'nothing to change'			account set Other
t 3 'not found'				account set Acme --balance 2
t 0 'Acmé'				account list
lines 3
t 0 ''					account list --json
json length 2
t 0 ''					account delete Other
t 3 'not found'				account delete Other

# --- users ----------------------------------------------------------------------------

stdin 'correct horse\n'
t 0 ''					user add Bob@Example.org --password-stdin --sip-login 100@sip.example --role Admin --first-name Bób --last-name "O'Neil" --dob 1990-02-03 --gender Male --phone-number +1 --avatar https://x.example/b --wss-online yes --account Acmé --gmail-user-id g1 --facebook-user-id f1 --apple-user-id a1 --wechat-user-id w1 --oidc-user-id keycloak:1 --oidc-user-id-2 second:7 --oidc-user-id-4 keycloak:9 --webitel-role root
bob=$(cat "$work/out")
t 0 'bob@example.org'			user show "$bob"
t 0 'bob@example.org'			user show BOB@example.org
t 0 'bob@example.org'			user show 100@SIP.example
[ "$(field first_name) $(field last_name) $(field account) $(field state)" = "Bób O'Neil Acmé live" ] ||
	complain 'shows other fields'
t 0 ''					user show "$bob" --json
json '[.uuid, .account.name, .account.balance, .wss_online, .dob]' \
	"[\"$bob\",\"Acmé\",-1,true,\"1990-02-03T00:00:00.000Z\"]"
json '[.sip_login, .gmail_user_id, .facebook_user_id, .apple_user_id, .wechat_user_id, .oidc_user_id, .oidc_user_id_2, .oidc_user_id_3, .oidc_user_id_4, .webitel_role]' \
	'["100@sip.example","g1","f1","a1","w1","keycloak:1","second:7",null,"keycloak:9","root"]'
json '[.gen, .password, .ha1b]' '[null,null,null]'
lacks ha1b
t 0 ''					user add ann@example.org --no-password
t 0 ''					user show ann@example.org --json
json '[.role, .account, .first_name, .wss_online, .password_set_on]' '["User",null,null,false,null]'

# names that are taken: the message names the one, of whatever kind
t 4 'user add: bob@example.org: exists already'	user add BOB@example.org --no-password
t 4 'user add: 100@sip.example: exists already'	user add 100@sip.example --no-password
t 4 'bob@example.org: exists already'	user add x@example.org --sip-login bob@example.org --no-password
t 4 '100@sip.example: exists already'	user add x@example.org --sip-login 100@sip.example --no-password
t 4 'g1: exists already'		user add x@example.org --gmail-user-id g1 --no-password
t 4 'keycloak:1: exists already'	user add x@example.org --oidc-user-id keycloak:1 --no-password
t 4 'second:7: exists already'		user add x@example.org --oidc-user-id-3 second:7 --no-password
t 4 'w1: exists already'		user set ann@example.org --wechat-user-id w1
t 4 '100@sip.example: exists already'	user set ann@example.org --email 100@sip.example
t 3 'not found'				user show x@example.org

# values against a rule
t 5 "needs exactly one '@'"		user add bob --no-password
t 5 "needs exactly one '@'"		user add a@b@c --no-password
t 5 'must not contain colons'		user add a:b@c --no-password
t 5 'must not contain colons'		user add 'a b@c' --no-password
t 5 'must not be empty'			user add '' --no-password
t 5 'must be UTF-8'			user add $'\xff@c' --no-password
t 5 'must be UTF-8'			user add x@example.org --no-password --first-name $'a\nb'
t 5 'must be UTF-8'			user add x@example.org --no-password --avatar $'\xed\xa0\x80'
t 5 'is too long'			user add "$(printf '%0255d' 0)@c" --no-password
t 5 '--role: must be Admin, User or Provider'	user add x@example.org --role Boss --no-password
t 5 '--gender: must be'			user add x@example.org --gender Yes --no-password
t 5 '--dob: must be a date'		user add x@example.org --dob 1990-02-30 --no-password
t 5 '--wss-online: must be yes or no'	user add x@example.org --wss-online maybe --no-password
t 3 '--account: there is no such account'	user add x@example.org --account Nobody --no-password
t 5 '--limit: must be a whole number'	user list --limit 0
t 2 '--limit: must be a whole number'	user list --limit ten
t 3 'not found'				user show x@example.org

# passwords
t 2 'there is no terminal'		user add x@example.org
t 2 'exclude each other'		user add x@example.org --password-stdin --no-password
stdin '1234567\n'
t 5 'x@example.org: the password is shorter than 8 characters'	user add x@example.org --password-stdin
stdin ''
t 5 'x@example.org: the password is empty'		user add x@example.org --password-stdin
stdin 'correct \xff horse\n'
t 5 'a password must be UTF-8'		user add x@example.org --password-stdin
stdin 'correct\rhorse\n'
t 5 'control characters'		user add x@example.org --password-stdin
stdin 'correct horse\r\r\n'
t 5 'control characters'		user add x@example.org --password-stdin
stdin '1234567\r\n'
t 5 'the password is shorter than 8 characters'		user add x@example.org --password-stdin
stdin 'correct\0horse\n'
t 5 'control characters'		user add x@example.org --password-stdin
stdin "$(printf '%01025d' 0)\n"
t 5 'longer than 1024 bytes'		user add x@example.org --password-stdin
stdin "$(printf '%01025d' 0)\r\n"
t 5 'longer than 1024 bytes'		user add x@example.org --password-stdin
stdin "$(printf '%01024d' 0)\r\n"
t 0 ''					user add x@example.org --password-stdin
stdin 'öööööööö'
t 0 ''					user passwd x@example.org --password-stdin
stdin 'correct horse\r\n'
t 0 ''					user passwd x@example.org --password-stdin
stdin 'correct horse\r'
t 0 ''					user passwd x@example.org --password-stdin
stdin 'ööööööö'
t 5 'the password is shorter than 8 characters'		user passwd x@example.org --password-stdin
stdin 'battery staple\n'
t 3 'user passwd: y@example.org: not found'	user passwd y@example.org --password-stdin
t 2 'there is no terminal'		user passwd x@example.org

# at a terminal
typed 0 'Repeat the password:' 'ann@example.org:' 'battery staple' 'Repeat the password:' 'battery staple' -- user passwd ann@example.org
typed 5 'the two passwords differ' 'ann@example.org:' 'battery staple' 'Repeat the password:' 'correct horse' -- user passwd ann@example.org
typed 5 'not confirmed' '[y/N]' 'n' -- user delete x@example.org
typed 5 'not confirmed' '[y/N]' '' -- user delete x@example.org
row='at a terminal: ^C at the prompt'
run "$here/tests/ctl/typist" 'ann@example.org:' '^C' -- \
	sh -c "trap : INT; '$here/doorwardctl' user passwd ann@example.org; echo ended with \$?; stty -a"
grep -q 'ended with 130' "$work/out" || complain 'does not end'
grep -q ' echo ' "$work/out" || complain 'leaves the terminal without echo'

# lists
t 0 'EMAIL '				user list
lines 4
t 0 ''					user list --limit 2
lines 3
t 0 ''					user list --json --limit 2
json length 2
t 0 ''					user list --json
json '[.[].email] | sort' '["ann@example.org","bob@example.org","x@example.org"]'

# life and death
t 0 ''					user set ann@example.org --first-name Ann --email anna@example.org
t 0 ''					user set anna@example.org --first-name '' --role Provider
t 0 ''					user show anna@example.org --json
json '[.first_name, .role]' '[null,"Provider"]'
modified=$(jq -c .modified_on "$work/out")
t 0 ''					user set anna@example.org --first-name '' --role Provider
t 0 ''					user enable anna@example.org
t 0 ''					user show anna@example.org --json
json .modified_on "$modified"
t 3 'not found'				user show ann@example.org
t 5 'must not be empty'			user set anna@example.org --email ''
t 2 'nothing to change'			user set anna@example.org
t 0 ''					user set "$bob" --account ''
t 0 ''					user disable "$bob"
t 0 'disabled'				user show "$bob"
t 0 ''					user enable "$bob"
t 0 'live'				user show "$bob"
for command in set passwd disable enable delete logout show; do
	t 3 "user $command: nobody@example.org: not found"	user $command nobody@example.org
done
t 0 ''					user delete anna@example.org --keep
t 0 'deleted'				user show anna@example.org
t 4 'anna@example.org: reserved by a deleted user'	user add anna@example.org --no-password
t 0 ''					user add other@example.org --no-password
t 4 'anna@example.org: reserved by a deleted user'	user set other@example.org --sip-login anna@example.org
t 0 ''					user delete other@example.org --yes
t 0 ''					user delete anna@example.org --yes
t 3 'not found'				user show anna@example.org
typed 0 'Delete the user x@example.org' '[y/N]' 'y' -- user delete x@example.org
t 3 'not found'				user show x@example.org

# --- tokens ---------------------------------------------------------------------------

t 0 'TOKEN  NAME'			token list
t 0 '[]'				token list --json

# for a program, whose user has no password
t 0 ''					user add ci@example.org --no-password
t 0 ''					token add ci@example.org --name deploy --ttl 3600
grep -qE '^[0-9A-Za-z]{48}$' "$work/out" || complain 'does not print a token'
lines 1
cat "$work/out" >>"$work/secrets"
rows=$((rows + 1))
row='token add --json'
"$here/doorwardctl" token add CI@example.org --name 'nightly backup' --scope guard --json >"$work/json" ||
	complain "exit code $?"
cp "$work/json" "$work/out"
json keys_unsorted '["name","ttl","token","expired_on","uuid","created_on","modified_on","scope","addresses"]'
json '[.name, .ttl, (.token | length), .scope, .addresses]' '["nightly backup",86400,48,["guard"],null]'
grep -oE '[0-9A-Za-z]{48}' "$work/json" >>"$work/secrets"
t 0 'nightly backup'			token list --user ci@example.org
lines 3
t 2 'give --name'			token add ci@example.org
t 3 'token add: nobody@example.org: not found'	token add nobody@example.org --name a
t 5 '--ttl: must be a whole number from 60 to 315360000'	token add ci@example.org --name a --ttl 59
t 5 '--ttl: must be a whole number from 60'	token add ci@example.org --name a --ttl 315360001
t 2 '--ttl: must be a whole number from 60'	token add ci@example.org --name a --ttl 1d
t 2 '--expires-within: must be a whole number'	token list --expires-within soon
t 5 '--name: must have visible'		token add ci@example.org --name ''
t 5 '--name: must have visible'		token add ci@example.org --name ' '
t 5 '--name: must have visible'		token add ci@example.org --name $'a\eb'
t 5 '--name: must have visible'		token add ci@example.org --name $'a\xe2\x80\xaeb'
t 5 '--name: must be UTF-8'		token add ci@example.org --name $'\xff'
t 5 '--name: has at most 255'		token add ci@example.org --name "$(printf '%0256d' 0)"
conf 'max_tokens_per_user = 2'
t 5 'max_tokens_per_user tokens already'	token add ci@example.org --name third
conf
t 0 ''					user disable ci@example.org
t 0 ''					user delete ci@example.org --keep
t 3 'the user is deleted'		token add ci@example.org --name late
t 0 ''					user delete ci@example.org --yes
t 0 ''					user add ann@example.org --no-password
"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" bob@example.org 3 3600 10 >>"$work/secrets" || failed=$((failed + 1))
"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" ann@example.org 1 3600 10 >>"$work/secrets" || failed=$((failed + 1))
t 0 'ann@example.org'			token list
lines 5
lacks $'\x1b'
grep -qF 'token\u001b[31m 0' "$work/out" || complain 'does not escape what a terminal would obey'
t 0 'bob@example.org'			token list --user 100@sip.example
lines 4
lacks ann@example.org
t 0 ''					token list --user bob@example.org --json
json length 3
json '.[0] | keys_unsorted' '["uuid","user","created_on","modified_on","expired_on","ttl","token","name","scope","addresses","last_used_on","last_used_ip"]'
json '[.[].token | length] | unique' '[5]'
json 'map([.last_used_on, .last_used_ip]) | unique' '[[null,null]]'
cp "$work/out" "$work/listed"
t 0 '[]'				token list --user bob@example.org --unused-days 1 --json
t 0 'LAST USED'				token list --user bob@example.org --unused-days 0
lines 4
t 2 '--unused-days: must be a whole number from 0'	token list --unused-days x
cp "$work/listed" "$work/out"
token=$(grep -o '"uuid":"[^"]*"' "$work/out" | head -1 | cut -d'"' -f4)
t 3 'token list: nobody@example.org: not found'	token list --user nobody@example.org
t 5 '--scope: a name in it must have'	token add bob@example.org --name a --scope Guard
t 5 '--scope: has no element'		token add bob@example.org --name a --scope ''
t 5 '--scope: has at most 32'		token add bob@example.org --name a --scope "$(seq -s, 33)"
t 5 '--address: must be addresses'	token add bob@example.org --name a --address 192.0.2.1/24
t 5 '--address: has at most 16'		token add bob@example.org --name a --address "$(seq -f ::%g -s, 17)"
t 5 '--scope: a name in it must have'	token set "$token" --scope 'a,*'
t 3 'not found'				token set "$token" --user ann@example.org --scope guard
t 5 'not a uuid'			token set x --name y
t 0 ''					token set "$token" --scope guard --scope own:x,own:y --address 192.0.2.0/24 --name other
t 0 'guard own:x own:y  192.0.2.0/24'	token list --user bob@example.org
t 0 ''					token set "$token" --address ::1,2001:DB8::/32 --ttl 600 --json
json '[.scope, .addresses, .ttl, .name]' '[["guard","own:x","own:y"],["::1","2001:db8::/32"],600,"other"]'
t 0 ''					token set "$token" --scope '*' --user bob@example.org --json
json '[.scope, .addresses[0]]'		'[null,"::1"]'
t 5 '--grace: must be a whole number from 0 to 604800'	token rotate "$token" --grace 604801
t 3 'not found'				token rotate "$token" --user ann@example.org
t 0 ''					token rotate "$token" --grace 600 --json
json keys_unsorted '["name","ttl","token","expired_on","uuid","created_on","modified_on","scope","addresses"]'
json '[.name, .ttl, (.token | length)]' '["other",600,48]'
fresh=$(grep -o '"uuid":"[^"]*"' "$work/out" | cut -d'"' -f4)
t 5 'it was replaced before'		token rotate "$token"
t 0 ''					token revoke "$fresh" --json
json '[.name, .addresses]'		'["other",["::1","2001:db8::/32"]]'
t 3 'not found'				token revoke "$token" --user ann@example.org
t 3 'nobody@example.org: not found'	token revoke "$token" --user nobody@example.org
t 0 ''					token revoke "$token" --user bob@example.org
t 3 "token revoke: $token: not found"	token revoke "$token"
t 5 'not a uuid'			token revoke "$(tail -1 "$work/secrets" | cut -c1-8)"
t 2 'which token?'			token revoke
t 2 'which token?'			token revoke --user bob@example.org
t 2 '--all needs --user'		token revoke --all
t 2 '--all needs --user'		token revoke "$token" --user bob@example.org --all
t 0 'tokens revoked: 2'			token revoke --user bob@example.org --all
t 0 'tokens revoked: 0'			token revoke --user bob@example.org --all
t 0 'tokens revoked: 1'			user logout ann@example.org
t 0 'expired tokens removed: 0'		token prune
"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" ann@example.org 5 60 3600 >>"$work/secrets" || failed=$((failed + 1))
t 0 '[]'				token list --json
t 0 ''					status --json
json .tokens 5
t 0 'expired tokens removed: 0'		token prune
t 0 'expired tokens removed: 5'		token prune --now
stdin 'correct horse'
t 0 ''					user passwd bob@example.org --password-stdin
"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" bob@example.org 2 3600 10 >>"$work/secrets" || failed=$((failed + 1))
stdin 'battery staple'
t 0 ''					user passwd bob@example.org --password-stdin
t 0 ''					token list --user bob@example.org
lines 3
stdin 'battery staple'
t 0 ''					user passwd bob@example.org --password-stdin --revoke-tokens
t 0 ''					token list --user bob@example.org
lines 1

t 0 ''					user set ann@example.org --account Acmé
t 5 'users still belong to it'		account delete Acmé

# --- leaked tokens ----------------------------------------------------------------------

"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" bob@example.org 3 3600 10 >"$work/leaked" || failed=$((failed + 1))
conf 'token_prefix = dwt_'
"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" ann@example.org 2 3600 10 >>"$work/leaked" || failed=$((failed + 1))
conf
cat "$work/leaked" >>"$work/secrets"
{
	echo 'nothing in this line'
	echo "GET /?bearer=$(sed -n 1p "$work/leaked") 200"
	echo "GET /?bearer=$(sed -n 1p "$work/leaked") 401"
	echo "url=https://x:$(sed -n 4p "$work/leaked")@git.example.org/"
} >"$work/access.log"
{
	head -c 200000 /dev/urandom
	printf '\0auth":"%s"' "$(printf 'bob:%s' "$(sed -n 2p "$work/leaked")" | base64 -w0)"
	head -c 200000 /dev/urandom
	sed -n 5p "$work/leaked"
} >"$work/core"
printf '%s' "$(sed -n 1p "$work/leaked")" >"$work/again"

# scan EXIT FINDINGS ARGUMENT ...: how many lines it prints
scan()
{
	local want=$1 findings=$2

	shift 2
	row="doorwardctl token scan $*"
	run "$here/doorwardctl" token scan "$@"
	[ "$code" = "$want" ] || complain "exit code $code, not $want"
	lines "$findings"
}

t 2 'FILE... is missing'		token scan
t 0 ''					token scan /dev/null
t 0 '[]'				token scan /dev/null --json
scan 5 2 "$work/access.log"
grep -q "access.log:2: .*… (token.* 0) of bob@example.org, uuid .*-" "$work/out" || complain 'does not say where'
grep -q "access.log:4: dwt_....… " "$work/out" || complain 'does not show the prefix'
grep -q '2 live tokens found' "$work/err" || complain 'does not count'
scan 5 5 "$work/access.log" "$work/core" "$work/again"
cp "$work/core" "$work/in"
scan 5 2 -
grep -q '^-:' "$work/out" || complain 'does not name standard input'
scan 1 2 "$work/absent" "$work" "$work/access.log"
[ "$(cat "$work/err")" = "doorwardctl: token scan: $work/absent: No such file or directory
doorwardctl: token scan: $work: Is a directory
doorwardctl: token scan: not everything was searched" ] || complain 'does not say what was not searched'
for name in "$work/absent: No such file or directory" "$work: Is a directory"; do
	scan 1 0 "${name%: *}"
	[ "$(cat "$work/err")" = "doorwardctl: token scan: $name" ] || complain 'does not say why, once'
done
iconv -f ASCII -t UTF-16 "$work/access.log" >"$work/wide.log"
scan 5 2 "$work/wide.log"
grep -q 'wide.log:4: ' "$work/out" || complain 'does not say where'
gzip -c "$work/access.log" >"$work/access.log.gz"
scan 1 0 "$work/access.log.gz"
grep -q 'access.log.gz: is compressed; search it by zcat' "$work/err" || complain 'is silent'
scan 1 2 "$work/access.log.gz" "$work/access.log"
grep -q 'access.log.gz: is compressed' "$work/err" || complain 'is silent'
zcat "$work/access.log.gz" >"$work/in"
scan 5 2 -
scan 5 5 "$work/access.log" "$work/again" --json
json 'map(keys_unsorted) | unique' '[["file","line","token","name","user","expired_on","uuid","revoked"]]'
json 'map([(.file | sub(".*/"; "")), .line, .user, .revoked])' '[["access.log",2,"bob@example.org",false],["access.log",4,"ann@example.org",false],["again",1,"bob@example.org",false]]'
t 0 ''					user disable bob@example.org
scan 5 2 "$work/access.log"
t 0 ''					user enable bob@example.org
scan 0 3 "$work/access.log" "$work/again" --revoke
grep -q 'again:1: .*, revoked$' "$work/out" || complain 'does not show the place of a revoked one'
t 0 ''					token scan "$work/access.log"
lines 0
scan 5 2 "$work/core"
scan 1 2 "$work/absent" "$work/core" --revoke
t 0 ''					token scan "$work/core" "$work/again"
t 0 'tokens revoked: 1'			token revoke --user bob@example.org --all

# --- Webitel: sessions, static tokens of domains, roles -----------------------------------

t 0 'LOGIN  CREATED'			user sessions bob@example.org
t 0 '[]'				user sessions bob@example.org --json
t 3 'user sessions: nobody@example.org: not found'	user sessions nobody@example.org
t 0 'KIND  BEGAN'			session list bob@example.org
t 0 '[]'				session list bob@example.org --json
t 3 'session list: nobody@example.org: not found'	session list nobody@example.org
t 5 'not a uuid'			session end bob@example.org 1
t 3 'the user has no such login'	session end bob@example.org 8f3ac2d1-55f0-4c1e-9a6e-2f6f0c2b7d10
t 3 'session end: nobody@example.org: not found'	session end nobody@example.org 8f3ac2d1-55f0-4c1e-9a6e-2f6f0c2b7d10

t 0 'DOMAIN  ROLE'			domain token list
t 0 '[]'				domain token list --json
t 0 ''					domain token add Example.org
cat "$work/out" >>"$work/secrets"
[ "$(tr -cd . <"$work/out")" = .. ] || complain 'does not print a JWT'
t 0 ''					domain token add other.example --role root --days 36500
cat "$work/out" >>"$work/secrets"
t 0 'example.org'			domain token list
lines 3
t 0 ''					domain token list --json
json '[.[] | [.domain, .role, .created_by, .enabled]]' \
	'[["example.org","user","doorwardctl",true],["other.example","root","doorwardctl",true]]'
json '.[0] | keys_unsorted' '["uuid","domain","role","created_by","created_on","expired_on","enabled"]'
t 0 'other.example'			domain token list --domain OTHER.example
lacks '  user'
token=$(grep -oE '[0-9a-f]{8}-[0-9a-f-]{27}' "$work/out")
t 0 '[]'				domain token list --domain nobody.example --json
for command in disable enable disable; do
	t 0 ''				domain token $command Other.example "$token"
	t 0 ''				domain token list --domain other.example --json
	json '.[0].enabled' "$([ $command = enable ] && echo true || echo false)"
done
for command in disable enable revoke; do
	t 3 "domain token $command: $token: not found"	domain token $command example.org "$token"
	t 5 'not a uuid'		domain token $command other.example "${token%?}"
	t 5 'not a domain'		domain token $command '*' "$token"
	t 2 'UUID is missing'		domain token $command other.example
done
t 0 ''					domain token revoke other.example "$token"
t 3 'not found'				domain token revoke other.example "$token"
t 5 'nosuch: no such role'		domain token add example.org --role nosuch
t 5 'no such role'			domain token add example.org --role ''
t 5 'no such role'			domain token add example.org --role Root
t 5 'not a domain'			domain token add ''
t 5 'not a domain'			domain token add '*'
t 5 'not a domain'			domain token add a@b
t 5 'not a domain'			domain token add a/b
t 5 'not a domain'			domain token add "$(printf '%0255d' 0)"
t 5 'not a domain'			domain token list --domain ''
t 5 '--days: at most 36500'		domain token add example.org --days 36501
t 5 '--days: must be a whole number'	domain token add example.org --days 0
t 2 '--days: must be a whole number'	domain token add example.org --days 1d
t 5 '--days: must be a whole number'	domain token add example.org --days -1
t 0 ''					domain token list
lines 2
t 0 ''					domain token add example.org --days 30
cat "$work/out" >>"$work/secrets"
t 0 ''					domain token list --json
json '[.[].expired_on] | . == sort' true
t 0 'expired tokens removed: 0'		domain token prune
conf 'max_domain_tokens = 2'
t 5 'max_domain_tokens tokens already'	domain token add example.org
t 0 ''					domain token add another.example
cat "$work/out" >>"$work/secrets"
conf
t 2 "'x' is one argument too many"	domain token prune x

acl()
{
	stdin "$1\n"
	t "$2" "$3"			role set operator
}

t 0 'ROLE   MODIFIED'			role list
lines 4
t 0 ''					role list --json
json '[.[].name] | sort' '["admin","root","user"]'
json '.[] | select(.name == "user") | [.modified_on, .acl.cdr]' '[null,["ro"]]'
t 0 '{"license":["*"],'			role show root
json '[.[]] | unique' '[["*"]]'
t 3 'role show: operator: not found'	role show operator
t 3 'role delete: user: not found'	role delete user
acl '{"cdr":["r","uo"],"book":["*"]}'	0 ''
t 0 '{"cdr":["r","uo"],"book":["*"]}'	role show operator
acl '{}'				0 ''
acl '{"cdr":[]}'			0 ''
acl ''					5 'an ACL is a JSON object such as'
acl '[]'				5 'an ACL is a JSON object'
acl 'null'				5 'an ACL is a JSON object'
acl '{"cdr":"r"}'			5 'an ACL is a JSON object'
acl '{"cdr":["x"]}'			5 'letters are c, r, u, d'
acl '{"cdr":["r"],"book":["rr"]}'	5 'letters are c, r, u, d'
acl '{"cdr":["o"]}'			5 'letters are c, r, u, d'
acl '{"cdr":["*o"]}'			5 'letters are c, r, u, d'
acl '{"cdr":["or"]}'			5 'letters are c, r, u, d'
acl '{"cdr":["R"]}'			5 'letters are c, r, u, d'
acl '{"cdr":[""]}'			5 'letters are c, r, u, d'
acl '{"cdr":["\\u0000"]}'		5 'letters are c, r, u, d'
acl '{"cdr":["*\\u0000"]}'		5 'letters are c, r, u, d'
acl '{"cdr":[1]}'			5 'letters are c, r, u, d'
acl '{"cdr":["r"]} x'			5 'an ACL is a JSON object'
acl '{"cdr":["r"]}\0{}'		5 'contains a NUL'
acl "{\"$(printf '%04090d' 0)\":[]}"	5 'at most 4095 bytes'
acl "{\"$(printf '%04088d' 0)\":[]}"	0 ''
stdin '{}'
t 5 'a role has a name'			role set ''
stdin '{}'
t 5 'a role has a name'			role set $'a\nb'
stdin '{}'
t 5 'a role has a name'			role set "$(printf '%064d' 0)"
stdin '{}'
t 0 ''					role set "$(printf '%063d' 0)"
t 0 ''					role delete "$(printf '%063d' 0)"
printf '{"domain":["*"]}' >"$work/acl.json"
t 0 ''					role set operator "$work/acl.json"
t 0 '{"domain":["*"]}'			role show operator
t 0 ''					role list --json
modified=$(jq -c '.[] | select(.name == "operator") | .modified_on' "$work/out")
t 0 ''					role set operator "$work/acl.json"
t 0 ''					role list --json
json '.[] | select(.name == "operator") | .modified_on' "$modified"
t 1 'No such file'			role set operator "$work/absent.json"
t 1 "$work: Is a directory"		role set operator "$work"
t 1 "restore: $work: Is a directory"	restore "$work"
t 1 "import: $work: Is a directory"	import csv "$work"
t 0 ''					domain token add example.org --role operator
cat "$work/out" >>"$work/secrets"
t 0 ''					role delete operator
t 3 'not found'				role show operator
stdin '{"cdr":["r"]}'
t 0 ''					role set user
t 0 '{"cdr":["r"]}'			role show user
t 0 ''					role list
lines 4
t 0 ''					role delete user
t 0 '"acl/roles":["r"]'			role show user

# many: more than a page
for n in $(seq 220); do
	"$here/doorwardctl" account add "many $n" >/dev/null || failed=$((failed + 1))
done
t 0 ''					account list
lines 222
t 0 ''					account list --json
json '[.[].uuid] | (length, (unique | length))' "$(printf '221\n221')"

# --- faults ---------------------------------------------------------------------------

row='a full disk'
code=0
"$here/doorwardctl" account list 2>"$work/err" >/dev/full || code=$?
[ "$code" = 1 ] || complain "exit code $code, not 1"
mv "$work/etc/master.key" "$work/etc/other.key"
t 1 'No such file or directory'		account list
run "$here/doorwardctl" status
[ "$code $(field key_file_ok)" = '1 no' ] || complain 'takes an absent key file for good'
head -c 32 /dev/urandom >"$work/etc/master.key"
chmod 600 "$work/etc/master.key"
t 1 'put the copy of the right key file back'	account list
chmod 644 "$work/etc/master.key"
t 1 'must be 0600 or 0640'		account list
mv "$work/etc/other.key" "$work/etc/master.key"
t 0 ''					user list
if [ "$(id -u)" != 0 ]; then
	chmod 000 "$work/var/data"
	t 1 'run it as root or as the user of the service'	user list
	chmod 3770 "$work/var/data"
fi

# --- root, for a service that is not -----------------------------------------------------

nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'
if [ "$(id -u)" = 0 ] && $nobody test -x "$here/doorwardctl" 2>/dev/null; then
	rm -rf "${work:?}/var/data" "${work:?}/etc"
	install -d -m 750 -o 65534 -g 65534 "$work/var/data"
	t 0 'created key file'			init
	[ "$(stat -c '%u %g %a' "$work/etc/master.key")" = '0 65534 640' ] ||
		complain 'the service cannot read the key file'
	t 0 ''					user add ann@example.org --no-password
	for command in 'user list' 'token prune' status 'user delete ann@example.org'; do
		row="as nobody: doorwardctl $command"
		# shellcheck disable=SC2086
		run $nobody "$here/doorwardctl" $command
		[ "$code" = 0 ] || complain "exit code $code, not 0"
	done
	# all of the above, once more without privileges
	$nobody "$0" || failed=$((failed + 1))
fi

finish
