#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The INSTALL section of README and the blocks of doorward(8) and doorwardctl(8) that are
# marked ".\" set-up", line by line, under a staging root (DESTDIR).  The service runs from
# there behind lighttpd.  What would change the machine itself is replaced by something
# that changes the staging root.  Run in the build directory.
#
# shellcheck disable=SC2034,SC2154,SC2329	# set by config.status; called by their names
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
# shellcheck source=tests/hosted.sh
. "$top/tests/hosted.sh"
build=$(pwd -P)
password=a-password-of-mine
reloads=0

for program in lighttpd openssl curl systemd-socket-activate; do
	command -v $program >/dev/null || {
		say "$program is not installed: skipped"
		exit 77
	}
done

# Where configure would have things.
prefix='' exec_prefix='' sbindir='' datarootdir='' datadir='' docdir='' sysconfdir='' localstatedir='' runstatedir='' unitdir=''
read_places() {
	eval "$(printf '%s=@%s@\n' prefix prefix exec_prefix exec_prefix sbindir sbindir \
		datarootdir datarootdir datadir datadir PACKAGE_TARNAME PACKAGE_TARNAME docdir docdir \
		sysconfdir sysconfdir localstatedir localstatedir runstatedir runstatedir \
		unitdir systemdsystemunitdir | ./config.status -q --file=-:-)"
}
read_places

begin install
become nobody nogroup
stage=$work/root
conf=$stage$sysconfdir/doorward/doorward.conf
socket=$stage$runstatedir/doorward/doorward.sock

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

# The files of the console as they are, and the description that was made.
check_console() {
	diff -r -x openapi.json "$top/src/console" "$1" &&
		grep -q '^{"openapi":"3.1.0",.*"url":"/".*"/rest/user":.*"/login":' "$1/openapi.json"
}

do_make() {
	[ $# -eq 0 ] || make -C "$build" "$@" DESTDIR="$stage" >"$work/log/make" 2>&1
	[ "$*" != install ] || {
		check_console "$stage$datadir/doorward/console"
		check_recipes
	}
}

# What only the administrator knows; recipes name nothing else in this way.
ASKED=(ACME ADDRESS BACKEND_HOST BACKEND_PORT DIRECTORY GUARDS HOST_NAME HSTS_SECONDS HTTPS_PORT
	HTTP_PORT LISTEN LOG LOG_DIR PHP PHP_SOCKET PROXY PUBLIC ROLE RULES SCOPE SERVER_NAME
	SHARE SITES SITES_CA SITES_NAME SITE_GUARDS SITE_NAME SITE_PORT SITE_ROOT TLS_CERT
	TLS_KEY TLS_PEM UPLOAD_DIR USER)

# Prints what the installed recipes say of this installation below the directory.
named_below() {
	grep -rhoE "(^|[^[:alnum:]/])$1/[[:alnum:]/._-]*[[:alnum:]]" "${recipes[@]}" |
		sed 's,^[^/]*,,' | sort -u
}

# The installed recipes have the paths of this installation, where there is something.
check_recipes() {
	local recipes=("$stage$docdir/examples" "$stage$datadir/doorward") word path paths=0

	for word in $(grep -rhoE '@[A-Z_]+@' "${recipes[@]}" | tr -d @ | sort -u); do
		[[ " ${ASKED[*]} " = *" $word "* ]] || die "@$word@ is left in a recipe"
	done
	for path in $(named_below "$datadir/doorward") $(named_below "$sbindir") \
		$(named_below "$sysconfdir/doorward"); do
		paths=$((paths + 1))
		[[ $path = "$sysconfdir"/doorward/apache.@(conf|key) ]] || [ -e "$stage$path" ] ||
			die "a recipe names $path, which is not there"
	done
	[ "$paths" -gt 5 ] || die "recipes name no more than $paths paths"
	[ "$(named_below "$runstatedir/doorward")" = "$runstatedir/doorward/doorward.sock" ] ||
		die "a recipe names another socket: $(named_below "$runstatedir/doorward")"
}

do_systemd-sysusers() {
	local file=$stage$prefix/lib/sysusers.d/$1

	[ -e "$file" ]
	command -v systemd-sysusers >/dev/null || return 0
	mkdir -p "$stage/etc"
	command systemd-sysusers --root="$stage" - <"$file"
	grep -q '^doorward:.*:/usr/sbin/nologin$' "$stage/etc/passwd"
}

# Its directories, which all become ours.
do_systemd-tmpfiles() {
	local kind path mode rest

	[ "$1" = --create ]
	while read -r kind path mode rest; do
		[ "$kind" != d ] || install -d -m "$mode" "$stage$path"
	done <"$stage$prefix/lib/tmpfiles.d/$2"
	own_all
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
start_units() {
	local command listen

	enable_units "$@"
	listen=$(sed -n 's/^ListenStream=//p' "$stage$unitdir/doorward.socket")
	command=$(sed -n 's/^ExecStart=//p' "$stage$unitdir/doorward.service")
	[ "$stage$listen" = "$socket" ]
	# shellcheck disable=SC2086	# two paths, each to be prefixed
	start_activated ${command// \// $stage/}
}

# Both lines of ExecReload.
reload_units() {
	local check signal

	await_answer
	{
		read -r check
		read -r signal
	} < <(sed -n 's/^ExecReload=//p' "$stage$unitdir/doorward.service")
	# shellcheck disable=SC2086	# two paths, each to be prefixed
	"${as_user[@]}" $stage${check// \// $stage/} >"$work/log/check"
	# shellcheck disable=SC2016	# systemd's variable
	[ "$signal" = '/bin/kill -HUP $MAINPID' ]
	kill -s HUP "${running[doorward]}"
	reloads=$((reloads + 1))
	await "the new configuration" is_reloaded
}

do_systemctl() {
	case $* in
	"enable --now doorward.socket doorward.service") start_units "${@:3}" ;;
	"reload doorward") reload_units ;;
	daemon-reload) ;;
	*) die "systemctl $*: unknown here" ;;
	esac
}

# The owner that the line names becomes nobody, and so does doorward's user from now on:
# it changes to that user itself, as do the commands.
do_install() {
	[ "${*:1:7}" = "-d -m $3 -o doorward -g doorward" ]
	if [ "$EUID" -eq 0 ]; then
		as_user=()
		grep -q '^user = ' "$conf" || printf 'user = "nobody"\ngroup = "nogroup"\n' >>"$conf"
		set -- "${@:1:3}" -o nobody -g nogroup "$8"
	else
		set -- "${@:1:3}" "$8"
	fi
	install "${@:1:$#-1}" "$stage${*: -1}"
}

do_doorward() {
	[ "$*" = "&" ]
	"$stage$sbindir/doorward" --config "$conf" --listen "$socket" \
		>"$work/log/doorward" 2>&1 </dev/null &
	running[doorward]=$!
	reloads=0
	await "$socket" test -S "$socket"
}

start_activated() {
	"${as_user[@]}" systemd-socket-activate --listen="$socket" "$stage$1" "${@:2}" \
		>"$work/log/doorward" 2>&1 </dev/null &
	running[doorward]=$!
	reloads=0
	await "$socket" test -S "$socket"
}

# --- the documents -----------------------------------------------------------------

# The commands of the section of README, continued lines joined, comments gone.
readme() {
	sed -n '/^INSTALL IT/,/^CHOOSE A WEB SERVER/s/^    //p' "$top/README" |
		sed -e :a -e '/\\$/N; s/\\\n//; ta' -e 's/ *#.*//'
}

# set_up PAGE NUMBER: the commands of that block
set_up() {
	awk -v wanted="$2" '
		/^\.\\" set-up$/ { on = ++number == wanted; next }
		/^\.Ed/ { on = 0 }
		on && !/^\.Bd/' "src/$1"
}

# run_commands COMMAND...: what that prints
run_commands() {
	local line part lines=0

	while read -r line; do
		lines=$((lines + 1))
		say "+ $line"
		while read -r part; do
			part=${part#./}
			# shellcheck disable=SC2086,SC2046	# words, as in a shell
			do_${part%% *} $(cut -s -d ' ' -f 2- <<<"$part")
		done <<<"${line// && /$'\n'}"
	done < <("$@")
	[ "$lines" -gt 0 ] || die "$*: no commands"
}

# --- and behind a web server --------------------------------------------------------

start_lighttpd() {
	mkdir -p "$work/run" "$work/tls"
	ln -s "$socket" "$work/run/doorward.sock"
	tls_make "$work/tls"
	web_conf lighttpd "$top/deploy" "$work" "$http_port" "$https_port" 0
	own_all
	"${as_user[@]}" lighttpd -D -f "$work/lighttpd.conf" >"$work/log/lighttpd" 2>&1 </dev/null &
	running[lighttpd]=$!
}

# ask CURL-OPTION...
ask() {
	request --cacert "$work/tls/ca.pem" "$@" "https://localhost:$https_port/rest/auth"
}

is_answered() {
	[ "$(ask | tail -n 1)" = 401 ]
}

await_answer() {
	[ -n "${running[lighttpd]:-}" ] || start_lighttpd
	await "an answer" is_answered
}

is_reloaded() {
	[ "$(grep -c 'reloaded, with' "$work/log/doorward")" -ge "$reloads" ]
}

# Of a build with a prefix of its own: recipes, units, and what both name.
other_prefix() (
	configured=()
	if [ -e "$top/config.status" ]; then
		say "a second build beside one in the source directory: skipped"
		return
	fi
	# as this build, but for its places
	eval "set -- $(./config.status --config)"
	for argument; do
		[[ $argument = --*dir=* || $argument = --*prefix=* ]] || configured+=("$argument")
	done
	stage=$work/other-root
	mkdir "$work/other"
	cd "$work/other"
	"$top/configure" -q "${configured[@]}" --prefix=/opt/doorward >"$work/log/configure" 2>&1
	read_places
	[ "$sbindir $runstatedir" = "/opt/doorward/sbin /opt/doorward/var/run" ]
	make install-examplesDATA install-pkgdataDATA install-systemdsystemunitDATA \
		install-dist_consoleDATA install-data-local DESTDIR="$stage" >"$work/log/other" 2>&1
	install -D "$build/doorward" "$stage$sbindir/doorward"
	check_recipes
	grep -qxF "ListenStream=$runstatedir/doorward/doorward.sock" "$stage$unitdir/doorward.socket"
	! grep -rE '(/usr/local|[^r]/run)/(share/|sbin/)?doorward' "$stage/opt" --include='*.conf' \
		--include='*.lua' --include='Caddyfile' --include='haproxy.cfg' --include='caddy-*' ||
		die "a recipe names a place of another prefix"
)

# Back to a host on which the program is installed, but nothing set up.
reset() {
	end doorward
	rm -rf "$stage$localstatedir/lib/doorward" "$stage$runstatedir/doorward" \
		"$stage$sysconfdir/doorward/master.key"
}

# Only what was made after the installation is left, and the configuration that was edited.
uninstall() {
	local left

	echo '# mine' >>"$stage$sysconfdir/logrotate.d/doorward"
	make -C "$build" install DESTDIR="$stage" >>"$work/log/make" 2>&1
	make -C "$build" uninstall DESTDIR="$stage" >"$work/log/uninstall" 2>&1
	for left in "$sysconfdir/doorward" "$sysconfdir/logrotate.d/doorward" "$localstatedir/lib/doorward"; do
		grep -qxF "left: $stage$left" "$work/log/uninstall" ||
			die "an uninstallation does not say that it leaves $left"
	done
	[ "$(tail -n 1 "$stage$sysconfdir/logrotate.d/doorward")" = '# mine' ] ||
		die "an installation replaces what was edited"
	left=$(find "$stage" -type f ! -path "$stage/etc/*" ! -path "*/var/lib/doorward/*" \
		! -path "*/run/doorward/*" ! -name doorward.conf ! -name master.key)
	[ -z "$left" ] || die "left behind: $left"
}

# Where nothing was edited, no file is left, and no directory of ours.
uninstall_unused() {
	local left

	make -C "$build" install DESTDIR="$work/unused" >>"$work/log/make" 2>&1
	make -C "$build" uninstall DESTDIR="$work/unused" >"$work/log/unused" 2>&1
	! grep '^left: ' "$work/log/unused" || die "left behind of what nobody used"
	left=$(find "$work/unused" ! -type d -o -name '*doorward*')
	[ -z "$left" ] || die "left behind of what nobody used: $left"
}

find_ports
mkdir "$work/log"
if [ ${#socket} -gt 107 ]; then
	say "the path $socket is too long for a socket: skipped"
	exit 77
fi
say "README"
run_commands readme
expect 200 -u "you@example.org:$password"
expect 401 -u "you@example.org:another"

say "doorward(8), with systemd"
reset
run_commands set_up doorward.8 1
await_answer
expect 200 -u "bob@example.org:$password"

say "doorward(8), without"
reset
run_commands set_up doorward.8 2
await_answer
do_doorwardctl user add bob@example.org >/dev/null
expect 200 -u "bob@example.org:$password"

say "doorward(8), reload"
run_commands set_up doorward.8 3
expect 200 -u "bob@example.org:$password"

say "doorwardctl(8)"
reset
run_commands set_up doorwardctl.8 1
[ -s "$stage$localstatedir/lib/doorward/data.mdb" ]
do_doorwardctl status >/dev/null
uninstall
uninstall_unused
say "another prefix"
other_prefix
echo "installed, run, reloaded and uninstalled"
