#!/bin/sh
# SPDX-License-Identifier: ISC
# The man pages are well-formed mdoc, and name every command and option there is.
# Run in the build directory.

pages='src/doorward-api.7 src/doorward.8 src/doorward.conf.5 src/doorwardctl.8'
fail=0

complain()
{
	echo "FAIL: $*"
	fail=1
}

# commands: the words of each command of doorwardctl
commands()
{
	./doorwardctl --help | sed -n '/^Commands:/,/^$/s/^  \([a-z ]*[a-z]\) .*/\1/p'
}

# long_options COMMAND: the options it alone has
long_options()
{
	# shellcheck disable=SC2086
	./doorwardctl $1 --help | sed -n 's/^  --\([a-z0-9-]*\).*/\1/p' |
	    grep -v -x -e config -e help -e version
}

missing=$(
	commands | while read -r command; do
		grep -q "^\.It Ic $command\( \|\$\)" src/doorwardctl.8 ||
		    echo "doorwardctl.8 has no entry for '$command'"
		for option in $(long_options "$command"); do
			grep -q "Fl -$option\( \|\$\)\|Fl -.* | -$option " src/doorwardctl.8 ||
			    echo "doorwardctl.8 does not name --$option of '$command'"
		done
	done
)
[ -z "$missing" ] || complain "$missing"
[ "$(commands | wc -l)" -gt 20 ] || complain "hardly any commands found"

for option in $(./doorward --help | sed -n 's/^  --\([a-z]*\).*/\1/p'); do
	grep -q "^\.It Fl \(. , \)\{0,1\}-$option\( \|\$\)" src/doorward.8 || complain "doorward.8 does not name --$option"
done

# Words of which doorward(8), TERMS, has another.
texts="$pages etc/doorward.conf ${srcdir:-.}/README ${srcdir:-.}/deploy/debian/doorward.README.Debian"
for word in 'static tokens*' 'tokens* of a domain' 'tokens* of the domain' 'JWT sessions*' \
	'revokes* \(the \|a \|all \)*\(sessions\|users*\|accounts*\|JWTs\)' \
	'deletes* \(the \|a \|all \)*\(sessions\|logins\|JWTs\)' \
	'counts* as valid'; do
	# shellcheck disable=SC2086	# several files
	if grep -n -i "$word" $texts; then
		complain "another word than that of doorward(8), TERMS: $word"
	fi
done
for word in user account role 'Webitel role' credential HA1B JWT 'bearer token' session \
	'domain token' login database valid; do
	sed -n '/^\.Sh TERMS/,/^\.Sh LOG/p' src/doorward.8 | grep -qx "\.It $word" ||
	    complain "doorward.8, TERMS, has no $word"
done
for program in ./doorward ./doorwardctl; do
	$program --help | head -n 1 | grep -q '^usage: ' || complain "$program --help begins otherwise"
done

[ $fail = 0 ] || exit 1
command -v mandoc >/dev/null || exit 77
for page in $pages; do
	mandoc -T lint -W warning "$page" || fail=1
done
exit $fail
