# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# What scripts that stack.sh runs share: a client of the service, and a count of failures.

# read by those who include this
# shellcheck disable=SC2034
failures=0 auth=$E2E_HTTPS/rest/auth
ask=(curl -sS --noproxy '*' --cacert "$E2E_CA" --max-time 30)
# prints the status only
status_of=("${ask[@]}" -o /dev/null -w '%{http_code}\n')

fail() {
	failures=$((failures + 1))
	printf '%s\n' "$*"
}

# member NAME: of the JSON on standard input
member() {
	sed 's/.*"'"$1"'":"\([^"]*\)".*/\1/'
}

# each WANTED WHAT CURL-ARGUMENT...: the statuses of all requests are in the set
each() {
	local want=$1 what=$2 statuses

	shift 2
	statuses=$("${status_of[@]}" "$@" | sort -u | tr '\n' ' ') || true
	[[ $statuses =~ ^(($want)' ')+$ ]] || fail "$what: $statuses"
}

# new_token CURL-ARGUMENT...: made by a client with these credentials
new_token() {
	"${ask[@]}" "$@" -H 'Content-Type: application/json' -d '{"name":"a","ttl":3600}' \
		"$E2E_HTTPS/rest/token" | member token
}
