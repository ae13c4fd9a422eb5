# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# What the scripts here share: packages built for a release, a Debian that boots, and requests to
# a container.  Sourced, by root or not at all.

top=$(realpath "${BASH_SOURCE[0]%/*}/../..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
# shellcheck source=deploy/debian.sh
. "$top/deploy/debian.sh"
here=$(. /etc/os-release && echo "$VERSION_CODENAME")

[ "$EUID" -eq 0 ] || {
	say "only root can make another Debian: skipped"
	exit 77
}
work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-package.XXXXXX")
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

exec {shown}>&2

# quietly COMMAND...: its output only if it fails
quietly() {
	local log

	log=$(mktemp "$work/log.XXXXXX")
	"$@" >"$log" 2>&1 || {
		tail -n 40 "$log" >&"$shown"
		say "$* failed" 2>&"$shown"
		exit 1
	}
}

# What a machine needs to boot and to serve; it gets no network later.
SERVER_PACKAGES=(systemd systemd-sysv dbus ca-certificates curl lighttpd lighttpd-mod-openssl
	lighttpd-modules-lua openssl procps fail2ban python3-systemd needrestart logrotate)

# make_former PACKAGE: a former version of the same, $work/former.deb.  dpkg replaces every file in
# an upgrade, also by an equal one.
make_former() {
	dpkg-deb -R "$1" "$work/former"
	sed -i 's/^Version: .*/Version: 0.0.1-1/' "$work/former/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$work/former" "$work/former.deb" >&2
}

# make_server RELEASE ROOT PACKAGE: with what PACKAGE depends on
make_server() {
	quietly need_packages debootstrap systemd-container
	quietly make_debian "$1" "$2"
	mkdir "$2/test"
	cp "$top"/deploy/debian/tests/* "$2/test/"
	quietly in_debian "$2" apt-get -qy --no-install-recommends install "${SERVER_PACKAGES[@]}"
	quietly in_debian "$2" apt-get -qy satisfy "$(dpkg-deb -f "$3" Depends)"
}

# boot ROOT TEST ARGUMENT...: runs /test/TEST as the only service of its own
boot() {
	local root=$1

	shift
	rm -f "$root/test/passed"
	cat >"$root/etc/systemd/system/test.service" <<-END
		[Unit]
		After=multi-user.target
		[Service]
		Type=oneshot
		ExecStart=/bin/bash -c '/test/$* >/test/log 2>&1 && touch /test/passed'
		ExecStopPost=/bin/systemctl --no-block poweroff
	END
	mkdir -p "$root/etc/systemd/system/default.target.wants"
	ln -sf ../test.service "$root/etc/systemd/system/default.target.wants/test.service"
	# Two machines at a time would have control groups of the same names.
	flock /run/lock/doorward-boot timeout 3600 systemd-nspawn -q -D "$root" --boot --register=no --keep-unit --private-network \
		>"$work/boot" 2>&1 </dev/null || true
	[ -e "$root/test/passed" ] || {
		tail -n 20 "$work/boot"
		cat "$root/test/log"
		die "$1 failed"
	}
	tail -n 1 "$root/test/log"
}

# build_for RELEASE OUT COMMAND...: in OUT, the package and what COMMAND, a path in the sources,
# makes of it.
build_for() {
	local builder=$work/builder-$1

	mkdir -p "$2"
	if [ "$1" = "$here" ]; then
		"$top/$3" "${@:4}" --out "$2"
		return
	fi
	quietly make_debian "$1" "$builder"
	copy_sources "$top" "$builder/doorward"
	mkdir "$builder/out"
	in_debian "$builder" "/doorward/$3" "${@:4}" --out /out
	cp "$builder"/out/* "$2/"
	rm -rf "$builder"
}

# answer CURL-OPTION...: the status of GET /rest/auth of a container, which has HTTPS at $HTTPS
answer() {
	curl -sk -o /dev/null -w '%{http_code}' --noproxy '*' --max-time 20 \
		--connect-to "www.example.org:443:127.0.0.1:$HTTPS" "$@" \
		https://www.example.org/rest/auth || true
}

# expect STATUS CURL-OPTION...: lighttpd answers 503 until the service is there
expect() {
	local got=000 tries

	for ((tries = 0; tries < 100; tries++)); do
		got=$(answer "${@:2}")
		[[ $got = 000 || $got = 503 ]] || break
		sleep 0.2
	done
	[ "$got" = "$1" ] || fail "the answer to ${*:2} is $got, not $1"
}
