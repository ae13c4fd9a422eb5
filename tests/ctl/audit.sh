#!/bin/bash
# SPDX-License-Identifier: ISC
# doorwardctl audit: the log, what logrotate made of it, and lines that are none.
# Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

token=7db2665d-1e59-4f80-b65c-2372f32d678d
nobody=11111111-2222-4333-8444-555555555555
mkdir "$work/var" "$work/etc" "$work/run" "$work/log"
log=$work/log/doorward.log
conf "log_target = \"$log\""
t 0 ''		init
t 0 ''		user add ann@example.org --no-password --sip-login 100@sip.example.org
t 0 ''		user show ann@example.org --json
ann=$(sed -n 's/.*"uuid":"\([^"]*\)".*/\1/p' "$work/out")

# text STAMP EVENT RESULT VIA USER TOKEN WHY NAME: a line as the service writes it
text()
{
	echo "$1 www doorward[7]: call event=$2 result=$3 step=verify ip=192.0.2.7 via=$4" \
		"user=$5 token=$6 ms=14 rid=e40c1602 failed=basic why=$7 ua=curl/7%20%28x%29 name=$8"
}

# json, likewise, with values that are quoted or null
json_line()
{
	echo "{\"time\":\"$1\",\"host\":\"www\",\"pid\":7,\"level\":\"info\",\"message\":\"call\"," \
		"\"event\":\"$2\",\"result\":\"$3\",\"step\":\"verify\",\"ip\":\"192.0.2.7\"," \
		"\"via\":$4,\"user\":$5,\"token\":$6,\"ms\":14,\"rid\":\"e40c1602\"," \
		"\"failed\":null,\"why\":$7,\"ua\":null,\"name\":$8}" | sed 's/, "/,"/g'
}

text 2026-11-20T10:00:00Z auth.show ok bearer "$ann" $token - '' >"$log.3"
text 2026-11-20T11:00:00Z auth.show wrong-credentials - - - basic:password ann@example.org \
	>>"$log.3"
gzip "$log.3"
touch -d 2026-11-20T12:00:00Z "$log.3.gz"
text 2026-11-21T10:00:00Z token.create ok jwt "$ann" - - '' | sed "s/ token=/ object=$token&/" \
	>"$log-20261121"
text 2026-11-21T10:30:00Z webitel.login no-user - - - password:unknown 100@SIP.example.org \
	>>"$log-20261121"
touch -d 2026-11-21T12:00:00Z "$log-20261121"
{
	echo '2026-11-22T09:00:00Z www doorward[7]: ready at /run/doorward.sock with 2 workers'
	json_line 2026-11-22T10:00:00Z user.disable ok '"jwt"' "\"$nobody\"" null null null |
		sed "s/\"token\"/\"by\":\"$ann\",&/"
	json_line 2026-11-22T11:00:00Z auth.show wrong-credentials null null null \
		'"basic:unknown"' '"a \"b\"\u001b[0m@example.org"'
	echo "Nov 22 11:30:00 www doorward[7]: call event=auth.show result=ok step=handle" \
		"ip=192.0.2.8 via=jwt user=$nobody token=- ms=1 rid=00000001 failed=- why=- ua=- name="
	text 2026-11-22T12:00:00.5+01:00 token.list ok bearer $nobody $token - ''
} >"$log"
touch -d 2026-11-22T12:00:00Z "$log"
echo unrelated >"$log.old"

# all of it, in order
t 0 ''		audit
lines 8
cut -d ' ' -f 1-4 "$work/out" >"$work/got"
cat >"$work/want" <<END
2026-11-20T10:00:00Z 192.0.2.7 auth.show ok
2026-11-20T11:00:00Z 192.0.2.7 auth.show wrong-credentials
2026-11-21T10:00:00Z 192.0.2.7 token.create ok
2026-11-21T10:30:00Z 192.0.2.7 webitel.login no-user
2026-11-22T10:00:00Z 192.0.2.7 user.disable ok
2026-11-22T11:00:00Z 192.0.2.7 auth.show wrong-credentials
- 192.0.2.8 auth.show ok
2026-11-22T12:00:00.5+01:00 192.0.2.7 token.list ok
END
diff -u "$work/want" "$work/got" || complain 'has other lines'
t 0 "auth.show ok via=bearer user=$ann token=$token failed=basic ua=curl/7 (x)"	audit
t 0 'why=basic:unknown name=a%20%22b%22%1B%5B0m@example.org'	audit
t 0 "by=$ann"	audit

# who
t 0 ''		audit --user ann@example.org
lines 5
t 0 'name=100@SIP.example.org'	audit --user 100@sip.example.org
lines 5
t 0 ''		audit --user "$ann"
lines 3
t 0 ''		audit --user "$nobody" --event 'auth.*'
lines 1
t 0 ''		audit --user gone@example.org
lines 0
t 0 '[]'	audit --user gone@example.org --json

# by token: used, or made
t 0 "token.create ok via=jwt user=$ann object=$token"	audit --token "$token"
lines 3
t 0 ''		audit --token "${token^^}" --event 'auth.*'
lines 1
t 0 ''		audit --token "$nobody"
lines 0
t 2 '--token is the uuid'	audit --token x
t 2 '--token is the uuid'	audit --token ''

# partly ARG...: the exit status, and standard error, say that a line has no time
partly()
{
	row="doorwardctl $*"
	run "$here/doorwardctl" "$@"
	[ "$code" = 1 ] || complain "exit code $code"
	grep -q 'audit: 1 line without a readable time left out' "$work/err" ||
		complain 'does not say what is left out'
}

# when and what
partly audit --since 2026-11-21
lines 5
partly audit --since 2026-11-20T11:00:00Z --until 2026-11-21T10:30:00Z
lines 2
partly audit --since 2026-11-22T11:00:01Z
lines 0
partly audit --until 1s --since 9999d
t 0 ''		audit --since 2026-11-21 --event token.list
partly audit --since 2026-11-22T12:00:01+01:00
lines 0
partly audit --since 2026-11-22T12:00:00+0100
lines 2
t 2 '--since is not before --until'	audit --since 2026-11-22 --until 2026-11-21
t 2 '--since is not before --until'	audit --since 2h --until 2h
t 2 '--since is a time'	audit --since 2026-11-22T12:00:00
t 2 '--event is empty'	audit --event ''
t 2 '--user is empty'	audit --user ''
t 0 ''		audit --event token.list
lines 1
t 0 ''		audit --event 'token.*'
lines 2
t 0 ''		audit --event 'token'
lines 0
t 2 '--since is a time'	audit --since yesterday
t 2 '--until is a time'	audit --until 2026-13-01
t 2 '--since is a time'	audit --since 5
for zone in +-1:-5 +24:00 +01:60 +1:5 '+ 1: 5' +0 +010 +01:000 .Z ''; do
	t 2 '--since is a time'	audit --since "2026-11-22T05:50:17$zone"
done

# as JSON
t 0 ''		audit --json
json 'length'				8
json '.[0].ms'				14
json '.[0].token'			"\"$token\""
json '.[3].why'				'"password:unknown"'
json '.[5].name'			'"a \"b\"\u001b[0m@example.org"'
json '[.[] | select(.user == null)] | length'	3
json '.[6].time'			null

# files that are named, and standard input
t 0 ''		audit "$log" --json
json 'length'				4
stdin "$(text 2026-11-22T12:00:00Z auth.show ok jwt "$ann" - - '')\n"
t 0 "user=$ann"	audit -
lines 1
for zone in +0100 +01:00; do
	stdin "$(text "2026-11-22T12:00:00$zone" auth.show ok jwt "$ann" - - '')\n"
	t 0 "2026-11-22T12:00:00$zone"	audit --since 2026-11-22T11:00:00Z --until 2026-11-22T11:00:01Z -
done
row='through a pipe, and compressed'
gzip -c "$log" | "$here/doorwardctl" audit - >"$work/out" 2>"$work/err" || complain 'fails'
lines 4

# without a database, or a file of its own
mv "$work/var/data" "$work/var/gone"
t 0 ''		audit --user "$ann"
t 1 ''		audit --user ann@example.org
mv "$work/var/gone" "$work/var/data"
conf
t 2 'journalctl'	audit
t 0 ''		audit "$log"
lines 4
t 1 'not everything was read'	audit "$work/absent"
row='one that is absent beside one that is not'
run "$here/doorwardctl" audit "$work/absent" "$log"
[ "$code" = 1 ] || complain "exit code $code"
lines 4

# what "journalctl -o json" prints of both forms
entry()
{
	printf '{"__REALTIME_TIMESTAMP":"1795255200123456","_PID":"7","MESSAGE":"%s"}\n' \
		"$(sed 's/["\\]/\\&/g')"
}
{
	text X auth.show ok bearer "$ann" $token - '' | sed 's/.*\]: //' | entry
	json_line 2026-11-21T11:00:00Z auth.show ok '"jwt"' "\"$ann\"" null null null | entry
	echo 'ready at /run/doorward.sock with 2 workers' | entry
	echo '{"__REALTIME_TIMESTAMP":"1795255200123456","MESSAGE":null}'
} >"$work/journal"
t 0 "2026-11-21T10:00:00.123Z 192.0.2.7 auth.show ok via=bearer user=$ann" audit "$work/journal"
lines 2
t 0 '2026-11-21T11:00:00Z'	audit "$work/journal" --since 2026-11-21T10:30:00Z
lines 1

# what is no line does no harm to those that are
good=$(text 2026-11-22T12:00:00Z auth.show ok jwt "$ann" - - '')
{
	head -c 1048576 /dev/zero | tr '\0' x
	echo
	echo "$good"
	head -c 1048576 /dev/urandom
	echo
	echo "$good"
	echo "$good" | cut -c 1-100
	printf '%s\0%s\n' "$good" "$good"
	echo "${good% ms=*}"
	echo '{"message":"call"'
	echo '{"message":"call","event":1,"result":[],"ms":"x"}'
	head -c 8000 /dev/zero | tr '\0' '{'
	echo
	echo ']: call event=a result=b ms=1 name=%'
	echo ']: call event=a%0A%1B result=b ms=1 name=%FF%00%zz%4'
	for ms in zz 007 -1 '1,"x":2' 99999999999999999999; do
		echo "]: call event=a result=b ms=$ms user=$ann name="
	done
	printf '%s\377\n' "$good"
	echo "$good" | sed 's/auth/\o303/'
	printf '%s' "$good"
} >"$work/hostile"
t 0 ''		audit "$work/hostile" --user "$ann"
lines 3
t 0 'name=%25FF%2500%25zz%254'	audit "$work/hostile"
lines 5
t 0 ''		audit "$work/hostile" --json
json 'length'	5
gzip -c "$work/hostile" >"$work/whole.gz"
t 0 ''		audit "$work/whole.gz"
lines 5
head -c 1000000 "$work/whole.gz" >"$work/cut.gz"
row='cut'
run "$here/doorwardctl" audit "$work/cut.gz" "$log"
[ "$code" = 1 ] || complain "exit code $code"
grep -q 'it is damaged, or cut' "$work/err" || complain 'does not say so'
{ cat "$work/whole.gz"; printf '\n%s\n' "$good" | gzip; } >"$work/two.gz"
t 0 ''		audit "$work/two.gz"
lines 6
{ head -c 500000 "$work/whole.gz"; head -c 1000 /dev/urandom; } >"$work/bad.gz"
row='damaged'
run "$here/doorwardctl" audit "$work/bad.gz"
[ "$code" = 1 ] || complain "exit code $code"

# those that xz, zstd, bzip2 and lz4 made are not passed over in silence
conf "log_target = \"$log\""
for made in xz:'\375\067zXZ\000' zst:'\050\265\057\375' bz2:BZh91AY lz4:'\004\042\115\030'; do
	printf '%b' "${made#*:}" >"$log.4.${made%%:*}"
	row="$made"
	run "$here/doorwardctl" audit
	[ "$code" = 1 ] || complain "exit code $code"
	grep -q "$log.4.${made%%:*}: it is compressed" "$work/err" || complain 'does not say so'
	lines 8
	rm "$log.4.${made%%:*}"
done
conf

# the lines that the service writes, in both forms
for form in '' json; do
	# shellcheck disable=SC2086
	tests/throttle/audit_lines "$work/real$form" $form
	t 0 'why=basic:password,jwt:expired'	audit "$work/real$form"
	lines "$(($(wc -l <"$work/real$form") - 1))"
	cut -d ' ' -f 2- "$work/out" >"$work/seen$form"
done
row='both forms'
diff -u "$work/seen" "$work/seenjson" >"$work/out" || complain 'differ'
finish
