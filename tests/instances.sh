#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The block of doorward(8) that sets up a further service, run for two under a staging root
# (DESTDIR), each behind a lighttpd of its own: what their units start serves other users
# with other keys.  Run in the build directory.
#
# shellcheck disable=SC2034,SC2154,SC2329	# set by config.status; called by their names
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
# shellcheck source=tests/hosted.sh
. "$top/tests/hosted.sh"
build=$(pwd -P)

for program in lighttpd openssl curl systemd-socket-activate; do
	command -v $program >/dev/null || {
		say "$program is not installed: skipped"
		exit 77
	}
done

prefix='' exec_prefix='' sbindir='' unitdir='' sysconfdir='' localstatedir=''
eval "$(printf '%s=@%s@\n' prefix prefix exec_prefix exec_prefix sbindir sbindir \
	sysconfdir sysconfdir localstatedir localstatedir unitdir systemdsystemunitdir |
	./config.status -q --file=-:-)"
begin instances
become nobody nogroup
stage=$work/root

# --- stand-ins for what the block calls; $NAME is its own ---------------------------

systemd-sysusers() {
	grep -qE "^u doorward-$NAME - \".*\" /var/lib/doorward-$NAME\$" "$stage/etc/sysusers.d/$1"
}

systemd-tmpfiles() {
	local kind path mode user

	while read -r kind path mode user _; do
		[ "$kind" = d ] || continue
		[ "$user" = "doorward-$NAME" ] || die "$path belongs to $user"
		install -d -m "$mode" "$stage$path"
	done <"$stage/etc/tmpfiles.d/$2"
	own_all
}

doorwardctl() {
	case $* in
	*" user add "*) set -- "$@" --password-stdin ;;
	esac
	own_all
	"${as_user[@]}" "$stage$sbindir/doorwardctl" "$@" <<<"password-of-$NAME"
}

# unit_line FILE SETTING: its value, for this instance
unit_line() {
	sed -n "s/^$2=//p" "$stage$unitdir/doorward@.$1" | sed "s/%i/$NAME/g"
}

systemctl() {
	local listen command

	[ "$*" = "enable --now doorward@$NAME.socket doorward@$NAME.service" ]
	[ "$(unit_line service User)" = "doorward-$NAME" ]
	[ "$(unit_line socket SocketUser)" = "doorward-$NAME" ]
	[[ "$(unit_line service ReadWritePaths) " = *"/var/lib/doorward-$NAME "* ]]
	listen=$stage$(unit_line socket ListenStream)
	command=" $(unit_line service ExecStart)"
	own_all
	# shellcheck disable=SC2086	# two paths, each to be prefixed
	"${as_user[@]}" systemd-socket-activate --listen="$listen" ${command// \// $stage/} \
		>"$work/$NAME/log/doorward" 2>&1 </dev/null &
	running[$NAME]=$!
	await "the service of $NAME" test -S "$listen"
	start_lighttpd "$listen"
}

start_lighttpd() {
	local dir=$work/$NAME

	mkdir -p "$dir/run" "$dir/tls"
	ln -s "$1" "$dir/run/doorward.sock"
	tls_make "$dir/tls"
	web_conf lighttpd "$top/deploy" "$dir" "$http_port" "$https_port" 0
	own_all
	"${as_user[@]}" lighttpd -D -f "$dir/lighttpd.conf" >"$dir/log/lighttpd" 2>&1 </dev/null &
	running[lighttpd-$NAME]=$!
	await lighttpd port_in_use "$https_port"
}

# block: the commands, with all paths under the staging root
block() {
	awk '
		/^\.\\" instance$/ { on = 1; next }
		/^\.Ed/ { on = 0 }
		on && !/^\.Bd/' src/doorward.8 |
		sed -E -e 's/\\e$/\\/' -e "s,(^|[ \">=])/(etc|var|run|usr)/,\\1$stage/\\2/,g"
}

# --- logs ------------------------------------------------------------------------------

# systemctl as logrotate runs it: what it was asked for
make_systemctl() {
	mkdir "$work/bin"
	printf '#!/bin/sh\necho "$*" >>"%s/asked"\n' "$work" >"$work/bin/systemctl"
	chmod 755 "$work/bin/systemctl"
}

# rotate: the log of this service, and of no other
rotate() {
	local file=$stage$sysconfdir/logrotate.d/doorward-$NAME dir name as="su nobody nogroup"

	for name in shop club; do
		dir=$stage$localstatedir/log/doorward-$name
		mkdir -p "$dir"
		echo "a line" >"$dir/doorward.log"
		chmod -R go-w "$dir"
	done
	own_all
	grep -qx "	su doorward-$NAME doorward-$NAME" "$file" || die "rotated as another user"
	[ "$EUID" -eq 0 ] || as=
	sed -i -e "s/^	su .*/	$as/" -e "s,^$localstatedir/,$stage&," "$file"
	chown "$EUID" "$file"
	: >"$work/asked"
	PATH=$work/bin:$PATH logrotate --force --state "$work/rotated" "$file"
	for name in shop club; do
		dir=$stage$localstatedir/log/doorward-$name
		if [ $name = "$NAME" ]; then
			[ ! -e "$dir/doorward.log" ] || die "not rotated: the log of $name"
		else
			[ -e "$dir/doorward.log" ] || die "rotated for $NAME: the log of $name"
		fi
	done
	[ "$(cat "$work/asked")" = "kill --kill-who=main --signal=HUP doorward@$NAME.service" ] ||
		die "logrotate of $NAME asked systemctl to $(cat "$work/asked")"
}

# --- requests ------------------------------------------------------------------------

# ask CURL-OPTION...: the service $NAME
ask() {
	request --cacert "$work/$NAME/tls/ca.pem" "$@" "https://localhost:${https_ports[$NAME]}/rest/auth"
}

# with_service NAME COMMAND...
with_service() {
	local NAME=$1

	"${@:2}"
}

make -C "$build" install DESTDIR="$stage" >"$work/make.log" 2>&1

block >"$work/block"
declare -A https_ports=()
for name in shop club; do
	mkdir -p "$work/$name/log"
	find_ports
	https_ports[$name]=$https_port
	# shellcheck source=/dev/null
	. <(sed "s/^NAME=.*/NAME=$name/" "$work/block")
done
for name in shop club; do
	with_service $name expect 200 -u "bob@example.org:password-of-$name"
done
with_service shop expect 401 -u "bob@example.org:password-of-club"
jwt=$(with_service shop ask -u "bob@example.org:password-of-shop" |
	sed -n 's/.*"token":"\([^"]*\)".*/\1/p')
with_service shop expect 200 -H "X-Auth-Token: $jwt"
with_service club expect 401 -H "X-Auth-Token: $jwt"
if command -v logrotate >/dev/null; then
	make_systemctl
	with_service shop rotate
	with_service club rotate
fi
echo "two services, each with users and keys of its own"
