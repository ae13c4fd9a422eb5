# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# deploy/place.sh - the owner of a quickstart's directory, and the user that runs its
# servers.  Sourced by deploy/quickstart, after lib.sh.
#
# shellcheck disable=SC2034,SC2154	# variables of quickstart and lib.sh

# A user who can create files in the directory, or replace it, could have us write or
# run anything.
check_writers() {
	local mode

	mode=$(stat -c %a -- "$1") || exit
	((!(0$mode & 02) || (0$mode & 01000))) ||
		die "anybody may write in $1; choose another --dir, or: chmod o-w ${1@Q}"
}

check_owner() {
	local owner

	owner=$(stat -c %u -- "$dir") || exit
	[ "$owner" -eq "$EUID" ] && return 0
	# sudo: of the user who asks for it.
	[ "$EUID" -eq 0 ] && [ "$owner" = "${SUDO_UID:-}" ] && return 0
	die "$dir belongs to $(stat -c %U -- "$dir"), not to $(id -un); choose another --dir"
}

make_dir() {
	(umask 022 && mkdir -p -- "$dir") || exit
	check_writers "$(dirname -- "$dir")"
	check_writers "$dir"
	check_owner
}

# --- the user of the servers -----------------------------------------------------

# Prints the candidates, best first: the owner of the data, the caller of sudo, and
# the user of web servers.
candidates() {
	[ ! -e "$dir/data" ] || stat -c %u -- "$dir/data"
	printf '%s\n' "${SUDO_UID:-0}" "$WEB_USER" nobody
}

# use_user NAME CAPABILITY...: sets $as_user to what runs a command as this user.
use_user() {
	local rights='' name

	run_user=$1
	shift
	for name; do
		rights+=${rights:+,}+$name
	done
	as_user=(setpriv "--reuid=$run_user" "--regid=$(id -g "$run_user")" --clear-groups)
	# Without the fix-up access(2) would say no where open(2) says yes.
	[ -z "$rights" ] ||
		as_user+=(--securebits=+no_setuid_fixup "--inh-caps=$rights" "--ambient-caps=$rights")
}

# Only root can use a port below 1024, or reach a directory below one of its own.  The
# servers keep that one right where they need it.
choose_user() {
	local candidate rights=()

	[ "$EUID" -eq 0 ] || return 0
	if [ "$http_port" -lt 1024 ] || [ "$https_port" -lt 1024 ]; then
		rights+=(net_bind_service)
	fi
	while read -r candidate; do
		candidate=$(getent passwd "$candidate" | cut -d : -f 1)
		if [ -z "$candidate" ] || [ "$(id -u "$candidate")" -eq 0 ]; then
			continue
		fi
		[ -n "$run_user" ] || use_user "$candidate" "${rights[@]}" dac_read_search
		if setpriv "--reuid=$candidate" "--regid=$(id -g "$candidate")" --clear-groups \
			test -x "$dir"; then
			use_user "$candidate" "${rights[@]}"
			break
		fi
	done < <(candidates)
	[ -n "$run_user" ] || die "there is no ordinary user to run the servers; make one," \
		"named $WEB_USER"
	WEB_USER=$run_user WEB_STARTER=$(id -u "$run_user")
	[[ ${as_user[*]} != *dac_read_search* ]] ||
		say "Only root can reach $dir: the servers, which run as $run_user, keep the" \
			"right to read it."
}

# give FILE...: to the user of the servers, unless they have it.
give() {
	local file

	[ -n "$run_user" ] || return 0
	for file; do
		[ ! -e "$file" ] || [ "$(stat -c %U -- "$file")" = "$run_user" ] ||
			chown -hR "$run_user:$(id -gn "$run_user")" -- "$file"
	done
}

# What root writes there belongs to root until the servers start.
make_dirs() {
	mkdir -p "$dir/log"
	(umask 077 && mkdir -p "$dir/run/uploads" "$dir/data")
	chmod 700 "$dir/log" "$dir/run"
	touch "$dir"/log/{access,error,doorward}.log
	give "$dir/run" "$dir"/log/{access,error,doorward}.log
	[ -z "$run_user" ] || {
		chgrp "$(id -gn "$run_user")" "$dir/log"
		chmod 710 "$dir/log"
	}
}
