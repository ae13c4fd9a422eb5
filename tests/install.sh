#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The INSTALL section of README, line by line, under a staging root (DESTDIR), and the
# service then run from there by a user without rights, with the socket left by a
# stand-in for systemd, behind lighttpd.  What would change the machine itself is
# replaced by something that changes the staging root.  Run in the build directory.
#
# shellcheck disable=SC2034,SC2154,SC2329	# set by config.status; called by their names
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
build=$(pwd -P)
mail=you@example.org password=a-password-of-mine

for program in lighttpd openssl curl systemd-socket-activate; do
	command -v $program >/dev/null || {
		say "$program is not installed: skipped"
		exit 77
	}
done

# Where configure would have things.
prefix='' exec_prefix='' sbindir='' sysconfdir='' localstatedir='' runstatedir='' unitdir=''
eval "$(printf '%s=@%s@\n' prefix prefix exec_prefix exec_prefix sbindir sbindir \
	sysconfdir sysconfdir localstatedir localstatedir runstatedir runstatedir \
	unitdir systemdsystemunitdir | ./config.status -q --file=-:-)"

work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-install.XXXXXX")
stage=$work/root
conf=$stage$sysconfdir/doorward/doorward.conf
socket=$stage$runstatedir/doorward/doorward.sock
doorward_pid='' lighttpd_pid=''

# Root becomes nobody; anybody else is fit as he is.
as_user=()
[ "$EUID" -ne 0 ] || as_user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)

leave() {
	local status=$?

	trap - EXIT
	[ -z "$lighttpd_pid" ] || kill "$lighttpd_pid" || status=1
	[ -z "$doorward_pid" ] || kill "$doorward_pid" || status=1
	wait || true
	[ "$status" -eq 0 ] || tail -n 40 "$work"/log/* >&2 || true
	rm -rf "$work"
	exit "$status"
}
trap leave EXIT

# --- stand-ins for what README calls ----------------------------------------------

do_apt-get() {
	local package

	[ "$1" = install ]
	shift
	for package in "${BUILD_PACKAGES[@]}"; do
		[[ " $* libc6-dev " = *" $package "* ]] ||
			die "README does not install $package"
	done
}

do_autoreconf() {
	[ -e "$top/configure" ]
}

do_configure() {
	[ -e "$build/config.status" ]
}

do_make() {
	[ $# -eq 0 ] || make -C "$build" "$@" DESTDIR="$stage" >"$work/log/make" 2>&1
}

do_systemd-sysusers() {
	local file=$stage$prefix/lib/sysusers.d/$1

	[ -e "$file" ]
	command -v systemd-sysusers >/dev/null || return 0
	mkdir -p "$stage/etc"
	command systemd-sysusers --root="$stage" - <"$file"
	grep -q '^doorward:.*:/usr/sbin/nologin$' "$stage/etc/passwd"
}

# Its directories, all of them ours.
do_systemd-tmpfiles() {
	local kind path mode rest

	[ "$1" = --create ]
	while read -r kind path mode rest; do
		[ "$kind" != d ] || install -d -m "$mode" "$stage$path"
	done <"$stage$prefix/lib/tmpfiles.d/$2"
}

# The service and lighttpd run as nobody where root runs this.
own_all() {
	[ "$EUID" -ne 0 ] || chown -hR nobody:nogroup "$work"
}

do_editor() {
	cat >>"$conf" <<-END
		host_name = "$(public_name "$https_port")"
		data_dir = "$stage$localstatedir/lib/doorward"
		run_dir = "$stage$runstatedir/doorward"
		key_file = "$stage$sysconfdir/doorward/master.key"
	END
	own_all
}

do_doorwardctl() {
	if [ "${*:1:2}" = "user add" ]; then
		set -- "$@" --password-stdin
	fi
	"${as_user[@]}" "$stage$sbindir/doorwardctl" --config "$conf" "$@" <<<"$password"
}

# Where systemd looks for units at all.
enable_units() {
	case $unitdir in
	/lib/* | /usr/lib/* | /usr/local/lib/*)
		! command -v systemctl >/dev/null || command systemctl --root="$stage" enable \
			"$@" >"$work/log/systemctl" 2>&1
		;;
	esac
}

# As the units say: the socket first, then ExecStart, with paths below the staging root.
do_systemctl() {
	local command listen

	[ "$*" = "enable --now doorward.socket doorward.service" ]
	enable_units "${@:3}"
	listen=$(sed -n 's/^ListenStream=//p' "$stage$unitdir/doorward.socket")
	command=$(sed -n 's/^ExecStart=//p' "$stage$unitdir/doorward.service")
	[ "$stage$listen" = "$socket" ]
	# shellcheck disable=SC2086	# two paths, each to be prefixed
	start_activated ${command// \// $stage/}
}

start_activated() {
	"${as_user[@]}" systemd-socket-activate --listen="$socket" "$stage$1" "${@:2}" \
		>"$work/log/doorward" 2>&1 </dev/null &
	doorward_pid=$!
	await_socket
}

await_socket() {
	local tries

	for ((tries = 0; tries < 200; tries++)); do
		[ ! -S "$socket" ] || return 0
		sleep 0.05
	done
	die "$socket does not come up"
}

# --- README ------------------------------------------------------------------------

# The commands of the section, continued lines joined, comments gone.
commands() {
	sed -n '/^INSTALL IT/,/^The service runs/s/^    //p' "$top/README" |
		sed -e :a -e '/\\$/N; s/\\\n//; ta' -e 's/ *#.*//'
}

run_commands() {
	local line part

	while read -r line; do
		say "+ $line"
		while read -r part; do
			part=${part#./}
			# shellcheck disable=SC2086,SC2046	# words, as in a shell
			do_${part%% *} $(cut -s -d ' ' -f 2- <<<"$part")
		done <<<"${line// && /$'\n'}"
	done < <(commands)
}

# --- and behind a web server --------------------------------------------------------

start_lighttpd() {
	mkdir -p "$work/run" "$work/tls"
	ln -s "$socket" "$work/run/doorward.sock"
	tls_make "$work/tls"
	web_conf lighttpd "$top/deploy" "$work" "$http_port" "$https_port" 0
	own_all
	"${as_user[@]}" lighttpd -D -f "$work/lighttpd.conf" >"$work/log/lighttpd" 2>&1 </dev/null &
	lighttpd_pid=$!
}

ask() {
	curl -s -o /dev/null -w '%{http_code}' --noproxy '*' --max-time 5 \
		--cacert "$work/tls/ca.pem" "$@" "https://localhost:$https_port/rest/auth" || true
}

expect() {
	local got

	got=$(ask "${@:2}")
	[ "$got" = "$1" ] || die "the answer to ${*:2} is $got, not $1"
}

await_answer() {
	local tries

	for ((tries = 0; tries < 100; tries++)); do
		[ "$(ask)" != 401 ] || return 0
		sleep 0.1
	done
	die "no answer"
}

await_line() {
	local tries

	for ((tries = 0; tries < 200; tries++)); do
		! grep -q "$1" "$work/log/doorward" || return 0
		sleep 0.05
	done
	die "no line '$1' in the log"
}

# Only what was made after the installation is left, and the configuration that was edited.
uninstall() {
	local left

	make -C "$build" uninstall DESTDIR="$stage" >>"$work/log/make" 2>&1
	left=$(find "$stage" -type f ! -path "$stage/etc/*" ! -path "*/var/lib/doorward/*" \
		! -path "*/run/doorward/*" ! -name doorward.conf ! -name master.key)
	[ -z "$left" ] || die "left behind: $left"
}

http_port=$((20000 + RANDOM % 6000 * 2))
https_port=$((http_port + 1))
mkdir "$work/log"
if [ ${#socket} -gt 107 ]; then
	say "the path $socket is too long for a socket: skipped"
	exit 77
fi
[ "$(commands | wc -l)" -ge 8 ] || die "README has no INSTALL section"
run_commands
start_lighttpd
await_answer
expect 200 -u "$mail:$password"
expect 401 -u "$mail:another"
kill -s HUP "$doorward_pid"
await_line 'reloaded, with'
expect 200 -u "$mail:$password"
uninstall
echo "installed, run, reloaded and uninstalled"
