#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# Secrets that clients have presented or got are nowhere afterwards: not in the memory of the
# processes, which only root may read, nor in the database, its backup, an export or a log.
# Run by stack.sh.
set -euo pipefail

# shellcheck source=tests/e2e/client.sh
. "$(dirname "$0")/client.sh"

memory=tests/e2e/memory
secrets=$E2E_DIR/known-secrets
email=${E2E_USER%%:*}
json=(-H 'Content-Type: application/json')
: >"$secrets"

# secret NAME TEXT: is looked for
secret() {
	[ ${#2} -ge 8 ] || fail "no $1: $2"
	printf '%s\t%s\n' "$1" "$2" >>"$secrets"
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
	ok 'a token' -H "X-Auth-Token: $jwt" "${json[@]}" -d '{"name":"a","ttl":3600}' "$E2E_HTTPS/rest/token"
	bearer=$(member token <<<"$answer")
	secret 'bearer token' "$bearer"
	ok 'a login' "${json[@]}" -d "{\"username\":\"$email\",\"password\":\"${E2E_USER#*:}\"}" "$E2E_HTTPS/login"
	key=$(member key <<<"$answer")
	session=$(member token <<<"$answer")
	secret 'session key' "$key"
	secret 'session token' "$session"
	ok 'a session' -H "X-Key: $key" -H "X-Access-Token: $session" "$E2E_HTTPS/api/v2/whoami"
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

use_secrets() {
	local n

	# more than once, so that each worker has had some
	for n in 1 2 3 4 5 6 7 8 9 10; do
		ok 'Bearer' -H "Authorization: Bearer $bearer" "$auth?n=$n"
		ok 'a JWT' -H "X-Auth-Token: $jwt" "$E2E_HTTPS/rest/token/list?n=$n"
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
	local pids pid found

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
	"$memory" "${pids[@]}" <"$secrets" >"$E2E_DIR/found" || fail "in memory:" "$(<"$E2E_DIR/found")"
}

check_files() {
	local name text where

	"$E2E_CTL" backup "$E2E_DIR/copy.mdb" >/dev/null
	"$E2E_CTL" user list --json >"$E2E_DIR/users.json"
	while IFS=$'\t' read -r name text; do
		where=$(grep -rlaF -e "$text" "$E2E_DIR/data" "$E2E_DIR/run" "$E2E_LOG" \
			"$E2E_DIR/copy.mdb" "$E2E_DIR/users.json") || continue
		fail "$name is in $where"
	done <"$secrets"
	[ -z "$(find "$E2E_DIR" -name 'core*')" ] || fail 'a core dump'
}

make_secrets
use_secrets
cut -f 2 "$secrets" | grep -v '^wrong-\\u' >>"$E2E_DIR/secrets"
check_memory
check_files

[ "$failures" -eq 0 ]
