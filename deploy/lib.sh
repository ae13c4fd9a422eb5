# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# deploy/lib.sh - what the scripts here and tests/e2e/stack.sh share.  Sourced.
# The caller runs under "set -euo pipefail".
#
# shellcheck disable=SC2034	# the lists of packages are for the callers

# Servers are not in the PATH of an ordinary user of Debian.
PATH=$PATH:/usr/sbin:/sbin

BUILD_PACKAGES=(autoconf automake autoconf-archive pkg-config gcc libc6-dev make
	libfcgi-dev libjson-c-dev libjwt-dev libsodium-dev liblmdb-dev libmariadb-dev
	libcurl4-openssl-dev libconfuse-dev libssl-dev libcrypt-dev libseccomp-dev
	libidn2-dev libunistring-dev zlib1g-dev)
LIGHTTPD_PACKAGES=(lighttpd lighttpd-mod-openssl)
GUARD_PACKAGES=(lighttpd-modules-lua php-cgi php-cli)
APACHE_PACKAGES=(apache2-bin libapache2-mod-fcgid)
NGINX_PACKAGES=(nginx)
CADDY_PACKAGES=(caddy)
HAPROXY_PACKAGES=(haproxy)
TOKEN_PACKAGES=(libapache2-mod-auth-openidc python3-jwt python3-jose python3-jwcrypto
	node-jose libcrypt-jwt-perl ruby-jwt jose rnbyc)
DATABASE_PACKAGES=(mariadb-server galera-4 rsync)
ROLE_PACKAGES=(ansible-core ansible-lint yamllint)
BROWSER_PACKAGES=(chromium chromium-driver python3-selenium fonts-dejavu-core)
PACKAGE_PACKAGES=(build-essential debhelper dh-apparmor dpkg-dev pkgconf systemd)
CLIENT_PACKAGES=(curl openssl ca-certificates)
TEST_PACKAGES=(libcunit1-dev spawn-fcgi mandoc shellcheck fail2ban python3-systemd logrotate
	procps strace git systemd prometheus python3-prometheus-client python3-jsonschema
	python3-hypothesis php-cli nodejs golang-go)

say() {
	printf '%s\n' "$*" >&2
}

die() {
	say "${0##*/}: $*"
	exit 1
}

# --- packages -----------------------------------------------------------------

as_root() {
	if [ "$EUID" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Prints those of the given packages that are not installed.
missing_packages() {
	local name state

	for name; do
		state=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) || state=
		[ "$state" = installed ] || printf '%s\n' "$name"
	done
}

apt_get() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" \
		</dev/null >&2
}

# A web server that is being installed asks this file whether it may start.
POLICY=/usr/sbin/policy-rc.d
POLICY_MARK='# doorward: for the time of one installation'

deny_services() {
	[ -e $POLICY ] ||
		printf '#!/bin/sh\n%s\nexit 101\n' "$POLICY_MARK" |
			as_root install -m 755 /dev/stdin $POLICY
}

allow_services() {
	if grep -qsxF "$POLICY_MARK" $POLICY; then
		as_root rm -f $POLICY
	fi
}

# The services that a boot starts; nothing where systemd is not there to start any.
enabled_services() {
	! command -v systemctl >/dev/null || systemctl --root=/ list-unit-files --type=service \
		--state=enabled --no-legend 2>/dev/null | cut -d ' ' -f 1 | sort
}

# disable_others NAME...: leaves those enabled that were; a boot is not to start what was
# installed to be tried out.
disable_others() {
	local name

	[ $# -gt 0 ] || return 0
	for name in $(comm -13 <(printf '%s\n' "$@") <(enabled_services)); do
		say "Not to be started at boot: $name"
		as_root systemctl --root=/ disable "$name" >/dev/null 2>&1 || true
	done
}

# A subshell, so that its traps run when it exits and the policy is always removed.
install_packages() (
	mapfile -t enabled < <(enabled_services)
	trap 'allow_services; disable_others "${enabled[@]}"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	deny_services || exit
	compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null || apt_get update
	if ! apt_get install -y --no-install-recommends "$@"; then
		say "Trying again with fresh package lists."
		apt_get update
		apt_get install -y --no-install-recommends "$@"
	fi
)

# offered_packages NAME...: prints those that this release of Debian has: 13 has no python3-jose.
offered_packages() {
	local name

	if ! command -v apt-cache >/dev/null; then
		printf '%s\n' "$@"
		return
	fi
	compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null || apt_get update
	for name; do
		! apt-cache show "$name" >/dev/null 2>&1 || printf '%s\n' "$name"
	done
}

# need_packages NAME...: installs those that are missing, and only those.
need_packages() {
	local missing lock

	if ! command -v dpkg-query >/dev/null; then
		say "No dpkg here: expecting the equivalents of $* to be installed."
		return 0
	fi
	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	if [ "$EUID" -ne 0 ] && ! command -v sudo >/dev/null; then
		die "packages are missing and there is no sudo; as root: apt-get install ${missing[*]}"
	fi
	# One at a time, or one script would take away the policy under another.
	exec {lock}</var/lib/dpkg
	flock "$lock"
	mapfile -t missing < <(missing_packages "$@")
	if [ ${#missing[@]} -gt 0 ]; then
		say "Installing ${missing[*]}"
		install_packages "${missing[@]}" || die "could not install ${missing[*]}"
	fi
	exec {lock}<&-
}

# --- building -----------------------------------------------------------------

is_program() {
	[ "$(head -c 4 "$1" | tr -d '\0')" = $'\x7fELF' ]
}

# Prints, with NULs between, what of the checkout is source.
list_sources() {
	local file

	find configure.ac Makefile.am .gitignore src tests deploy etc README COPYING \
		\( -name .deps -o -name '*.trs' -o -name '*.log' -o -name '*.[oa]' \) -prune -o \
		-type f ! -perm /111 -print0 -o -type l -print0 2>/dev/null || true
	find src tests deploy -type f -perm /111 -print0 2>/dev/null |
		while IFS= read -r -d '' file; do
			is_program "$file" || printf '%s\0' "$file"
		done
}

# copy_sources FROM TO: a file that is as it was keeps its time, whatever that is in FROM,
# so that make rebuilds only what changed; what FROM no longer has is removed; what
# was generated at the top of TO stays.
copy_sources() {
	local from=$1 to=$2 new=$2.new

	rm -rf "$new"
	mkdir -p "$to" "$new"
	(cd "$from" && list_sources | tar --no-recursion --mode=u+w --null -T - -cf -) |
		tar --no-same-owner -xmf - -C "$new" || return
	(cd "$new" && find . -type f -exec sha256sum {} +) >"$to.sums" || return
	(cd "$to" && find src tests deploy etc -type f 2>/dev/null || true) | while IFS= read -r file; do
		[ -e "$new/$file" ] || rm -f "$to/$file"
	done
	(cd "$to" && sha256sum -c "$to.sums" 2>/dev/null || true) | sed -n 's/: FAILED.*$//p' |
		while IFS= read -r file; do
			mkdir -p "$to/${file%/*}" && cp -p "$new/$file" "$to/$file" || return
		done
	rm -rf "$new" "$to.sums"
}

# The sum of what configure and Makefile are made of.
sum_build_system() {
	(cd "$1" && find . -name configure.ac -o -name 'Makefile*.am' -o -name '*.inc' |
		LC_ALL=C sort | xargs sha256sum | sha256sum)
}

# build SOURCE OBJ TARGET [CONFIGURE-OPTION...]: OBJ is beside SOURCE, because
# configure takes no blank in the path to its source unless that is relative.
build() {
	local source=$1 obj=$2 target=$3 relative sum

	shift 3
	relative=../${source##*/}
	sum=$(sum_build_system "$source") || return
	[ -e "$obj/build-system.sum" ] || rm -rf "$obj"
	mkdir -p "$obj"
	if [ "$(cat "$obj/build-system.sum" 2>/dev/null)" != "$sum" ]; then
		(cd "$source" && autoreconf -fi) || return
		(cd "$obj" && "$relative/configure" "$@") || return
		echo "$sum" >"$obj/build-system.sum"
	fi
	make -C "$obj" -j "$(nproc)" "$target"
}

# --- running ------------------------------------------------------------------

# template_fill FILE WORD=VALUE...: prints FILE with each @WORD@ replaced.
template_fill() {
	local text pair

	text=$(<"$1")
	shift
	for pair; do
		text=${text//"@${pair%%=*}@"/"${pair#*=}"}
	done
	printf '%s\n' "$text"
}

# site_conf FILE DIR HTTP-PORT HTTPS-PORT HSTS-SECONDS: a file of deploy/ for a server
# on 127.0.0.1.  DIR has tls/, log/, run/, acme/, guards/ and console/; clients say localhost.
site_conf() {
	template_fill "$1" "ADDRESS=127.0.0.1" "HTTP_PORT=$3" "HTTPS_PORT=$4" "HSTS_SECONDS=$5" \
		"SERVER_NAME=localhost" "HOST_NAME=$(public_name "$4")" "USER=$WEB_USER" \
		"TLS_CERT=$2/tls/server.pem" "TLS_KEY=$2/tls/server.key" \
		"TLS_PEM=$2/tls/haproxy.pem" "LOG=stdout" \
		"SOCKET=$2/run/doorward.sock" "LOG_DIR=$2/log" "UPLOAD_DIR=$2/run/uploads" \
		"LISTEN=127.0.0.1:$LISTEN_PORT" "CONSOLE=$2/console" \
		"GUARDS=$2/guards/*.conf" "ACME=$2/acme" "PROGRAM=$2/doorward" \
		"CONFIG=$2/doorward.conf" "APACHE_CONFIG=$2/doorward.conf"
}

# Where doorward listens if not at a unix socket.
LISTEN_PORT=9000

# lighttpd's file is complete; the others are included from a main configuration.

# web_version SERVER: prints that of the program here, such as 1.26.3
web_version() {
	case $1 in
	lighttpd) lighttpd -v ;;
	nginx) nginx -v 2>&1 ;;
	*) echo 0.0 ;;
	esac | sed -n '1s/^[^0-9]*\([0-9.]*\).*/\1/p'
}

# nginx_http2 FILE: as nginx wants it since 1.25.1
nginx_http2() {
	! printf '%s\n' 1.25.1 "$(web_version nginx)" | sort --version-sort --check=quiet ||
		sed -i 's/ ssl http2;$/ ssl;/; s/#@http2-on //' "$1"
}

# nginx_main DIR: includes DIR/nginx-http.conf and DIR/nginx-site.conf
nginx_main() {
	[ "$WEB_STARTER" -ne 0 ] || echo "user $WEB_USER $WEB_USER;"
	cat <<-END
		worker_processes 2;
		pid "$1/run/nginx.pid";
		error_log "$1/log/error.log";
		events {
		    worker_connections 512;
		}
		http {
		    client_body_temp_path "$1/run/body";
		    fastcgi_temp_path "$1/run/fastcgi";
		    proxy_temp_path "$1/run/proxy";
		    uwsgi_temp_path "$1/run/uwsgi";
		    scgi_temp_path "$1/run/scgi";
		    include /etc/nginx/mime.types;
		    include "$1/nginx-http.conf";
		    include "$1/nginx-site.conf";
		}
	END
}

APACHE_MODULE_DIR=/usr/lib/apache2/modules

# apache_main DIR HTTP-PORT HTTPS-PORT MODULE...: includes DIR/apache-site.conf
apache_main() {
	local dir=$1 http_port=$2 https_port=$3 name

	shift 3
	for name in mpm_event authz_core authz_host alias dir headers http2 mime remoteip \
		reqtimeout rewrite setenvif socache_shmcb ssl "$@"; do
		echo "LoadModule ${name}_module \"$APACHE_MODULE_DIR/mod_$name.so\""
	done
	# Apache's children do not run as root.
	[ "$WEB_STARTER" -ne 0 ] || printf '%s\n' "User $WEB_USER" "Group $WEB_USER"
	cat <<-END
		ServerRoot "$dir"
		ServerName localhost
		DefaultRuntimeDir "$dir/run"
		PidFile "$dir/run/httpd.pid"
		ErrorLog "$dir/log/error.log"
		TypesConfig /etc/mime.types
		SSLSessionCache "shmcb:$dir/run/ssl_cache"
		Listen 127.0.0.1:$http_port
		Listen 127.0.0.1:$https_port
		StartServers 1
		ServerLimit 4
		MaxRequestWorkers 100
		Include "$dir/apache-site.conf"
	END
}

# The user of web servers' processes if root starts them, and the user that starts them.
WEB_USER=www-data
WEB_STARTER=$EUID

# web_conf KIND DEPLOY DIR HTTP-PORT HTTPS-PORT HSTS-SECONDS: writes all files of a web
# server in DIR.  KIND is the name of a file in DEPLOY, without ".conf".
web_conf() {
	local kind=$1 deploy=$2 dir=$3

	shift 2
	mkdir -p "$dir/run/uploads" "$dir/guards"
	install -d -m 755 "$dir/acme"
	install -d -m 755 "$dir/console"
	install -m 644 "$deploy"/../src/console/* "$dir/console"
	case $kind in
	lighttpd) site_conf "$deploy/lighttpd.conf" "$@" >"$dir/lighttpd.conf" ;;
	nginx)
		cp "$deploy/nginx-http.conf" "$dir/nginx-http.conf"
		site_conf "$deploy/nginx.conf" "$@" >"$dir/nginx-site.conf"
		nginx_http2 "$dir/nginx-site.conf"
		nginx_main "$dir" >"$dir/nginx.conf"
		;;
	apache-proxy)
		site_conf "$deploy/apache-proxy.conf" "$@" >"$dir/apache-site.conf"
		apache_main "$dir" "$2" "$3" authn_core authnz_fcgi authz_user \
			buffer proxy proxy_fcgi proxy_http >"$dir/apache.conf"
		;;
	haproxy)
		cat "$1/tls/server.pem" "$1/tls/server.key" >"$1/tls/haproxy.pem"
		site_conf "$deploy/haproxy.cfg" "$@" >"$dir/haproxy.cfg"
		# An ordinary user cannot become another one.
		[ "$WEB_STARTER" -eq 0 ] || sed -i -E '/^	(user|group) /d' "$dir/haproxy.cfg"
		;;
	caddy) site_conf "$deploy/Caddyfile" "$@" >"$dir/Caddyfile" ;;
	apache-fcgid)
		site_conf "$deploy/apache-fcgid.conf" "$@" >"$dir/apache-site.conf"
		{
			apache_main "$dir" "$2" "$3" fcgid proxy proxy_fcgi proxy_http
			echo "FcgidIPCDir \"$dir/run/fcgid\""
			echo "FcgidProcessTableFile \"$dir/run/fcgid.shm\""
		} >"$dir/apache.conf"
		;;
	esac
}

# describe_interface PROGRAM CONFIG DIR: for api.html of the console in DIR
describe_interface() {
	"$1" --openapi --config "$2" | install -m 644 /dev/stdin "$3/console/openapi.json"
}

# web_command SERVER DIR: sets $command to what runs it in the foreground.
web_command() {
	case $1 in
	lighttpd) command=(lighttpd -D -f "$2/lighttpd.conf") ;;
	nginx) command=(nginx -e "$2/log/error.log" -c "$2/nginx.conf" -g 'daemon off;') ;;
	caddy)
		command=(env "HOME=$2/run" "XDG_DATA_HOME=$2/run" "XDG_CONFIG_HOME=$2/run"
			caddy run --config "$2/Caddyfile" --adapter caddyfile)
		;;
	haproxy) command=(haproxy -db -f "$2/haproxy.cfg") ;;
	apache) command=(apache2 -DFOREGROUND -f "$2/apache.conf") ;;
	esac
}

# web_signal SERVER: the signal that stops it after the requests under way.
web_signal() {
	case $1 in
	lighttpd) echo INT ;;
	nginx) echo QUIT ;;
	caddy) echo TERM ;;
	haproxy) echo USR1 ;;
	apache) echo WINCH ;;
	esac
}

# The name of this machine for clients when HTTPS is at this port.
public_name() {
	if [ "$1" -eq 443 ]; then
		echo localhost
	else
		echo "localhost:$1"
	fi
}

port_in_use() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || (exec 3<>"/dev/tcp/::1/$1") 2>/dev/null
}

# The longest path that fits sockaddr_un has 107 bytes.
check_socket_path() {
	local LC_ALL=C

	[ ${#1} -le 107 ] || die "the socket path $1 has ${#1} bytes; at most 107 are possible," \
		"so choose a shorter directory"
}

tls_config() {
	cat <<-'END'
		[req]
		distinguished_name = name
		prompt = no
		[name]
		CN = localhost
		[ca_req]
		distinguished_name = ca_name
		prompt = no
		x509_extensions = ca
		[ca_name]
		CN = doorward test CA
		[ca]
		basicConstraints = critical, CA:TRUE, pathlen:0
		keyUsage = critical, keyCertSign
		subjectKeyIdentifier = hash
		[server]
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature
		extendedKeyUsage = serverAuth
		subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
	END
}

tls_valid() {
	openssl x509 -checkend 86400 -noout -in "$1/ca.pem" &&
		openssl x509 -checkend 86400 -noout -in "$1/server.pem" &&
		openssl verify -CAfile "$1/ca.pem" "$1/server.pem" &&
		[ -s "$1/server.key" ]
}

tls_generate() {
	umask 077
	tls_config >"$1/openssl.cnf"
	openssl req -x509 -config "$1/openssl.cnf" -section ca_req -nodes -days 825 \
		-newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout "$1/ca.key" -out "$1/ca.pem" &&
	openssl req -new -config "$1/openssl.cnf" -nodes \
		-newkey ec -pkeyopt ec_paramgen_curve:P-256 \
		-keyout "$1/server.key" -out "$1/server.csr" &&
	openssl x509 -req -in "$1/server.csr" -CA "$1/ca.pem" -CAkey "$1/ca.key" -days 825 \
		-extfile "$1/openssl.cnf" -extensions server -out "$1/server.pem" &&
	chmod 644 "$1/ca.pem" "$1/server.pem"
}

# tls_make DIR: a certificate for localhost and the CA that signed it.  The key of
# the CA is not kept: to trust ca.pem is to trust this one certificate.
tls_make() {
	local log

	mkdir -p "$1"
	! tls_valid "$1" >/dev/null 2>&1 || return 0
	log=$(tls_generate "$1" 2>&1) || die "openssl made no certificate: $log"
	rm -f "$1/ca.key" "$1/server.csr" "$1/openssl.cnf"
}

# A password of 24 characters out of [0-9A-Za-z_-].
new_password() {
	openssl rand -base64 18 | tr '+/' '_-'
}
