#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# Secrets that clients have presented or got are nowhere afterwards: not in the memory of the
# processes, which only root may read, nor in the database, its backup, an export or a log.
# What the service itself needs again stays in memory: keys, and the secrets that keep() names.
# Run by stack.sh --provider.
set -euo pipefail

# shellcheck source=tests/e2e/client.sh
. "$(dirname "$0")/client.sh"

memory=tests/e2e/memory
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

# id_token KEY: of Google, signed by that key as if it were k1
id_token() {
	local now

	now=$(date +%s)
	tests/provider/provider sign "$E2E_PROVIDER/$1" "$(printf \
		'{"iss":"https://accounts.google.com","aud":"client-1","sub":"1001","iat":%d,"exp":%d}' \
		"$now" $((now + 3600)))" '{"alg":"RS256","kid":"k1","typ":"JWT"}'
}

# What the service sends to providers, and what it keeps for that.
make_provider_secrets() {
	"$E2E_CTL" user set "$email" --gmail-user-id 1001 --facebook-user-id 2002
	google=$(id_token k1)
	forged=$(id_token x1)
	secret 'ID token' "$google"
	signature 'signature of the ID token' "$google"
	secret 'forged ID token' "$forged"
	signature 'signature of the forged ID token' "$forged"
	printf '200\n\n{"data":{"app_id":"4711","type":"USER","is_valid":true,"expires_at":0,%s}}' \
		'"data_access_expires_at":99999999999,"user_id":"2002"' >"$E2E_PROVIDER/debug_token"
	secret 'access token of Facebook' EAABleftover
	secret 'app token in an address' "4711%7C$E2E_APP_SECRET"
	keep 'app secret' "$E2E_APP_SECRET" 'each question to Facebook has it'
}

make_database_secrets() {
	[ -s "$E2E_DIR/db/password" ] || return 0
	keep 'password for the database server' "$(<"$E2E_DIR/db/password")" \
		'a lost connection is made again with it'
}

use_secrets() {
	local n

	# more than once, so that each worker has had some
	for n in 1 2 3 4 5 6 7 8 9 10; do
		ok 'Bearer' -H "Authorization: Bearer $bearer" "$auth?n=$n"
		ok 'a JWT' -H "X-Auth-Token: $jwt" "$E2E_HTTPS/rest/token/list?n=$n"
		ok 'a rotated token' -H "Authorization: Bearer $rotated" "$auth?n=$n"
		ok 'its successor' -H "Authorization: Bearer $successor" "$auth?n=$n"
		ok 'a session' "${session_headers[@]}" "$E2E_HTTPS/api/v2/whoami?n=$n"
		ok 'HA1B' -H "X-Auth-HA1B-Token: $ha1b" "$E2E_HTTPS/rest/verify?n=$n"
		ok Google -H "X-Auth-Google-Token: $google" "$auth?n=$n"
		refused 'a forged ID token' -H "X-Auth-Google-Token: $forged" "$auth"
		# each is another, for what Facebook said of one is remembered
		ok Facebook -H "X-Auth-Facebook-Token: EAABleftover$n" "$auth"
		ok 'a token in the body' -H "Authorization: Bearer $bearer" -d "token=$bearer" \
			"$E2E_HTTPS/rest/introspect"
		refused 'a wrong password' -u "$email:wrong-password-one" "$auth"
		refused 'a wrong login' "${json[@]}" \
			-d "{\"username\":\"$email\",\"password\":\"wrong-\\u0070assword-two\"}" "$E2E_HTTPS/login"
		refused 'an unknown token' -H 'Authorization: Bearer nosuchtokennosuchtoken' "$auth"
	done
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
	while IFS=$'\t' read -r name text; do
		! "$memory" "${pids[@]}" <<<"$name"$'\t'"$text" >/dev/null ||
			fail "the $name need not be an exception"
	done <"$kept"
	"$memory" "${pids[@]}" <"$secrets" >"$E2E_DIR/found" || fail "in memory:" "$(<"$E2E_DIR/found")"
}

check_files() {
	local name text where places=("$E2E_DIR/data" "$E2E_DIR/run" "$E2E_LOG")

	places+=("$E2E_DIR/copy.mdb" "$E2E_DIR/users.json")
	[ ! -d "$E2E_DIR/db/data" ] || places+=("$E2E_DIR/db/data")
	"$E2E_CTL" backup "$E2E_DIR/copy.mdb" >/dev/null
	"$E2E_CTL" user list --json >"$E2E_DIR/users.json"
	while IFS=$'\t' read -r name text; do
		where=$(grep -rlaF -e "$text" "${places[@]}") || continue
		fail "$name is in $where"
	done < <(cat "$secrets" "$kept")
	[ -z "$(find "$E2E_DIR" -name 'core*')" ] || fail 'a core dump'
}

make_secrets
make_provider_secrets
make_database_secrets
use_secrets
cut -f 2 "$secrets" "$kept" | grep -v '^wrong-\\u' >>"$E2E_DIR/secrets"
check_memory
check_files

[ "$failures" -eq 0 ]
