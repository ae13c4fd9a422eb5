#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# deploy/quickstart as README starts it, in a directory of its own: it builds the service
# and starts it behind lighttpd.  Then the commands that it prints run as printed there.
# Then the same with a database server, and as three services with a cluster, of which
# a node is killed.  No store is begun beside another one.  Skips where it would have to install packages.
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/../..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
mapfile -t missing < <(missing_packages "${BUILD_PACKAGES[@]}" "${CLIENT_PACKAGES[@]}" \
	"${LIGHTTPD_PACKAGES[@]}" "${DATABASE_PACKAGES[@]}")
if [ ${#missing[@]} -gt 0 ]; then
	say "${missing[*]} not installed: skipped"
	exit 77
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-quickstart.XXXXXX")
http_port=$((20000 + RANDOM % 6000 * 2))
chmod 755 "$work"
mkdir "$work/run"

quickstart() {
	"$top/deploy/quickstart" --dir "$work/run" "$@" </dev/null
}

leave() {
	local status=$?

	trap - EXIT
	quickstart --stop >"$work/stopped" 2>&1 || status=1
	[ "$status" -eq 0 ] || cat "$work"/{printed,answers,stopped} >&2 || true
	rm -rf "$work"
	exit "$status"
}
trap leave EXIT

# The commands below "Try, in this order:".
commands() {
	sed -n '/^Try, in this order:/,/^Administration/s/^  //p' "$work/printed"
}

# start STORE
start() {
	quickstart --store "$1" --http-port "$http_port" --https-port "$((http_port + 3))" \
		--detach >"$work/printed" 2>&1
}

# The commands that are printed, as they are.
try_commands() {
	local wanted found

	commands >"$work/commands"
	wanted=$(grep -c '^curl ' "$work/commands")
	[ "$wanted" -ge 5 ] || die "$1: only $wanted commands are printed"
	no_proxy='*' bash -euo pipefail "$work/commands" >"$work/answers" 2>"$work/progress"
	found=$(grep -o '"success":true,"payload"' "$work/answers" | wc -l)
	[ "$found" -eq "$wanted" ] || die "$1: $found of $wanted commands succeed"
	say "$1: $wanted commands succeed"
}

# ask SITE PATH CURL-ARGUMENT...: the status; the body is in the file answers.
ask() {
	local site=$1 path=$2

	shift 2
	curl -s --noproxy '*' --max-time 20 --cacert "$work/run/$site/tls/ca.pem" \
		-o "$work/answers" -w '%{http_code}' "$@" \
		"https://localhost:$((http_port + 2 + site))$path" || true
}

# expect ROW WANT GOT
expect() {
	[ "$3" = "$2" ] || die "$1: $3, not $2: $(cat "$work/answers")"
}

make_token() {
	expect "make a token on $1" 200 "$(ask "$1" /rest/token -u "$(<"$work/run/demo-user")" \
		-d name=test -d ttl=600)"
	token=$(sed 's/.*"token":"\([^"]*\)".*/\1/' "$work/answers")
}

# use ROW SITE WANT
use() {
	expect "$1" "$3" "$(ask "$2" /rest/auth -H "Authorization: Bearer $token")"
}

# A backup, another master key, and back to the backup, which needs the former key.
administer() {
	local ctl=$work/run/bin/doorwardctl

	mkdir -m 700 "$work/backups"
	"$ctl" backup "$work/backups/a.mdb"
	"$ctl" export "$work/backups/users.jsonl" --with-hashes
	cp -p "$work/run/master.key" "$work/backups"
	"$ctl" key rewrap --yes
	"$ctl" key rotate
	quickstart --stop
	! "$ctl" restore "$work/backups/a.mdb" || die "restored without its key"
	cp -p "$work/backups/master.key" "$work/run"
	"$ctl" restore "$work/backups/a.mdb"
	"$ctl" check
	"$ctl" compact
	start lmdb
}

# What one site does, all know; two database servers of three are enough, and one is not.
try_cluster() {
	local site

	for site in 1 2 3; do
		make_token "$site"
		use "its token on the next one" $((site % 3 + 1)) 200
		expect "revoke it there" 200 "$(ask $((site % 3 + 1)) /rest/token/all -X DELETE \
			-H "Authorization: Bearer $token")"
		use "revoked" "$site" 401
		"$work/run/$site/bin/doorwardctl" user list | grep -qF demo@example.org ||
			die "doorwardctl of $site does not know the user"
	done
	"$work/run/node" 1 kill
	make_token 1
	use "a node less" 2 200
	"$work/run/node" 2 kill
	use "two nodes less" 3 503
	use "two nodes less" 1 503
	# the last one that left is needed first
	"$work/run/node" 2 start
	"$work/run/node" 1 start
	for site in 1 2 3; do
		use "all nodes" "$site" 200
	done
	say "the cluster loses nodes, and meets them again"
}

# another STORE OF PLACE: refused while the database of store OF is in PLACE, which goes away
another() {
	! start "$1" || die "$1: begun beside $2"
	grep -qF "the database in $work/run/$3 has --store $2, and --store $1" "$work/printed" ||
		die "$1 beside $2: $(cat "$work/printed")"
	rm -r "${work:?}/run/$3"
}

start lmdb
try_commands lmdb
administer >"$work/administered" 2>&1 || die "administration: $(cat "$work/administered")"
try_commands 'lmdb, restored'
quickstart --stop
! curl -s --noproxy '*' --max-time 5 "http://localhost:$http_port/" >"$work/answers" ||
	die "it still answers"
another mariadb lmdb data
start mariadb
try_commands mariadb
"$work/run/node" 1 stop
"$work/run/node" 1 start
quickstart --stop
another galera mariadb mariadb
start galera
try_commands galera
try_cluster
quickstart --stop
another lmdb galera galera
