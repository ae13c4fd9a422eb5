#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# Secrets that clients have presented or got are nowhere afterwards: not in the memory of the
# processes, which only root may read, nor in the database, its backup, an export or a log.
# What the service itself needs again stays in memory: keys, and the secrets that keep() names.
# Run by stack.sh --provider, with the settings of lighttpd-leftovers.sh.
set -euo pipefail

# shellcheck source=tests/e2e/client.sh
. "$(dirname "$0")/client.sh"

memory=tests/e2e/memory
copies=$E2E_DIR/copies
secrets=$E2E_DIR/known-secrets
kept=$E2E_DIR/kept-secrets
email=${E2E_USER%%:*}
json=(-H 'Content-Type: application/json')
: >"$secrets"
: >"$kept"

# secret NAME TEXT: is looked for
secret() {
	[ ${#2} -ge 8 ] || fail "no $1: $2"
	printf '%s\t%s\n' "$1" "$2" >>"$secrets"
}

# keep NAME TEXT REASON: stays in memory for that reason, but is in no file
keep() {
	printf '%s\t%s\n' "$1" "$2" >>"$kept"
	echo "the $1 stays in memory: $3"
}

# signature NAME JWT: cannot be used without the rest, nor the rest without it
signature() {
	secret "$1" "${2##*.}"
}

# ok WHAT CURL-ARGUMENT...: the request is answered with 2xx; its body is in $answer
ok() {
	answer=$("${ask[@]}" --fail "${@:2}") || fail "$1"
}

# refused WHAT CURL-ARGUMENT...
refused() {
	each '401|403|404' "$@"
}

basic() {
	printf %s "$1" | base64 -w 0
}

make_secrets() {
	local key

	ok 'Basic' -u "$E2E_USER" "$auth"
	secret password "${E2E_USER#*:}"
	secret 'Basic credentials' "$(basic "$E2E_USER")"
	jwt=$(member token <<<"$answer")
	secret JWT "$jwt"
	signature 'signature of the JWT' "$jwt"
	ok 'a token' -H "X-Auth-Token: $jwt" "${json[@]}" -d '{"name":"a","ttl":3600}' "$E2E_HTTPS/rest/token"
	bearer=$(member token <<<"$answer")
	secret 'bearer token' "$bearer"
	ok 'a token to rotate' -H "X-Auth-Token: $jwt" "${json[@]}" -d '{"name":"b","ttl":3600}' \
		"$E2E_HTTPS/rest/token"
	rotated=$(member token <<<"$answer")
	secret 'rotated token' "$rotated"
	ok 'its rotation' -H "X-Auth-Token: $jwt" "${json[@]}" -d '{"grace":3600}' \
		"$E2E_HTTPS/rest/token/$(member uuid <<<"$answer")/rotate"
	successor=$(member token <<<"$answer")
	secret 'its successor' "$successor"
	ok 'a login' "${json[@]}" -d "{\"username\":\"$email\",\"password\":\"${E2E_USER#*:}\"}" "$E2E_HTTPS/login"
	key=$(member key <<<"$answer")
	session=$(member token <<<"$answer")
	session_headers=(-H "X-Key: $key" -H "X-Access-Token: $session")
	secret 'session key' "$key"
	secret 'session token' "$session"
	ok 'a session' "${session_headers[@]}" "$E2E_HTTPS/api/v2/whoami"
	domain=$("$E2E_CTL" domain token add example.org)
	secret 'domain token' "$domain"
	ok 'a domain token' -H "X-Access-Token: $domain" "$E2E_HTTPS/api/v2/whoami"
	ha1b=$(printf %s "$email:example.org:${E2E_USER#*:}" | md5sum | cut -d ' ' -f 1)
	secret HA1B "$ha1b"
	ok 'HA1B' -H "X-Auth-HA1B-Token: $ha1b" "$E2E_HTTPS/rest/verify"
	ok 'a new password' -u "$E2E_OTHER" "${json[@]}" \
		-d "{\"old\":\"${E2E_OTHER#*:}\",\"new\":\"a-new-password-of-bob\"}" "$E2E_HTTPS/rest/password"
	secret 'former password' "${E2E_OTHER#*:}"
	secret 'new password' a-new-password-of-bob
}

# What others than its owner make or change, and what programs send.
make_other_secrets() {
	local admin=carol@example.org:password-of-an-admin uuid key token

	"$E2E_CTL" user add "${admin%%:*}" --role Admin --password-stdin <<<"${admin#*:}" >/dev/null
	secret 'password that the tool reads' "${admin#*:}"
	"$E2E_CTL" user passwd "${E2E_OTHER%%:*}" --password-stdin <<<'password-by-passwd'
	secret 'password that passwd reads' password-by-passwd
	ok 'it' -u "${E2E_OTHER%%:*}:password-by-passwd" "$auth"
	ok 'a user' -u "$admin" "${json[@]}" -d '{"email":"dave@example.org","sip_login":"100@example.org",'\
'"password":"password-of-a-new-user"}' "$E2E_HTTPS/rest/user"
	secret 'password of a new user' password-of-a-new-user
	uuid=$(member uuid <<<"$answer")
	ok 'that user' -u dave@example.org:password-of-a-new-user "$auth"
	ok 'a change' -u "$admin" "${json[@]}" -X PATCH -d '{"password":"password-by-an-admin"}' \
		"$E2E_HTTPS/rest/user/$uuid"
	secret 'password by an administrator' password-by-an-admin
	ok 'a Webitel login' -d 'username=100@example.org&password=password-by-an-admin' "$E2E_HTTPS/login"
	key=$(member key <<<"$answer") token=$(member token <<<"$answer")
	secret 'key of an ended session' "$key"
	secret 'token of an ended session' "$token"
	ok 'its end' -X POST -d "access_token=$token&x_key=$key" "$E2E_HTTPS/logout"
	tool=$("$E2E_CTL" token add "$email" --name tool | tail -n 1)
	tool=${tool##* }
	secret 'token by the tool' "$tool"
	client=$(new_token -u "$E2E_USER")
	secret 'token of a program' "$client"
	secret 'Basic credentials of a program' "$(basic "__token__:$client")"
	query=$(new_token -u "$E2E_USER")
	secret 'token in a query' "$query"
}

# sign KEY CLAIMS: an ID token, by that key as if it were k1
sign() {
	local now

	now=$(date +%s)
	tests/provider/provider sign "$E2E_PROVIDER/$1" "{$2,\"iat\":$now,\"exp\":$((now + 3600))}" \
		'{"alg":"RS256","kid":"k1","typ":"JWT"}'
}

# id_token KEY: of Google
id_token() {
	sign "$1" '"iss":"https://accounts.google.com","aud":"client-1","sub":"1001"'
}

# identity WHOSE TOKEN
identity() {
	secret "$1" "$2"
	signature "signature of the $1" "$2"
}

# What the service sends to providers, and what it keeps for that.
make_provider_secrets() {
	"$E2E_CTL" user set "$email" --gmail-user-id 1001 --facebook-user-id 2002 \
		--apple-user-id 000123.abc --oidc-user-id keycloak:f3b1
	google=$(id_token k1)
	forged=$(id_token x1)
	apple=$(sign k1 '"iss":"https://appleid.apple.com","aud":"org.example.app","sub":"000123.abc"')
	limited=$(sign k1 '"iss":"https://www.facebook.com","aud":"4711","sub":"2002","jti":"a.b"')
	openid=$(sign k1 '"iss":"https://sso.example.org","aud":"doorward","sub":"f3b1"')
	identity 'ID token' "$google"
	identity 'forged ID token' "$forged"
	identity 'ID token of Apple' "$apple"
	identity 'ID token of Limited Login' "$limited"
	identity 'ID token of OpenID Connect' "$openid"
	printf '200\n\n{"data":{"app_id":"4711","type":"USER","is_valid":true,"expires_at":0,%s}}' \
		'"data_access_expires_at":99999999999,"user_id":"2002"' >"$E2E_PROVIDER/debug_token"
	secret 'access token of Facebook' EAABleftover
	secret 'app token in an address' "4711%7C$E2E_APP_SECRET"
	keep 'app secret' "$E2E_APP_SECRET" 'each question to Facebook has it'
}

# Keys, each in the forms in which it could get out.  In memory is the one that is used.
make_keys() {
	local as=() name text

	[ "$EUID" -ne 0 ] || as=(setpriv --reuid "$(stat -c %u "$E2E_DIR/master.key")" --clear-groups)
	cp tests/e2e/unsealed_keys "$E2E_DIR/bin"
	${as[@]+"${as[@]}"} "$E2E_DIR/bin/unsealed_keys" "$E2E_DIR/doorward.conf" >"$E2E_DIR/keys"
	while IFS=$'\t' read -r name text; do
		case $name in
		*' in hexadecimal' | *' in base64' | *' in DER') secret "$name" "$text" ;;
		*) keep "$name" "$text" 'tokens are made and checked with it' ;;
		esac
	done <"$E2E_DIR/keys"
	rm "$E2E_DIR/keys"
	secret 'TLS key of the web server' "$(sed -n 2p "$E2E_DIR/tls/server.key")"
}

make_database_secrets() {
	[ -s "$E2E_DIR/db/password" ] || return 0
	keep 'password for the database server' "$(<"$E2E_DIR/db/password")" \
		'a lost connection is made again with it'
}

use_secrets() {
	local n

	# more than once, so that each worker has had some
	for n in 1 2 3 4 5 6; do
		ok 'Bearer' -H "Authorization: Bearer $bearer" "$auth?n=$n"
		ok 'a JWT' -H "X-Auth-Token: $jwt" "$E2E_HTTPS/rest/token/list?n=$n"
		ok 'a rotated token' -H "Authorization: Bearer $rotated" "$auth?n=$n"
		ok 'its successor' -H "Authorization: Bearer $successor" "$auth?n=$n"
		ok 'a session' "${session_headers[@]}" "$E2E_HTTPS/api/v2/whoami?n=$n"
		ok 'HA1B' -H "X-Auth-HA1B-Token: $ha1b" "$E2E_HTTPS/rest/verify?n=$n"
		ok Google -H "X-Auth-Google-Token: $google" "$auth?n=$n"
		refused 'a forged ID token' -H "X-Auth-Google-Token: $forged" "$auth"
		ok Apple -H "X-Auth-Apple-Token: $apple" "$auth"
		ok 'Limited Login' -H "X-Auth-Facebook-Token: $limited" "$auth"
		ok 'OpenID Connect' -H "X-Auth-Keycloak-Token: $openid" "$auth"
		ok 'the token of the tool' -H "X-Auth-Token: $tool" "$auth?n=$n"
		ok 'a token in the query' "$auth?bearer=$query&n=$n"
		ok 'a JWT in the query' "$auth?jwt=$jwt&n=$n"
		ok 'a token as password' -u "__token__:$client" "$auth?n=$n"
		ok 'a program that asks' -u "__token__:$client" -d "token=$jwt" "$E2E_HTTPS/rest/introspect"
		# each is another, for what Facebook said of one is remembered
		ok Facebook -H "X-Auth-Facebook-Token: EAABleftover$n" "$auth"
		ok 'a token in the body' -H "Authorization: Bearer $bearer" -d "token=$bearer" \
			"$E2E_HTTPS/rest/introspect"
		refused 'a wrong password' -u "$email:wrong-password-one" "$auth"
		refused 'a wrong login' "${json[@]}" \
			-d "{\"username\":\"$email\",\"password\":\"wrong-\\u0070assword-two\"}" "$E2E_HTTPS/login"
		refused 'an unknown token' -H 'Authorization: Bearer nosuchtokennosuchtoken' "$auth"
	done
	ok 'a fresh JWT' -H "X-Auth-Token: $jwt" "$auth"
	secret 'fresh JWT' "$(member token <<<"$answer")"
	ok 'a token that is revoked' -d "token=$tool" "$E2E_HTTPS/rest/revoke"
	ok 'a token in the path' -X DELETE -H "X-Auth-Token: $jwt" "$E2E_HTTPS/rest/token/$bearer"
	secret 'wrong password' wrong-password-one
	secret 'its Basic credentials' "$(basic "$email:wrong-password-one")"
	secret 'wrong password of a login' wrong-password-two
	secret 'wrong password as it was written' 'wrong-\u0070assword-two'
	secret 'unknown token' nosuchtokennosuchtoken
}

check_memory() {
	local pids pid found name text

	if [ "$EUID" -ne 0 ] || [ -z "$E2E_PID" ]; then
		echo 'only root can read the memory of the processes: left out'
		return
	fi
	# the file has no newline at its end
	read -r -a pids <"/proc/$E2E_PID/task/$E2E_PID/children" || true
	pids+=("$E2E_PID")
	[ ${#pids[@]} -ge 2 ] || fail 'no workers'
	# what finds nothing may be looking in the wrong place
	found=$(printf 'the place of the data\t%s\n' "$E2E_DIR/data" | "$memory" "${pids[@]}") || true
	for pid in "${pids[@]}"; do
		[[ $found = *"data is in process $pid,"* ]] || fail "process $pid has no configuration"
	done
	found=$("$memory" "${pids[@]}" <"$kept") || true
	while IFS=$'\t' read -r name text; do
		[[ $'\n'$found = *$'\n'"$name is in"* ]] || fail "the $name need not be an exception"
	done <"$kept"
	found=$("$memory" "${pids[@]}" <"$secrets") || fail "in memory:" "$found"
	# a process that has them: this one
	text=$(grep -v $'\thex:' "$secrets")
	finds_all <(printf '%s\n' "$text") $$
}

# finds_all SECRETS PLACE: each of these would be found there
finds_all() {
	local wanted found name text

	wanted=$(<"$1")
	found=$("$memory" "$2" <<<"$wanted") || true
	while IFS=$'\t' read -r name text; do
		[[ $'\n'$found = *$'\n'"$name is in"* ]] || fail "the $name is not found in $2"
	done <<<"$wanted"
}

# write_secrets: each as it is
write_secrets() {
	local text

	cut -f 2 "$secrets" "$kept" | while IFS= read -r text; do
		case $text in
		hex:*) printf %b "$(sed 's/^hex://; s/../\\x&/g' <<<"$text")" ;;
		*) printf '%s\n' "$text" ;;
		esac
	done
}

check_files() {
	local found places=("$E2E_DIR/data" "$E2E_DIR/run" "$E2E_LOG" "$copies")

	[ ! -d "$E2E_DIR/db/data" ] || places+=("$E2E_DIR/db/data")
	mkdir "$copies"
	chown --reference="$E2E_DIR" "$copies"
	"$E2E_CTL" backup "$copies/data.mdb" >/dev/null
	"$E2E_CTL" export --with-hashes "$copies/users.jsonl" >/dev/null
	"$E2E_CTL" user list --json >"$copies/users.json"
	"$E2E_CTL" key list --json >"$copies/keys.json"
	"$E2E_CTL" config show >"$copies/doorward.conf"
	"$E2E_CTL" audit --json "$E2E_LOG/doorward.log" >"$copies/audit.jsonl"
	cat "$secrets" "$kept" >"$E2E_DIR/all-secrets"
	found=$(find "${places[@]}" -type f -exec "$memory" {} + <"$E2E_DIR/all-secrets") || fail "in files:" "$found"
	write_secrets >"$E2E_DIR/planted"
	finds_all "$E2E_DIR/all-secrets" "$E2E_DIR/planted"
	[ -z "$(find "$E2E_DIR" -name 'core*')" ] || fail 'a core dump'
}

make_secrets
make_other_secrets
make_provider_secrets
make_database_secrets
use_secrets
make_keys
cut -f 2 "$secrets" "$kept" | grep -v -e '^wrong-\\u' -e '^hex:' >>"$E2E_DIR/secrets"
check_memory
check_files

[ "$failures" -eq 0 ]
