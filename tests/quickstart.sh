#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# deploy/quickstart refuses a directory that others can change, and touches nothing there;
# a copy of the sources keeps the times that make needs.
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-quickstart.XXXXXX")
trap 'rm -rf "$work"' EXIT
status=0

fail() {
	say "$*"
	status=1
}

# refuse ROW DIR MESSAGE [COMMAND...]: run by COMMAND
refuse() {
	local row=$1 dir=$2 message=$3 output

	shift 3
	if output=$("$@" "$top/deploy/quickstart" --dir "$dir" --detach 2>&1 </dev/null); then
		fail "$row: not refused"
	fi
	[[ $output == *"$message"* ]] || fail "$row: $output"
	[ -z "$(ls -A "$dir")" ] || fail "$row: something was made in $dir"
}

chmod 755 "$work"
mkdir "$work/mine" "$work/open" "$work/parent" "$work/parent/dir"
chmod 777 "$work/open" "$work/parent"
ln -s mine "$work/link"
refuse "symbolic link" "$work/link" "is a symbolic link"
refuse "symbolic link and slash" "$work/link/" "is a symbolic link"
refuse "anybody may write" "$work/open" "anybody may write in $work/open"
refuse "anybody may replace it" "$work/parent/dir" "anybody may write in $work/parent"
if [ "$EUID" -eq 0 ]; then
	chown 1 "$work/mine"
	refuse "of another user" "$work/mine" "belongs to"
	chown 0 "$work/mine"
	refuse "of root" "$work/mine" "belongs to root" \
		setpriv --reuid=1 --regid=1 --clear-groups bash
fi

# --- the user of the servers -----------------------------------------------------------

# user_of DIR: the user that would run the servers there, and the command for it
user_of() (
	# shellcheck disable=SC2034	# for place.sh
	dir=$1 http_port=8080 https_port=${2:-8443} as_user=() run_user=
	# shellcheck source=deploy/place.sh
	. "$top/deploy/place.sh"
	choose_user 2>/dev/null
	make_dirs
	echo "$run_user ${as_user[*]}"
)

# expect ROW WANT GOT
expect() {
	# shellcheck disable=SC2254	# a pattern
	case $3 in
	$2) ;;
	*) fail "$1: '$3', not '$2'" ;;
	esac
}

if [ "$EUID" -eq 0 ]; then
	mkdir -m 755 "$work"/{plain,sudo,data,former}
	expect "plain" "$WEB_USER setpriv *" "$(SUDO_UID='' user_of "$work/plain")"
	expect "owners" "$WEB_USER $WEB_USER root root" \
		"$(cd "$work/plain" && stat -c %U run log/error.log log data | xargs)"
	expect "nobody else's" "700 700" "$(cd "$work/plain" && stat -c %a run data | xargs)"
	expect "sudo" "daemon setpriv *" "$(SUDO_UID=1 user_of "$work/sudo")"
	install -d -o bin "$work/data/data"
	expect "whose the data is" "bin setpriv *" "$(SUDO_UID=1 user_of "$work/data")"
	# Root's, as servers that ran as root left it.
	install -d -m 700 "$work"/former/{data,run,log}
	touch "$work/former/run/throttle" "$work/former/log/error.log"
	expect "former version" "$WEB_USER setpriv *" "$(SUDO_UID='' user_of "$work/former")"
	expect "its files" "$WEB_USER $WEB_USER" \
		"$(cd "$work/former" && stat -c %U run/throttle log/error.log | xargs)"
	expect "no further right" "*--clear-groups" "$(SUDO_UID='' user_of "$work/plain")"
	expect "a low port" "*=+net_bind_service" "$(SUDO_UID='' user_of "$work/plain" 443)"
	chmod 700 "$work/plain"
	expect "a closed directory" "*=+dac_read_search" "$(SUDO_UID='' user_of "$work/plain")"
else
	mkdir "$work/plain"
	expect "ourselves" " " "$(user_of "$work/plain")"
fi

# --- copies of the sources -------------------------------------------------------------

from=$work/from to=$work/copy
mkdir -p "$from/src/sub" "$from/deploy" "$from/tests" "$from/etc"
for file in configure.ac Makefile.am README COPYING src/same.c src/sub/changed.c src/gone.c; do
	echo "$file" >"$from/$file"
done
printf '#!/bin/sh\n' >"$from/deploy/script"
chmod 755 "$from/deploy/script"
copy_sources "$from" "$to"
touch -d '2020-01-01' "$to/src/same.c" "$to/src/sub/changed.c"
echo "more" >>"$from/src/sub/changed.c"
# Older than the copy, as after a checkout of another version.
touch -d '2010-01-01' "$from/src/sub/changed.c"
rm "$from/src/gone.c"
echo "new" >"$from/src/sub/new file.c"
touch "$to/generated"
copy_sources "$from" "$to"
diff -r "$from/src" "$to/src" >&2 || fail "the copy differs"
[ -x "$to/deploy/script" ] || fail "a script cannot be executed"
[ -e "$to/generated" ] || fail "what was generated is gone"
[ "$(date -r "$to/src/same.c" +%Y)" = 2020 ] || fail "an unchanged file has another time"
[ "$(date -r "$to/src/sub/changed.c" +%Y)" -gt 2020 ] || fail "a changed file has its old time"
exit $status
