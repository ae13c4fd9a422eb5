#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The curl lines of the documents the service follows, as printed there except for
# the host (and the placeholders of tokens), over HTTP/1.1 and HTTP/2.
# Run by stack.sh.
set -euo pipefail

failures=0 total=0

# Every line below calls this instead of curl.
ask() {
	curl -sS --noproxy '*' --cacert "$E2E_CA" --max-time 20 "$http_version" \
		-o "$E2E_DIR/body" -w '%{http_code} %{http_version}\n' "$@" >"$E2E_DIR/status" ||
		echo "Opentact: 0" >"$E2E_DIR/status"
}

# expect NAME STATUS PATTERN: of the last answer; the pattern matches its whole body.
expect() {
	local status version body

	read -r status version <"$E2E_DIR/status"
	body=$(<"$E2E_DIR/body")
	total=$((total + 1))
	if [ "$status" != "$2" ] || [ "--http$version" != "$http_version" ] ||
		! grep -qxE "$3" <<<"$body"; then
		failures=$((failures + 1))
		printf '%s over %s: %s, HTTP/%s: %s\n' "$1" "$http_version" "$status" "$version" "$body"
	fi
}

member() {
	sed -E "s/.*\"$1\":\"([^\"]*)\".*/\\1/" "$E2E_DIR/body"
}

time='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z'
uuid='[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
wrong='\{"success":false,"status":401,"message":"Wrong credentials"\}'
empty='\{"success":true,"payload":\{\}\}'
created="\\{\"success\":true,\"payload\":\\{\"name\":\"string\",\"ttl\":60,\"token\":\"[0-9A-Za-z]{48}\",\
\"expired_on\":\"$time\",\"uuid\":\"$uuid\",\"created_on\":\"$time\",\"modified_on\":\"$time\"\\}\\}"
deleted="\\{\"success\":true,\"payload\":\\{\"created_on\":\"$time\",\"modified_on\":\"$time\",\
\"token\":\"[0-9A-Za-z]{48}\",\"name\":\"string\",\"expired_on\":\"$time\",\"uuid\":\"$uuid\"\\}\\}"

# The user of the newer Opentact page has "opentact@callify.io:12345678" in the printed line.
printf 12345678 | "$E2E_CTL" user add opentact@callify.io --password-stdin >/dev/null

# The password of the Webitel page is shorter than new ones may be.
{
	cat "$E2E_DIR/doorward.conf"
	echo 'password_min_length = 6'
} >"$E2E_DIR/short.conf"
printf secret | "$E2E_CTL" --config "$E2E_DIR/short.conf" user add webitel@example.org \
	--sip-login 100@mydomain.com --webitel-role root --password-stdin >/dev/null

session="\\{\"key\":\"$uuid\",\"domain\":\"mydomain.com\",\"username\":\"100@mydomain.com\",\
\"expires\":[0-9]{13},\"token\":\"[-_.A-Za-z0-9]*\",\"role\":2,\"roleName\":\"root\",\
\"acl\":\\{.*\\},\"cdr\":\\{\"host\":\"[^\"]*\",\"useProxy\":\"true\"\\}\\}"

opentact_new() {
	ask -X 'GET' \
		"$E2E_HTTPS/rest/auth" \
		-H 'accept: application/json' \
		-H 'Authorization: Basic b3BlbnRhY3RAY2FsbGlmeS5pbzoxMjM0NTY3OA==' \
		-H 'X-Auth-Token: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1dWlkIjoiMjk4NGExY2EtZmZmNy00YzU5LWE2M2ItMzQ2ODE3OWQ3ZGY3Iiwicm9sZSI6IlVzZXIiLCJpYXQiOjE2NzI3MzA5NTAsImV4cCI6MTY3MjgxNzM1MH0.iJ5Cf77a1Vn8B58g9KsP6wW8eixroXhdAzcF3YjmqGo'
	expect "Opentact, newer: auth" 200 '\{"success":true,"payload":\{.*"email":"opentact@callify.io".*\}\}'
}

opentact() {
	local JWT_TOKEN token

	JWT_TOKEN=$(member token)
	ask -X GET "$E2E_HTTPS/rest/auth" \
		-H "accept: application/json" -H "X-Auth-Token: $JWT_TOKEN"
	expect "Opentact: auth" 200 '\{"success":true,"payload":\{.*"email":"opentact@callify.io".*\}\}'
	ask -X GET "$E2E_HTTPS/rest/auth" \
		-H "accept: application/json" -H "X-Auth-Token: JWT_TOKEN"
	expect "Opentact: auth, the word itself" 401 "$wrong"
	ask -X POST "$E2E_HTTPS/rest/token" \
		-H "accept: application/json" -H "X-Auth-Token: $JWT_TOKEN" \
		-H "Content-Type: application/json" -d "{\"name\":\"string\",\"ttl\":60}"
	expect "Opentact: create" 200 "$created"
	token=$(member token)
	ask -X GET "$E2E_HTTPS/rest/token/list" \
		-H "accept: application/json" -H "X-Auth-Token: $JWT_TOKEN"
	expect "Opentact: list" 200 "\\{\"success\":true,\"payload\":\\[\\{.*\"token\":\"${token:0:4}….*\\}\\]\\}"
	ask -X GET "$E2E_HTTPS/rest/auth" -H "Authorization: Bearer $token"
	expect "the new token" 200 '\{"success":true,.*\}'
	ask -X DELETE "$E2E_HTTPS/rest/token/$token" \
		-H "accept: application/json" -H "X-Auth-Token: $JWT_TOKEN"
	expect "Opentact: delete" 200 "$deleted"
	ask -X DELETE "$E2E_HTTPS/rest/token/$token" \
		-H "accept: application/json" -H "X-Auth-Token: $JWT_TOKEN"
	expect "Opentact: delete again" 404 '\{"success":false,"status":404,"message":"Token not found"\}'
	ask -X DELETE "$E2E_HTTPS/rest/token/all" \
		-H "accept: application/json" -H "X-Auth-Token: $JWT_TOKEN"
	expect "Opentact: delete all" 200 "$empty"
	ask -X GET "$E2E_HTTPS/rest/token/list" \
		-H "accept: application/json" -H "X-Auth-Token: $JWT_TOKEN"
	expect "Opentact: empty list" 200 '\{"success":true,"payload":\[\]\}'
	ask -X GET "$E2E_HTTPS/rest/token/list" \
		-H "accept: application/json" -H "X-Auth-Token: JWT_TOKEN"
	expect "Opentact: list refused" 401 "$wrong"
	ask -X DELETE "$E2E_HTTPS/rest/token/all" \
		-H "accept: application/json" -H "X-Auth-Token: JWT_TOKEN"
	expect "Opentact: delete all refused" 401 "$wrong"
	ask -X POST "$E2E_HTTPS/rest/token" \
		-H "accept: application/json" -H "X-Auth-Token: $JWT_TOKEN" \
		-H "Content-Type: application/json" -d "{\"name\":\"string\",\"ttl\":0}"
	expect "Opentact: ValidateError" 400 '\{"success":false,"status":400,"message":"ValidateError",'`
		`'"fields":\{"params.ttl":\{"message":"min 60","value":0\}\}\}'
}

webitel() {
	local token key bad='\{"status":401,"message":"Bad caller","info":"Bad caller"\}'

	ask -X POST -H 'Content-Type: application/json' -d '{"username":"100@mydomain.com","password":"secret"}' "$E2E_HTTPS/login"
	expect "Webitel: login" 200 "$session"
	token=$(member token) key=$(member key)
	ask -X POST -H 'X-Access-Token: yJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJleHAiOjE0NDIwMDUzOTY0ODh9.xCf6fbvOPc-CkYdD9MPxLXBEukHm1KX6w5zN5q55OBQ' -H 'X-Key: c1d19874-f2bb-4284-94ac-043cb97288fe' "$E2E_HTTPS/logout"
	expect "Webitel: logout, the printed session" 401 "$bad"
	ask "$E2E_HTTPS/api/v2/whoami" -H "X-Access-Token: $token" -H "X-Key: $key"
	expect "Webitel: whoami" 200 '\{"acl":.*,"id":"100@mydomain.com",.*\}'
	ask -X POST -H "X-Access-Token: $token" -H "X-Key: $key" "$E2E_HTTPS/logout"
	expect "Webitel: logout" 200 '\{"status":"OK","info":"Successful logout."\}'
	ask -X POST -H "X-Access-Token: $token" -H "X-Key: $key" "$E2E_HTTPS/logout"
	expect "Webitel: logout again" 401 "$bad"
}

for http_version in --http1.1 --http2; do
	opentact_new
	opentact
	webitel
done
"$E2E_CTL" user delete webitel@example.org --yes
printf 'documented: %d lines, %d failed\n' "$total" "$failures"
[ "$failures" -eq 0 ]
