#!/bin/bash
# SPDX-License-Identifier: ISC
# The keys of the service from outside: rotate, list and retire.
# Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

# key STATE PURPOSE: the id of the only such key
key()
{
	"$here/doorwardctl" key list | awk -v s="$1" -v p="$2" '$2 == p && $3 == s { print $1 }'
}

mkdir "$work/var" "$work/run"
t 0 'created database'			init
t 0 ''					user add ann@example.org --no-password
t 0 ''					user add bob@example.org --no-password
for n in 1 2 3; do
	t 0 ''				token add ann@example.org --name "old $n"
	cat "$work/out" >>"$work/secrets"
done
t 0 ''					domain token add example.org
cat "$work/out" >>"$work/secrets"

# --- the command line ------------------------------------------------------------

t 2 "'b' is one argument too many"	key rotate jwt b
t 2 'tea: no such purpose; there are hash, jwt, session, domain, jwt-es256, jwt-rs256 and jwt-eddsa'	key rotate tea
t 2 'no such purpose'			key rotate ''
t 2 'ID is missing'			key retire
t 3 'nobody: not found'			key retire nobody --yes
t 3 'not found'				key retire '' --yes
t 0 '--yes'				key retire --help

# --- rotate ----------------------------------------------------------------------

t 0 'current'				key list
lines 5
lacks accepted
first=$(key current hash) jwt=$(key current jwt) domain=$(key current domain)
t 5 "$first: it is the current key of its purpose"	key retire "$first" --yes
t 0 'hash'				key rotate hash
lines 2
second=$(key current hash)
[ -n "$second" ] && [ "$second" != "$first" ] || complain 'the key is not a new one'
t 0 ''					token add bob@example.org --name new
cat "$work/out" >>"$work/secrets"
t 0 '3 bearer tokens'			key list
t 0 '1 bearer token'			key list
t 0 '"state":"current"'			key list --json
json '[.[] | select(.purpose == "hash") | [.state, .tokens, .sessions, .ha1b]]' \
	'[["accepted",3,0,0],["current",1,0,0]]'
json '[.[] | keys_unsorted] | unique' '[["id","purpose","state","created_on","age_days","retired_on","sealed_by","tokens","sessions","ha1b","domain_tokens","jwts_until"]]'
t 0 ''					key rotate --json
json 'length' 4
json '[.[] | .purpose]' '["hash","jwt","session","domain"]'
t 0 'JWTs until '			key list
lines 10

# --- retire ----------------------------------------------------------------------

typed 5 'Retire this hash key, and end 3 bearer tokens? [y/N]' '[y/N]' n -- key retire "$first"
t 0 '3 bearer tokens'			key list
typed 0 'ended: 3 bearer tokens' '[y/N]' y -- key retire "$first"
t 3 'not found'				key retire "$first" --yes
t 0 'new'				token list
lacks 'old 1'
lines 2
t 0 ''					key retire "$domain" --yes --json
json '[.purpose, .state, .domain_tokens, .tokens]' '["domain","retired",1,0]'
t 0 ''					domain token list
lines 1
t 0 'ended: JWTs until 2'		key retire "$jwt"
t 0 'ended: nothing'			key retire "$(key accepted session)"
t 0 'ended: 1 bearer token'		key retire "$second"
t 0 ''					key list
lacks accepted
lines 5
t 0 'tokens                0'		status

# a retirement that was interrupted goes on: what is left is no longer valid
for n in $(seq 20); do
	t 0 ''				token add ann@example.org --name "more $n"
	cat "$work/out" >>"$work/secrets"
done
third=$(key current hash)
t 0 ''					key rotate hash
t 0 '20 bearer tokens'			key list
ms=1
until timeout -s KILL "0.$(printf %03d "$ms")" "$here/doorwardctl" key retire "$third" \
	>/dev/null 2>&1; do
	case $("$here/doorwardctl" key list | awk -v id="$third" '$1 == id { print $3 }') in
	accepted | retired) ;;
	'') break ;;			# it was killed after its last write
	*) complain 'the key is in no state' ;;
	esac
	ms=$((ms + 1 + ms / 16))
done 2>/dev/null
echo "killed within $ms ms"
t 0 ''					key list
lacks accepted
lacks retired
t 0 'tokens                0'		status

# many users, whose pages are counted
for n in $(seq 3); do
	t 0 ''				key rotate
done
t 0 ''					key list
lines 17

# --- keys for others: made when jwt_alg asks for them, rotated alone or with the rest ----

t 0 ''					key rotate
lacks 'jwt-'
for alg in ES256 RS256 EdDSA; do
	purpose=jwt-${alg,,}
	conf "jwt_alg = \"$alg\""
	t 0 "$purpose"			key rotate "$purpose"	# makes the first as well, as the service does
	t 0 'ended: nothing'		key retire "$(key waiting "$purpose")"
	one=$(key current "$purpose")
	[ -n "$one" ] || complain 'there is no such key'
	t 5 "$one: it is the current key of its purpose"	key retire "$one" --yes
	t 0 "$purpose"			key rotate "$purpose" --json
	json '[.[] | .purpose]' "[\"$purpose\"]"
	two=$(key waiting "$purpose")
	[ -n "$two" ] && [ "$one" = "$(key current "$purpose")" ] || complain 'the new key signs early'
	typed 5 "This $purpose key still signs." '[y/N]' n -- key retire "$one"
	typed 5 "Retire it now, and end JWTs until 2" '[y/N]' n -- key retire "$one"
	t 5 "$one: it still signs; wait until"	key retire "$one"
	typed 5 "Retire this $purpose key, and end nothing" '[y/N]' n -- key retire "$two"
	t 0 'ended: nothing'		key retire "$two"
	t 0 "$purpose"			key rotate
	two=$(key waiting "$purpose")
	[ "$one" = "$(key current "$purpose")" ] || complain 'a key that never signed was replaced'
	t 0 'ended: JWTs until 2'	key retire "$one" --yes
	t 3 'not found'			key retire "$one" --yes
	[ "$two" = "$(key current "$purpose")" ] || complain 'the only key does not sign'
	conf "jwt_alg = \"$alg\""$'\n'"jwt_key_lead_s = 0"
	t 0 "$purpose"			key rotate "$purpose"
	t 0 'accepted'			key list
	three=$(key current "$purpose")
	[ "$(key accepted "$purpose")" = "$two" ] || complain 'the former key still signs'
	typed 5 "Retire this $purpose key, and end JWTs until 2" '[y/N]' n -- key retire "$two"
	t 0 '"jwts_until":"2'		key retire "$two" --yes --json
	json '[.purpose, .state]' "[\"$purpose\",\"retired\"]"
	conf ''
	t 0 'hash'			key rotate
	lacks "$purpose"
	[ "$(key accepted "$purpose")" = "$three" ] || complain 'what does not sign is current'
	t 0 "$purpose"			key rotate "$purpose"	# before jwt_alg is changed
	t 0 "JWTs from when jwt_alg was $alg"	key list
	t 0 'ended: JWTs until 2'	key retire "$three"
	typed 5 "and end JWTs from when jwt_alg was $alg?" '[y/N]' n -- key retire "$(key accepted "$purpose")"
	[ "$alg" = EdDSA ] ||
		t 0 'ended: JWTs from'	key retire "$(key accepted "$purpose")"
done
t 0 ''					check

# --- without the key file: what takes rights away works, what adds does not ----------

mv "$work/etc/master.key" "$work/etc/away"
t 0 'accepted'				key list
t 1 "master.key"			key rotate
t 0 'ended: nothing'			key retire "$(key accepted hash | head -1)" --yes
mv "$work/etc/away" "$work/etc/master.key"

t 0 ''					check

# as many keys as there can be
for n in $(seq 20); do
	"$here/doorwardctl" key rotate >/dev/null 2>&1 || break
done
t 5 'there are as many keys as there can be'	key rotate
t 0 ''					user list
t 0 ''					key retire "$(key accepted jwt | head -1)" --yes
t 0 'jwt'				key rotate jwt

finish
