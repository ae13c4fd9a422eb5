#!/bin/bash
# SPDX-License-Identifier: ISC
# Another master key, step by step, and what is said when it is lost or wrong.
# Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

file=$work/etc/master.key

# masters: the ids by which keys are sealed
masters()
{
	"$here/doorwardctl" key list | awk 'NR > 1 { print $6 }' | sort -u
}

size()
{
	[ "$(stat -c %s "$file")" = "$1" ] || complain "the key file has $(stat -c %s "$file") bytes"
}

mkdir "$work/var" "$work/run"
t 1 'No such file or directory'		key rewrap
t 0 'created database'			init
t 0 ''					user add ann@example.org --no-password
t 0 ''					token add ann@example.org --name one
cat "$work/out" >>"$work/secrets"
t 0 ''					key rotate
first=$(masters)

# --- a change ----------------------------------------------------------------------

cp -p "$file" "$work/first.key"
chmod 640 "$file"
typed 5 'Do you have a copy of' '[y/N]' n -- key rewrap
cmp -s "$file" "$work/first.key" || complain 'the key file was changed'
typed 0 'seals 8 keys; the key file contains only this key' '[y/N]' y -- key rewrap
second=$(masters)
[ "$second" != "$first" ] || complain 'the keys are sealed as before'
size 32
[ "$(stat -c %a "$file")" = 640 ] || complain "its mode is $(stat -c %a "$file")"
[ ! -e "$file.new" ] || complain 'a file is left beside it'
t 0 'key_file_ok           yes'		status
t 0 'OK'				config check
t 0 'one'				token list
t 0 'hash'				key rotate hash

# --- both keys in the file -----------------------------------------------------------

t 0 'the former key too'		key rewrap --keep-former
size 64
t 0 'key_file_ok           yes'		status
t 0 'jwt'				key rotate jwt
[ "$(masters | wc -l)" = 1 ] || complain 'keys are sealed by more than one'
third=$(masters)
t 0 ''					key rewrap --json
json '[.master_key, .keys, .finished]' "[\"$third\",10,true]"
size 32

# --- a key that was made elsewhere -----------------------------------------------------

head -c 32 /dev/urandom >"$work/given"
chmod 600 "$work/given"
t 0 ''					key rewrap --new-key "$work/given" --keep-former
size 64
cp -p "$file" "$work/both"
head -c 32 /dev/urandom >"$work/other"
chmod 600 "$work/other"
t 5 'a change to another key is unfinished'	key rewrap --new-key "$work/other"
cmp -s "$file" "$work/both" || complain 'the key file was changed'
t 0 'only this key'				key rewrap --new-key "$work/given"
cmp -s "$file" "$work/given" || complain 'it is not the given key'
t 0 'only this key'				key rewrap --new-key "$work/given"
cmp -s "$file" "$work/given" || complain 'it is not the given key'
t 1 'given.no'				key rewrap --new-key "$work/given.no"
printf x >>"$work/other"
t 1 'must have 32 bytes'		key rewrap --new-key "$work/other"
chmod 644 "$work/other"
t 1 'must be 0600 or 0640'		key rewrap --new-key "$work/other"
size 32

# --- interrupted anywhere --------------------------------------------------------------

for after in old both; do
	ms=1
	until timeout -s KILL "0.$(printf %03d "$ms")" "$here/doorwardctl" key rewrap --yes \
		>/dev/null 2>&1; do
		row="killed after $ms ms, $after"
		rows=$((rows + 1))
		"$here/doorwardctl" user list >/dev/null || complain 'the key file does not fit'
		case "$(stat -c %s "$file")" in
		32 | 64) ;;
		*) complain "the key file has $(stat -c %s "$file") bytes" ;;
		esac
		ms=$((ms + 1 + ms / 16))
		[ "$ms" -lt 500 ] || break
	done 2>/dev/null
	echo "killed within $ms ms"
	t 0 'only this key'			key rewrap
	size 32
	[ "$(masters | wc -l)" = 1 ] || complain 'keys are sealed by more than one'
	t 0 ''				key rewrap --keep-former
done
t 0 'only this key'				key rewrap
t 0 'one'				token list

t 0 ''					check

# one at a time
exec 7<"$work/etc"
flock 7
t 1 'is being changed by another process'	key rewrap
exec 7<&-

# --- a link to the file, and a directory in which it cannot be written -------------------

mkdir "$work/keys"
mv "$file" "$work/keys/real"
ln -s "$work/keys/real" "$file"
t 0 'only this key'				key rewrap
[ -L "$file" ] || complain 'the link is gone'
mv -f "$work/keys/real" "$file"
if [ "$EUID" -ne 0 ]; then
	chmod 555 "$work/etc"
	t 1 'Permission denied'		key rewrap
	chmod 755 "$work/etc"
fi
t 0 'key_file_ok           yes'		status

# --- the wrong key, and none ---------------------------------------------------------------

# says FRAGMENT: each way to use the database says what is wrong with its key
says()
{
	local command

	for command in 'account list' 'key rotate' 'key rewrap' 'config check'; do
		# shellcheck disable=SC2086
		t 1 "$1"		$command
	done
	for command in "$here/doorwardctl status" "$here/doorward --check"; do
		row=$command
		# shellcheck disable=SC2086
		run $command
		[ "$code" = 1 ] || complain "exit code $code, not 1"
		grep -q -F -e "$1" "$work/err" || complain "does not say '$1'"
	done
	t 0 'hash'			key list
}

mv "$file" "$work/right.key"
cp -p "$work/first.key" "$file"
says 'it is not the key file of this database'
t 1 'put the copy of the right key file back'	account list
cat "$work/right.key" >>"$file"
t 0 'only this key'				key rewrap
t 0 'one'				token list
cp -p "$file" "$work/right.key"
rm "$file"
says 'is lost, and nothing else opens the database'
t 4 'its key file'			init
[ ! -e "$file" ] || complain 'init has made another key file'
cp -p "$work/right.key" "$file"
printf x >>"$file"
says 'must have 32 bytes, or 64'
cp -p "$work/right.key" "$file"
t 0 'one'				token list

finish
