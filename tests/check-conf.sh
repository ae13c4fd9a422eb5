#!/bin/sh
# SPDX-License-Identifier: ISC
# The table of options, the shipped doorward.conf and doorward.conf(5) say the same.
# Run in the build directory.

fail=0

# options [FILE ...]: "name = default" of each option in a shipped doorward.conf
options()
{
	sed -n 's/^#\([a-z][a-z0-9_]* = .*\)/\1/p' "$@"
}

# entries FILE: the same of each entry in the man page
entries()
{
	sed -n -e 's/\\(dq/"/g' -e 's/^\.It Ic \([a-z][a-z0-9_]*\) No = /\1 = /p' "$1"
}

# section_options FILE, section_entries FILE: names alone, of those in sections
section_options()
{
	sed -n 's/^#	\([a-z][a-z0-9_]*\) = .*/\1/p' "$1"
}
section_entries()
{
	sed -n '/^\.Ss OpenID providers/,/^\.S[hs] [^O]/s/^\.It Ic \([a-z][a-z0-9_]*\)$/\1/p' "$1"
}

# uncommented FILE: a shipped file with all options enabled, and no comments
uncommented()
{
	grep -v -e '^# ' -e '^#	# ' -e '^#$' -e '^$' "$1" | sed 's/^#//'
}

# examples FILE DIRECTORY: each example in the man page that is marked ".\" conf", as a file
examples()
{
	awk -v dir="$2" '
		/^\.\\" conf$/ { file = sprintf("%s/%02d.conf", dir, ++number); next }
		/^\.Ed/ { file = "" }
		file && !/^\.Bd/ { print >file }' "$1"
}

# same WHAT FILE-A FILE-B
same()
{
	diff -u "$2" "$3" && return
	echo "FAIL: $1"
	fail=1
}

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

./doorwardctl config show --defaults >"$work/shipped" || exit 1
options "$work/shipped" >"$work/options"
entries src/doorward.conf.5 >"$work/entries"

[ "$(wc -l <"$work/options")" -gt 20 ] || { echo "FAIL: hardly any options"; fail=1; }
same "etc/doorward.conf is not what 'config show --defaults' prints" etc/doorward.conf \
    "$work/shipped"
same "doorward.conf(5) and the table of options differ" "$work/options" "$work/entries"

section_options "$work/shipped" >"$work/options"
section_entries src/doorward.conf.5 >"$work/entries"
[ -s "$work/options" ] || { echo "FAIL: no section"; fail=1; }
same "doorward.conf(5) and the table of section options differ" "$work/options" "$work/entries"

# Taken literally, the shipped file must be good and mean the same.
uncommented etc/doorward.conf >"$work/all.conf"
./doorwardctl --config "$work/all.conf" config show >"$work/values" || fail=1
same "an option does not read back as its default" "$work/all.conf" "$work/values"

# The examples of the man page are valid, apart from the directories of this host.
mkdir "$work/examples" "$work/run"
examples src/doorward.conf.5 "$work/examples"
[ -e "$work/examples/01.conf" ] || { echo "FAIL: no examples in doorward.conf(5)"; fail=1; }
(umask 077; echo secret >"$work/facebook.secret")
for file in "$work"/examples/*.conf; do
	sed -i "s|\"/.*/facebook.secret\"|\"$work/facebook.secret\"|" "$file"
	grep -q '^run_dir' "$file" || echo "run_dir = \"$work/run\"" >>"$file"
	./doorwardctl --config "$file" config check >/dev/null && continue
	echo "FAIL: the example in doorward.conf(5):"
	cat "$file"
	fail=1
done

exit $fail
