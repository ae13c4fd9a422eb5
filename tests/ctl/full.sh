#!/bin/bash
# SPDX-License-Identifier: ISC
# doorwardctl on a full disk: nothing can be added, and everything can be revoked.
# The database is on a small file system that this process alone sees.
# Run in the build directory.

if [ -z "$FULL_INSIDE" ]; then
	# An ordinary user, who may mount in a namespace.
	for options in -m '-cm --keep-caps'; do
		# shellcheck disable=SC2086
		! unshare $options mount -t tmpfs none /mnt 2>/dev/null ||
			FULL_INSIDE=1 exec unshare $options "$0"
	done
	echo "skipped: no file system can be mounted"
	exit 77
fi

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"
trap 'umount "$work/var/data"; rm -rf "$work"' EXIT

mkdir "$work/var" "$work/run"
mkdir -m 2770 "$work/var/data"
mount -t tmpfs -o size=24m,mode=2770 none "$work/var/data" || exit 99
conf 'max_tokens_per_user = 100000'
t 0 ''				init
for name in ann bob cat dan eve; do
	stdin 'correct horse'
	t 0 ''			user add "$name@example.org" --password-stdin
	"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" "$name@example.org" 150 3600 10 \
		>>"$work/secrets" || failed=$((failed + 1))
done
head -c 32M /dev/zero >"$work/var/data/ballast" 2>/dev/null

# what is left of the disk is for revocations: this adds until it is refused
row='tokens until the disk is full'
run "$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" eve@example.org 100000 3600 10
cat "$work/out" >>"$work/secrets"
: >"$work/out"
judge 1 'the disk is full, except for what revocations need'
stdin 'correct horse'
t 1 'the disk is full'		user add fay@example.org --password-stdin
t 1 'the disk is full'		token add ann@example.org --name late

t 0 '150'			user logout ann@example.org
t 0 ''				token list --user ann@example.org
lines 1
uuid=$("$here/doorwardctl" token list --user bob@example.org --json | sed -n 's/.*"uuid":"\([^"]*\)".*/\1/p;T;q')
t 0 ''				token revoke "$uuid"
t 0 '149'			token revoke --all --user bob@example.org
t 0 ''				token list --user bob@example.org
lines 1
stdin 'battery staple'
t 0 ''				user passwd cat@example.org --password-stdin --revoke-tokens
t 0 ''				token list --user cat@example.org
lines 1
t 0 ''				user disable dan@example.org
t 0 'disabled_on'		user show dan@example.org
t 0 ''				user delete dan@example.org
t 0 ''				user logout eve@example.org
t 0 ''				token list --user eve@example.org
lines 1
row='doorward --check'
run "$here/doorward" --check
judge 0 ''
rm "$work/var/data/ballast"
stdin 'correct horse'
t 0 ''				user add fay@example.org --password-stdin

# upgrade with room for less than a copy, for a copy alone, and for all of it
data=$work/var/data
"$here/tests/ctl/make_old" "$data" || failed=$((failed + 1))
head -c 32M /dev/zero >"$data/ballast" 2>/dev/null
for ((code = 1; code == 1; )); do
	row="upgrade with $(stat -f -c %f "$data") blocks left"
	run "$here/doorwardctl" upgrade
	if [ "$code" = 1 ]; then
		judge 1 ''
		[ -z "$(find "$data" -name 'before-schema-*')" ] || complain 'leaves a copy'
		grep -q 'the disk is full\|No space left' "$work/err" || complain "says $(cat "$work/err")"
	fi
	truncate -s "$(($(stat -c %s "$data/ballast") - 4096))" "$data/ballast"
done
judge 0 'the database now has schema'
finish
