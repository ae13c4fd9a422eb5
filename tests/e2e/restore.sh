#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# What clients may still use after "doorwardctl restore", with each of its options, and on
# another machine.  Run by stack.sh.
set -euo pipefail
# shellcheck source=tests/e2e/client.sh
. "$(dirname "$0")/client.sh"

conf=$E2E_DIR/doorward.conf
backup=$E2E_DIR/backup.mdb
master=$E2E_PID mine='' rows=0 failed=0
json=(-H 'Content-Type: application/json')
as_owner=()
if [ "$EUID" -eq 0 ]; then
	as_owner=(setpriv "--reuid=$(stat -c %u "$E2E_DIR/data")"
		"--regid=$(stat -c %g "$E2E_DIR/data")" --clear-groups)
fi

leave() {
	[ -z "$mine" ] || kill "$mine" || true
}
trap leave EXIT

login() {
	"${ask[@]}" "${json[@]}" -d "{\"username\":\"${E2E_USER%%:*}\",\"password\":\"${E2E_USER#*:}\"}" \
		"$E2E_HTTPS/login"
}

# make N: a JWT, a bearer token, and a session, and a domain token that doorwardctl makes
declare -A jwt bearer session domain
make() {
	jwt[$1]=$("${ask[@]}" -u "$E2E_USER" "$auth" | member token)
	bearer[$1]=$("${ask[@]}" -H "X-Auth-Token: ${jwt[$1]}" "${json[@]}" \
		-d "{\"name\":\"$1\",\"ttl\":3600}" "$E2E_HTTPS/rest/token" | member token)
	session[$1]=$(login)
	domain[$1]=$("$E2E_CTL" domain token add example.org)
	printf '%s\n' "${jwt[$1]}" "${bearer[$1]}" "${domain[$1]}" \
		"$(member key <<<"${session[$1]}")" >>"$E2E_DIR/secrets"
}

# row WANT WHAT ARGUMENT...: the status of a request
row() {
	local got

	rows=$((rows + 1))
	got=$("${ask[@]}" -o /dev/null -w '%{http_code}' "${@:3}") || true
	if [ "$got" != "$1" ]; then
		failed=$((failed + 1))
		echo "$step: $2: $got, not $1"
	fi
}

# accepted N JWT BEARER SESSION DOMAIN: what each of them gets
accepted() {
	local whoami=$E2E_HTTPS/api/v2/whoami

	row "$2" "JWT $1" -H "X-Auth-Token: ${jwt[$1]}" "$auth"
	row "$3" "bearer token $1" -H "Authorization: Bearer ${bearer[$1]}" "$auth"
	row "$4" "session $1" -H "X-Key: $(member key <<<"${session[$1]}")" \
		-H "X-Access-Token: $(member token <<<"${session[$1]}")" "$whoami"
	row "$5" "domain token $1" -H "X-Access-Token: ${domain[$1]}" "$whoami"
}

stop_service() {
	kill "$master"
	while kill -0 "$master" 2>/dev/null; do
		sleep 0.02
	done
}

start_service() {
	local tries

	"${as_owner[@]}" "$E2E_DIR/doorward" --config "$conf" >>"$E2E_LOG/doorward.err" 2>&1 \
		</dev/null &
	master=$! mine=$!
	for ((tries = 0; tries < 500; tries++)); do
		[ ! -S "$E2E_SOCKET" ] || return 0
		sleep 0.02
	done
	echo "doorward does not start"
	return 1
}

# restored ARGUMENT...: while the service is stopped, of which nothing else notices
restored() {
	step="restore $*"
	stop_service
	"$E2E_CTL" restore "$backup" "$@" >"$E2E_DIR/restored"
	start_service
	row 200 "the password" -u "$E2E_USER" "$auth"
}

make before
"$E2E_CTL" backup "$backup" >/dev/null
"$E2E_CTL" user logout "${E2E_USER%%:*}" >/dev/null
make after
step='before any restore'
accepted before 401 401 401 200
accepted after 200 200 200 200
row 200 "revoke bearer token after" -X DELETE -H "X-Auth-Token: ${jwt[after]}" \
	"$E2E_HTTPS/rest/token/${bearer[after]}"

restored
accepted before 401 200 401 200
accepted after 401 401 401 401
restored --keep-sessions
accepted before 200 200 200 200
accepted after 401 401 401 401
restored --drop-tokens
accepted before 401 401 401 401
accepted after 401 401 401 401
restored --keep-sessions --drop-tokens
accepted before 200 401 200 401

# Another machine has other paths; the backup and the key file are all that it needs.
stop_service
mkdir "$E2E_DIR/other"
mv "$E2E_DIR/master.key" "$E2E_DIR/other/other.key"
mv "$E2E_DIR/data" "$E2E_DIR/other/former"
[ ${#as_owner[@]} -eq 0 ] || chown --reference="$E2E_DIR/other/former" "$E2E_DIR/other"
sed -i "s|^data_dir = .*|data_dir = \"$E2E_DIR/other/data\"|
	s|^key_file = .*|key_file = \"$E2E_DIR/other/other.key\"|" "$conf"
"${as_owner[@]}" mkdir "$E2E_DIR/other/data"
step='another machine'
"$E2E_CTL" restore "$backup" --keep-sessions >"$E2E_DIR/restored"
start_service
row 200 "the password" -u "$E2E_USER" "$auth"
accepted before 200 200 200 200

stop_service
mine=''
echo "$rows rows, $failed failed"
[ "$failed" -eq 0 ]
