#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Each example in a man page or README is run by a test, or says why not.  In a page the
# line before a display block is a mark of those below, or ".\" not run: REASON".
# Run in the build directory.

top=${srcdir:-.}
fail=0

complain()
{
	echo "FAIL: $*"
	fail=1
}

# page, mark, the test that runs the blocks so marked
marks()
{
	cat <<-END
		doorward-api.7	run	tests/e2e/examples.sh
		doorward-api.7	answer	tests/e2e/examples.sh
		doorward.8	log	tests/e2e/examples.sh
		doorward.8	prometheus	tests/check-metrics.sh
		doorward.8	set-up	tests/install.sh
		doorward.8	instance	tests/instances.sh
		doorward.conf.5	conf	tests/check-conf.sh
		doorward.conf.5	run	tests/ctl/examples.sh
		doorward.8	headers	tests/check-console.sh
		doorwardctl.8	run	tests/ctl/examples.sh
		doorwardctl.8	set-up	tests/install.sh
	END
}

# first lines of the other indented blocks of README: deploy/quickstart, which
# tests/e2e/quickstart.sh runs, deploy/check, which runs all tests, what tests/e2e/stack.sh
# says to a database server and to doorward.conf, and tables
readme_rest()
{
	cat <<-END
		deploy/quickstart
		deploy/quickstart --store galera
		deploy/check
		CREATE DATABASE doorward;
		store = mariadb
		file              doorward is        suitable for           caveats
		file                                           guards
		lighttpd-wordpress.conf   nginx-wordpress.conf   apache-wordpress.conf
		doorward-api(7)   the HTTP interface, for programmers of clients
		src/        the programs, their manual pages, and src/README about the code
		request          requests/s   of no-op   worker us   web server us   p50 ms   p99 ms
		requests/s       doorward   PHP-FPM, SQLite   Fastify, LMDB
		systemctl stop doorward.socket doorward.service
		workers             1       2       4       8      16      32      64
		connections         1       4      16      64     400
	END
}

# blocks FILE: "LINE MARK" of each block in a page; the mark of one without is "-"
blocks()
{
	awk '
		/^\.(Bd|Dl|D1)/ {
			mark = "-"
			if (last ~ /^\.\\" not run: ./)
				mark = "not"
			else if (last ~ /^\.\\" [a-z-]+( [0-9]+)?$/)
				mark = substr(last, 5)
			sub(/ .*/, "", mark)
			print NR, mark
		}
		{ last = $0 }' "$1"
}

# check_page NAME
check_page()
{
	blocks "$top/src/$1.in" | while read -r line mark; do
		[ "$mark" = not ] || marks | grep -q "^$1	$mark	" ||
			echo "src/$1.in:$line: no test runs this block"
	done
}

# check_readme: its blocks outside the sections that tests run as a whole
check_readme()
{
	awk '
		/^[A-Z][A-Z ]+$/ { section = $0 }
		/^    / && !on && section !~ /^(FIRST LOGIN|WEBITEL CLIENTS|INSTALL IT)$/ {
			print substr($0, 5)
		}
		{ on = /^    / }' "$top/README" | while IFS= read -r line; do
		readme_rest | grep -q -x -F "$line" || echo "README: no test runs '$line'"
	done
}

wrong=$(
	for page in "$top"/src/*.[578].in; do
		name=${page##*/}
		check_page "${name%.in}"
	done
	marks | while read -r page mark script; do
		blocks "$top/src/$page.in" | grep -q " $mark$" || echo "$page has no block '$mark'"
		[ -e "$top/$script" ] || echo "$script is missing"
	done
	check_readme
)
[ -z "$wrong" ] || complain "$wrong"

# The check itself: a block without a mark, or with an empty reason, is found.
work=$(mktemp) || exit 99
trap 'rm -f "$work"' EXIT
printf '%s\n' text '.Bd -literal' x .Ed '.\" not run: ' '.Bd -literal' .Ed '.\" run' \
    '.Bd -literal' .Ed >"$work"
[ "$(blocks "$work" | tr '\n' ,)" = "2 -,6 -,9 run," ] || complain "marks are misread"

exit $fail
