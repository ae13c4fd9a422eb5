#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# Many users log in at the same moment, each for the first time: they wait in turn, and
# all succeed.  Run by stack.sh, in the build directory.  NAMES says how many they are.
set -euo pipefail

names=${NAMES:-100}

# Asks all at once, and prints how many are answered 200.  "next" is between requests.
ask() {
	sed '$d' | curl -Z --no-progress-meter --parallel-immediate --parallel-max "$names" -K - |
		grep -c '^200$' || true
}

# login USER:PASSWORD: one request, for ask.
login() {
	cat <<-END
		url = "$E2E_HTTPS/rest/auth"
		cacert = "$E2E_CA"
		noproxy = "*"
		http1.1
		user = "$1"
		output = "/dev/null"
		write-out = "%{http_code}\n"
		next
	END
}

# expect COUNT WANT WHAT
expect() {
	echo "$1 of $2 $3"
	[ "$1" -eq "$2" ]
}

for ((i = 0; i < names; i++)); do
	echo "user$i"
done | xargs -P 2 -I '{}' sh -c \
	'echo "password of {}" | "$E2E_CTL" user add "{}@example.org" --password-stdin' >/dev/null

good=$(for ((i = 0; i < names; i++)); do
	login "user$i@example.org:password of user$i"
done | ask)
expect "$good" $names "users log in at the same moment"

good=$(for ((i = 0; i < 50; i++)); do
	login "$E2E_USER"
done | ask)
expect "$good" 50 "logins of one user at the same moment"

"$E2E_CTL" status >"$E2E_DIR/status"
awk '$1 == "workers" { workers = $2 } $1 == "workers_max" { most = $2 }
	$1 == "logins_waiting" { waiting = $2 }
	END { print workers, "workers of", most, "with", waiting, "logins waiting"
		exit !(workers >= (most ? 4 : 1) && (most >= 64 || !most) && waiting == 0) }' "$E2E_DIR/status"

"$E2E_CTL" user logout user1@example.org >/dev/null
good=$(for ((i = 0; i < 20; i++)); do
	login "user1@example.org:password of user1"
	login "user1@example.org:wrong"
done | ask)
expect "$good" 20 "right passwords among wrong ones"
