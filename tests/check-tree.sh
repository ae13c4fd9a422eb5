#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# make dist packs every file of the sources, and .gitignore knows every file that a build makes.
# Run in the build directory.
set -euo pipefail

top=$(realpath "${srcdir:-.}")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
build=$(pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-tree.XXXXXX")
trap 'rm -rf "$work"' EXIT

if [ ! -e "$top/.gitignore" ] || ! command -v git >/dev/null; then
	echo "no .gitignore, or no git: skipped"
	exit 77
fi

# not_ignored: of the paths in standard input, with NULs after them, one on each line
not_ignored() {
	{ git -C "$work/repository" check-ignore --verbose --non-matching -z --stdin || [ $? -eq 1 ]; } |
		tr '\n\0' '?\n' |
		awk 'NR % 4 == 1 { file = $0 } NR % 4 == 0 && file == ""' | LC_ALL=C sort
}

git init -q "$work/repository"
cp "$top/.gitignore" "$work/repository/"
make -s distdir distdir="$work/packed"
(cd "$work/packed" && find . -type f -printf '%P\n' | LC_ALL=C sort) >"$work/is"
(cd "$top" && list_sources) | not_ignored | grep -vx .gitignore >"$work/wanted"
status=0
if comm -13 "$work/is" "$work/wanted" | grep .; then
	echo "FAIL: make dist leaves these out"
	status=1
fi

# What deploy/lib.sh keeps in the directory of its builds is not of the build.
find . -type f ! -name build-system.sum -printf '%P\0' | not_ignored >"$work/made"
[ "$top" != "$build" ] || comm -23 "$work/made" "$work/is" >"$work/made.new"
[ ! -e "$work/made.new" ] || mv "$work/made.new" "$work/made"
if grep . "$work/made"; then
	echo "FAIL: .gitignore does not know these"
	status=1
fi
echo "$(wc -l <"$work/wanted") files of the sources"
[ -s "$work/wanted" ] || status=1
exit $status
