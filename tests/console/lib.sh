# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# tests/console/lib.sh - what the tests of the console need: Chromium, its driver and
# python3-selenium of Debian.  Sourced.

need_browser() {
	local program

	for program in chromium chromedriver /usr/bin/python3; do
		command -v $program >/dev/null || {
			echo "$program is not installed: skipped" >&2
			exit 77
		}
	done
	/usr/bin/python3 -c 'import selenium' 2>/dev/null || {
		echo "python3-selenium is not installed: skipped" >&2
		exit 77
	}
}
