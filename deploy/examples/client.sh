#!/bin/sh
# SPDX-License-Identifier: ISC
# A client of doorward: see README.
set -eu

# ask METHOD PATH CREDENTIAL CURL-ARGUMENT...: the answer.  The credential
# is no argument of curl, since all users of the machine can see those.
ask() {
	method=$1 path=$2 credential=$3
	shift 3
	printf 'Authorization: %s\n' "$credential" |
		curl -sS -X "$method" -H @- "$@" "$DOORWARD_URL$path"
}

# member NAME ANSWER: the first member of that name
member() {
	printf '%s\n' "$2" | grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4
}

login=$(printf %s "$DOORWARD_LOGIN" | base64 | tr -d '\n')
answer=$(ask GET /rest/auth "Basic $login" -f)
jwt=$(member token "$answer")
answer=$(ask GET /rest/auth "Bearer $jwt" -f)
echo "logged in as $(member email "$answer")"
answer=$(ask POST /rest/token "Bearer $jwt" -f -H 'Content-Type: application/json' \
	-d '{"name":"example","ttl":3600}')
token=$(member token "$answer")
uuid=$(member uuid "$answer")
answer=$(ask GET /rest/token/list "Bearer $token" -f)
echo "used $(member name "$answer")"
answer=$(ask DELETE "/rest/token/$uuid" "Bearer $token" -f)
echo "revoked $(member name "$answer")"
echo "refused with $(ask GET /rest/token/list "Bearer $token" -o /dev/null -w '%{http_code}')"
