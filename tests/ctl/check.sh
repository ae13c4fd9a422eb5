#!/bin/bash
# SPDX-License-Identifier: ISC
# "doorward --check" and "doorwardctl config check" report what a start and a
# first login would run into: each row breaks one thing, which both refuse and name.
# Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

mkdir "$work/var" "$work/run" "$work/places"
t 0 ''				init
service=()
if [ "$(id -u)" = 0 ]; then
	# root must judge by the rights of another user
	chown -R 65534:65534 "$work/var/data" "$work/run" "$work/places"
	chown 0:65534 "$work/etc/master.key"
	chmod 640 "$work/etc/master.key"
	service=(chown 65534:65534)
else
	service=(:)
fi

# own FILE ...: they are the service's
own()
{
	"${service[@]}" "$@"
}

# check EXIT FRAGMENT [OPTION]: of both, with this line in the configuration
check()
{
	conf "${3-}"
	for program in "$here/doorward --check" "$here/doorwardctl config check"; do
		row="$program with ${3-}"
		# shellcheck disable=SC2086
		run $program
		if [ "$1" = 0 ]; then
			judge 0 "$2"
		else
			judge 1 "$2"
		fi
	done
}

long=/tmp/$(printf '%0100d' 0)
key=$work/places/key ca=$work/places/ca

check 0 "$work/doorward.conf: OK"
check 0 OK			'log_target = "syslog"'
check 0 OK			"log_target = \"$work/places/log\""
[ ! -e "$work/places/log" ] || complain 'made the log'
check 1 'log_target /nowhere/log: No such file'	'log_target = "/nowhere/log"'
check 1 "log_target $work/places: Is a directory"	"log_target = \"$work/places\""
: >"$work/root.log"
chmod 600 "$work/root.log"
install -d -m 755 "$work/closed"
if [ "$(id -u)" = 0 ]; then
	check 1 'root.log: Permission denied'	"log_target = \"$work/root.log\""
	check 1 'closed/log: Permission denied'	"log_target = \"$work/closed/log\""
	check 1 'run_dir'			"run_dir = \"$work/closed\""
	check 1 'run_dir'			"run_dir = \"$work/closed/run\""
	check 1 'root.log: Permission denied'	"key_file = \"$work/root.log\""
fi
check 1 'run_dir /nowhere/run: No such file'	'run_dir = "/nowhere/run"'
check 1 "run_dir $work/root.log: Not a directory"	"run_dir = \"$work/root.log\""
check 1 'File name too long'	"listen = \"$long/s\""
check 1 'listen /nowhere/s: No such file'	'listen = "/nowhere/s"'
check 0 OK			"listen = \"$work/run/s\""
check 1 'argon2_memory_kib must be from 8192 to 1048576'	'argon2_memory_kib = 4194304'

facebook="facebook_app_id = \"1\"
facebook_app_secret_file = \"$key\""
check 1 "$key: No such file"	"$facebook"
check 0 OK			"facebook_app_secret_file = \"$key\""
: >"$key"
chmod 600 "$key"
own "$key"
check 1 "$key is empty"		"$facebook"
echo s3cr3t >"$key"
chmod 644 "$key"
check 1 "$key must be 0600"	"$facebook"
chmod 600 "$key"
check 0 OK			"$facebook"
if [ "$(id -u)" = 0 ]; then
	chown 0:0 "$key"
	check 1 "$key: Permission denied"	"$facebook"
fi

check 1 "provider_ca_file $ca: No such file"	"provider_ca_file = \"$ca\""
echo 'no certificate' >"$ca"
check 1 "provider_ca_file $ca: Invalid argument"	"provider_ca_file = \"$ca\""
openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -out "$ca" -days 1 -subj /CN=ca 2>/dev/null
chmod 644 "$ca"
check 0 OK			"provider_ca_file = \"$ca\""

check 1 'user nobody-by-this-name'	'user = "nobody-by-this-name"'
check 1 'group nobody-by-this-name'	'group = "nobody-by-this-name"'

secret=$work/places/secret
echo s3cr3t >"$secret"
chmod 600 "$secret"
own "$secret"
refused=$work/places/refused
check 1 "password_refuse_file $refused: No such file"	"password_refuse_file = \"$refused\""
check 1 'Is a directory'	"password_refuse_file = \"$work/places\""
: >"$refused"
chmod 644 "$refused"
check 0 OK			"password_refuse_file = \"$refused\""

# an address that could never be asked matters where its provider is on
check 0 OK			'google_jwks_url = "http://localhost/"'
check 1 'google_jwks_url http://localhost/: Protocol not supported' 'google_client_ids = {"a"}
google_jwks_url = "http://localhost/"'
check 1 'apple_jwks_url localhost: Protocol not supported' 'apple_client_ids = {"a"}
apple_jwks_url = "localhost"'
check 1 'facebook_graph_url ftp://localhost: Protocol not supported' "$(printf '%s\n%s' \
	'facebook_app_id = "1"' 'facebook_graph_url = "ftp://localhost"')
facebook_app_secret_file = \"$work/places/secret\""
check 1 'oidc x: jwks_url http://a/: Protocol not supported' 'oidc x {
issuer = "https://a/"
jwks_url = "http://a/"
client_ids = {"a"}
}'

# all errors are reported at once
check 1 'log_target /nowhere/log' 'log_target = "/nowhere/log"
provider_ca_file = "/nowhere/ca"'
grep -q 'provider_ca_file /nowhere/ca' "$work/err" || complain 'says only the first'

# Is the last page of the file in use?  A free one may be missing.
last_page_matters()
{
	local whole=0

	cp -p "$work/var/data/data.mdb" "$work/whole.mdb"
	truncate -s -1 "$work/var/data/data.mdb"
	"$here/doorward" --check >/dev/null 2>&1 || whole=1
	cp -p "$work/whole.mdb" "$work/var/data/data.mdb"
	[ "$whole" = 1 ]
}

# a truncated database, by one byte or by many
conf
for ((n = 1; n < 200; n++)); do
	"$here/doorwardctl" account add "account $n" >/dev/null || failed=$((failed + 1))
	[ "$n" -lt 40 ] || ! last_page_matters || break
done
size=$(stat -c %s "$work/whole.mdb")
for left in $((size - 1)) $((size / 2)) 12288 8192 4096 100 0; do
	cp -p "$work/whole.mdb" "$work/var/data/data.mdb"
	truncate -s "$left" "$work/var/data/data.mdb"
	for command in "$here/doorward --check" "$here/doorwardctl status" \
		"$here/doorwardctl user list" "$here/doorwardctl upgrade"; do
		row="$left bytes of $size are left: $command"
		# shellcheck disable=SC2086
		run $command
		[ "$code" = 1 ] || complain "exit code $code, not 1"
		[ -s "$work/err" ] || complain 'says nothing'
	done
done
cp -p "$work/whole.mdb" "$work/var/data/data.mdb"
row='whole again'
run "$here/doorward" --check
judge 0 OK
t 0 'key_file_ok'		status

# an older copy of the file: what was revoked since would be valid
t 0 ''				user add ann@example.org --no-password
t 0 ''				token add ann@example.org --name ci
cat "$work/out" >>"$work/secrets"
: >"$work/out"
cp -p "$work/var/data/data.mdb" "$work/older.mdb"
t 0 ''				user logout ann@example.org
cp -p "$work/var/data/data.mdb" "$work/newer.mdb"
cp -p "$work/older.mdb" "$work/var/data/data.mdb"
for command in "$here/doorward --check" "$here/doorwardctl status" \
	"$here/doorwardctl user list" "$here/doorwardctl check" "$here/doorwardctl compact" \
	"$here/doorwardctl backup $work/b.mdb"; do
	row="a former state: $command"
	# shellcheck disable=SC2086
	run $command
	judge 1 'it is in the state of commit'
	grep -q -F 'check --repair' "$work/err" || complain 'does not say what helps'
done
row='doorwardctl check --repair'
run "$here/doorwardctl" check --repair
[ "$code" = 0 ] || complain "exit code $code"
grep -q 'it has 1 bearer and domain tokens' "$work/out" || complain 'does not say what came back'
[ -s "$(field kept)" ] || complain 'the former state is not kept'
t 0 'faults    0'		check
t 0 'ann@example.org'		token list --user ann@example.org
cp -p "$work/older.mdb" "$work/var/data/data.mdb"
t 1 'former state'		status
t 0 '"tokens_dropped":0'	restore "$work/newer.mdb" --drop-tokens --json
row='usable again'
run "$here/doorward" --check
judge 0 OK

# keys that do not fit
cp "$work/etc/master.key" "$work/places/other.key"
head -c 32 /dev/urandom >"$work/places/other.key"
chmod 640 "$work/places/other.key"
if [ "$(id -u)" = 0 ]; then
	chown 0:65534 "$work/places/other.key"
fi
conf "key_file = \"$work/places/other.key\""
row='doorward --check with another key'
run "$here/doorward" --check
judge 1 'is sealed by the master key'
t 1 'is sealed by the master key'	account list
run "$here/doorwardctl" status
[ "$code $(field key_file_ok)" = '1 no' ] || complain 'takes another key file for good'
head -c 31 /dev/urandom >"$work/places/other.key"
check 1 'must have 32 bytes'	"key_file = \"$work/places/other.key\""

finish
