#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The set-up in the header of deploy/apache-fcgid.conf, line by line, on this machine as root,
# in a mount namespace in which nothing that it writes stays.  Apache is Debian's program with
# a main configuration like Debian's.  Run in the build directory.
#
# shellcheck disable=SC2154,SC2329	# set by config.status; called by their names
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
# shellcheck source=tests/hosted.sh
. "$top/tests/hosted.sh"

skip() {
	say "$*: skipped"
	exit 77
}

if [ $# -eq 0 ]; then
	[ "$EUID" -eq 0 ] || skip "only root can set up Apache"
	for program in apache2 openssl curl systemd-tmpfiles unshare; do
		command -v $program >/dev/null || skip "$program is not installed"
	done
	[ -e "$APACHE_MODULE_DIR/mod_fcgid.so" ] || skip "mod_fcgid is not installed"
	unshare --mount true 2>/dev/null || skip "no mount namespaces"
	TMPDIR=/tmp begin apache
	unshare --mount "$0" "$work"
	exit
fi

build=$(pwd -P)
work=$1
password=a-password-of-mine
# Debian enables these by itself.
modules=(mpm_event authz_core authz_host alias dir mime setenvif reqtimeout)
eval "$(printf '%s=@%s@\n' prefix prefix exec_prefix exec_prefix sbindir sbindir \
	datarootdir datarootdir PACKAGE_TARNAME PACKAGE_TARNAME docdir docdir \
	unitdir systemdsystemunitdir | ./config.status -q --file=-:-)"
[ "$prefix" = /usr/local ] || skip "installed in $prefix"
[[ $unitdir = /usr/local/* ]] || skip "units are installed in $unitdir"

trap leave EXIT

# What is written below these directories is gone at the end.
hide_writes() {
	local name

	mount -t tmpfs tmpfs "$work"
	for name in etc var run usr/local; do
		mkdir -p "$work/$name"/{new,work}
		mount -t overlay overlay -o \
			"lowerdir=/$name,upperdir=$work/$name/new,workdir=$work/$name/work" "/$name" ||
			skip "no overlays here"
	done
}

# --- stand-ins for what the header calls -----------------------------------------

# An administrator's words.
editor() {
	local file word

	for file; do
		for word in "HTTP_PORT=$http_port" "HTTPS_PORT=$https_port" \
			"HOST_NAME=localhost:$https_port" "TLS_CERT=$work/tls/server.pem" \
			"TLS_KEY=$work/tls/server.key" HSTS_SECONDS=0 LOG_DIR=$work/log \
			ACME=/var/www/acme "GUARDS=/etc/apache2/doorward-guards/*.conf"; do
			sed -i "s|@${word%%=*}@|${word#*=}|g" "$file"
		done
	done
}

doorwardctl() {
	if [ "${*:3:2}" = "user add" ]; then
		set -- "$@" --password-stdin
	fi
	"$sbindir/doorwardctl" "$@" <<<"$password"
}

# Debian's enables what a module depends on, too.
a2enmod() {
	modules+=("$@" socache_shmcb)
}

a2ensite() {
	ln -s "../sites-available/$1.conf" /etc/apache2/sites-enabled/
}

write_main() {
	local name

	for name in $(printf '%s\n' "${modules[@]}" | sort -u); do
		echo "LoadModule ${name}_module $APACHE_MODULE_DIR/mod_$name.so"
	done
	cat <<-END
		ServerName localhost
		User www-data
		Group www-data
		PidFile /run/apache2.pid
		DefaultRuntimeDir /run
		ErrorLog $work/log/error.log
		TypesConfig /etc/mime.types
		FcgidIPCDir /run/fcgid
		FcgidProcessTableFile /run/fcgid.shm
		Listen 127.0.0.1:$http_port
		Listen 127.0.0.1:$https_port
		<Directory />
			AllowOverride None
			Require all denied
		</Directory>
		IncludeOptional /etc/apache2/sites-enabled/*.conf
	END
}

apache2ctl() {
	[ "$*" = configtest ]
	write_main >/etc/apache2/apache2.conf
	apache2 -t -f /etc/apache2/apache2.conf
}

systemctl() {
	[ "$*" = "restart apache2" ]
	apache2 -DFOREGROUND -f /etc/apache2/apache2.conf >"$work/log/said" 2>&1 </dev/null &
	running[apache]=$!
}

# -----------------------------------------------------------------------------------

# ask PATH CURL-OPTION...
ask() {
	request --cacert "$work/tls/ca.pem" "${@:2}" "https://localhost:$https_port$1"
}

# The commands of the installed file's header.
commands() {
	sed -n '/as root:$/,/^# It needs/s/^#   //p' "$docdir/examples/apache-fcgid.conf"
}

# Nobody but root and www-data gets to key and database.
check_rights() {
	local file

	for file in /etc/doorward/apache.key /var/lib/doorward-apache/data.mdb /run/doorward-apache/.; do
		[ -e "$file" ] || die "$file is not there"
		! setpriv --reuid=nobody --regid=nogroup --clear-groups test -r "$file" ||
			die "everybody can read $file"
	done
}

find_ports
hide_writes
tls_make "$work/tls"
mkdir -p /etc/apache2/sites-{available,enabled} "$work/log"
# as the package of mod_fcgid has it
install -d -o www-data -g www-data /run/fcgid
make -C "$build" install >"$work/log/make" 2>&1
mapfile -t lines < <(commands)
[ ${#lines[@]} -gt 10 ] || die "the header has ${#lines[@]} commands"
for line in "${lines[@]}"; do
	say "+ $line"
	eval "$line"
done
cd /
await Apache port_in_use "$https_port"
expect 200 /rest/auth -u "you@example.org:$password"
expect 401 /rest/auth -u "you@example.org:another"
expect 200 /console/
check_rights
echo "set up and used"
