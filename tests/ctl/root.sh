#!/bin/bash
# SPDX-License-Identifier: ISC
# doorwardctl run by root for a service that is another user: it opens nothing there
# as root, so it follows no link that this user has placed.  Only root can try this.
# Run in the build directory.

nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'
if [ "$(id -u)" != 0 ] || ! $nobody test -x "$PWD/doorwardctl" 2>/dev/null; then
	echo 'only root can try this, in a directory that others can enter'
	exit 77
fi

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

data=$work/var/data
victim=$work/victim

# anew: a service of nobody with a database
anew()
{
	rm -rf "${work:?}/var" "${work:?}/run" "${work:?}/etc"
	conf
	install -d "$work/var"
	install -d -m 3770 -o 65534 -g 65534 "$data"
	install -d -m 1755 -o 65534 -g 65534 "$work/run"
	t 0 'created key file'		init
	t 0 ''				user add bob@example.org --no-password
	echo 'root has this for itself' >"$victim"
	chmod 600 "$victim"
}

# of_nobody PATH: all below it belongs to nobody
of_nobody()
{
	local others

	others=$(find "$1" ! -user 65534)
	[ -z "$others" ] || complain "belongs to others: $others"
}

commands=('user list' 'user set bob@example.org --first-name Bob' 'token prune' status check
	'check --repair'
	'key list' 'role show root' 'throttle list' 'throttle clear --all' upgrade init)

# --- what it makes belongs to the service -------------------------------------------

anew
of_nobody "$data"
[ "$(stat -c '%u %g %a' "$work/etc/master.key")" = '0 65534 640' ] ||
	complain 'the service cannot read the key file'
for command in "${commands[@]}"; do
	row="as root, then as nobody: doorwardctl $command"
	# shellcheck disable=SC2086
	run "$here/doorwardctl" $command
	as_root=$code
	of_nobody "$data"
	of_nobody "$work/run"
	# shellcheck disable=SC2086
	run $nobody "$here/doorwardctl" $command
	[ "$code" = "$as_root" ] || complain "exit code $code as nobody, $as_root as root"
done

# a directory for the user of the configuration, though there was none
anew
rm -rf "${work:?}/var/data" "${work:?}/etc"
conf 'user = "nobody"'
t 0 "created directory $data"		init
[ "$(stat -c '%u %a' "$data")" = '65534 3770' ] || complain 'wrong owner or mode of the directory'
of_nobody "$data"

# root changes the master key, which remains readable to the service and no more
before=$(stat -c '%u %g %a' "$work/etc/master.key")
t 0 'only this key'				key rewrap
[ "$(stat -c '%u %g %a' "$work/etc/master.key")" = "$before" ] || complain 'owner or mode changed'
of_nobody "$data"
t 0 'key_file_ok           yes'		status

# a lost key file is reported, and not replaced
anew
rm "$work/etc/master.key"
t 4 'its key file'			init
[ ! -e "$work/etc/master.key" ] || complain 'made another key file'

# --- links of the service's user ----------------------------------------------------

# planted PATH: a link there to root's file, and to a file that is not there
planted()
{
	local link=$1 command target

	for target in "$victim" "$work/var/made"; do
		for command in "${commands[@]}"; do
			anew
			"$here/doorward" --check >/dev/null || complain 'no cache'
			before=$(sha256sum <"$victim")
			rm -f "$link"
			$nobody ln -s "$target" "$link" || complain 'no link'
			row="$link -> $target: doorwardctl $command"
			# shellcheck disable=SC2086
			run "$here/doorwardctl" $command
			[ "$before" = "$(sha256sum <"$victim")" ] || complain "root's file is overwritten"
			[ ! -e "$work/var/made" ] || complain 'a file is made where the link leads'
		done
	done
}

planted "$data/lock.mdb"
planted "$data/data.mdb"
anew
row='doorward --check'
run "$here/doorward" --check
[ "$code" = 0 ] || complain "exit code $code, not 0"
of_nobody "$work/run"
of_nobody "$data"
find "$work/run" -name '*.mdb' >"$work/caches"
[ -s "$work/caches" ] || complain 'no cache to put a link in the place of'
while read -r cache; do
	planted "$cache"
done <"$work/caches"

# --- what the caller alone may read ---------------------------------------------------

anew
chown 0:0 "$work/etc/master.key"
chmod 600 "$work/etc/master.key"
t 0 'bob@example.org'			user list
run "$here/doorwardctl" status
[ "$code $(field key_file_ok)" = '1 no' ] || complain 'does not tell that the service cannot read the key file'
anew
chmod 600 "$work/doorward.conf"
t 0 'bob@example.org'			user list
printf '{"cdr":["r"]}' >"$work/acl.json"
chmod 600 "$work/acl.json"
t 0 ''					role set operator "$work/acl.json"
t 0 '{"cdr":["r"]}'			role show operator
chmod 644 "$work/doorward.conf"

# --- a directory of root's --------------------------------------------------------------

anew
chown -R 0:0 "$data" "$work/etc"
chmod 3770 "$data"
t 0 'bob@example.org'			user list
chown 0:65534 "$data"
t 1 'users other than root can write there'	user list
t 1 'users other than root can write there'	upgrade
chmod 3750 "$data"
t 0 'bob@example.org'			user list
chmod 3777 "$data"
t 1 'users other than root can write there'	user list
chmod 3770 "$data"
chown -R 65534 "$data"/*
chown 0:65534 "$work/etc/master.key"
conf 'user = "nobody"'
t 0 'bob@example.org'			user list
conf 'user = "there is no such user"'
t 1 'user there is no such user'	user list

# --- no way back, no core dump ---------------------------------------------------------------

anew
row='waiting for a password'
mkfifo "$work/typing"
"$here/doorwardctl" user passwd bob@example.org --password-stdin <"$work/typing" >/dev/null 2>&1 &
pid=$!
exec 5>"$work/typing"
state()
{
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$pid/status" | tr '\t' ' '
}
for _ in $(seq 200); do
	# it has the store open, and waits
	[ "$(state Uid)" = '65534 65534 65534 65534' ] &&
		[ -n "$(find "/proc/$pid/fd" -lname '*data.mdb')" ] && break
	sleep 0.05
done
: >"$work/out"
: >"$work/err"
while read -r name want; do
	rows=$((rows + 1))
	[ "$(state "$name")" = "$want" ] || complain "$name is '$(state "$name")', not '$want'"
done <<'END'
Uid 65534 65534 65534 65534
Gid 65534 65534 65534 65534
CapEff 0000000000000000
CapPrm 0000000000000000
NoNewPrivs 1
END
for group in $(state Groups); do
	[ "$group" = 65534 ] || complain "is in group $group"
done
grep -q '^Max core file size  *0  *0 ' "/proc/$pid/limits" || complain 'may leave a core dump'
[ "$(stat -c %u "/proc/$pid/mem")" = 0 ] || complain 'can be traced by others'
! $nobody cat "/proc/$pid/environ" >/dev/null 2>&1 || complain 'can be read by others'
exec 5>&-
wait "$pid"

finish
