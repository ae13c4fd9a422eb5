#!/bin/sh
# SPDX-License-Identifier: ISC
# A client of doorward: see README.
set -eu

# ask METHOD PATH CURL-ARGUMENT...: the answer; fails if it is an error
ask() {
	method=$1 path=$2
	shift 2
	curl -sS -f -X "$method" "$@" "$DOORWARD_URL$path"
}

# member NAME ANSWER: the first member of that name
member() {
	printf '%s\n' "$2" | grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4
}

answer=$(ask GET /rest/auth -u "$DOORWARD_LOGIN")
jwt=$(member token "$answer")
answer=$(ask GET /rest/auth -H "Authorization: Bearer $jwt")
echo "logged in as $(member email "$answer")"
answer=$(ask POST /rest/token -H "Authorization: Bearer $jwt" \
	-H 'Content-Type: application/json' -d '{"name":"example","ttl":3600}')
token=$(member token "$answer")
answer=$(ask GET /rest/token/list -H "Authorization: Bearer $token")
echo "used $(member name "$answer")"
answer=$(ask DELETE "/rest/token/$token" -H "Authorization: Bearer $token")
echo "revoked $(member name "$answer")"
status=$(curl -sS -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" \
	"$DOORWARD_URL/rest/token/list")
echo "refused with $status"
