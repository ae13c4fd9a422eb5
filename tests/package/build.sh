#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# build.sh --out DIR - builds the package for the release that runs, and again from what make
# dist packs, in another place at another time of day, which must give the same bytes; then asks
# lintian.
set -euo pipefail

# shellcheck source=tests/package/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"
[ "${1-}" = --out ] || die "usage: build.sh --out DIR"
out=$2
# A name with what substitutions take for more than a character.
NAME='Smith & Daughters' ADDRESS=packages@doorward.invalid

DEBEMAIL="$NAME <$ADDRESS>" quietly "$top/deploy/package" --out "$out"
package=$(echo "$out"/doorward_*.deb)
[ "$(dpkg-deb -f "$package" Maintainer)" = "$NAME <$ADDRESS>" ] || die "another maintainer"
dpkg-deb --fsys-tarfile "$package" | tar -xO ./usr/share/doc/doorward/changelog.Debian.gz | zcat |
	grep -F " -- $NAME <$ADDRESS>  " >/dev/null || die "another maintainer in the changelog"
copy_sources "$top" "$work/source"
quietly build "$work/source" "$work/obj" dist
mkdir "$work/again" "$work/second"
tar -C "$work/again" --strip-components=1 -xf "$work"/obj/doorward-*.tar.gz
(cd "$work/again" && DEBFULLNAME=$NAME DEBEMAIL=$ADDRESS TZ=Asia/Tokyo \
	quietly deploy/package --out "$work/second")
cmp "$package" "$work/second/${package##*/}" || die "built from the archive, the package differs"
say "${package##*/}: built twice, same bytes"

# It refuses to run as root with all its checks.
quietly need_packages lintian
mkdir "$work/home" && chown nobody "$work/home"
setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME="$work/home" TMPDIR=/tmp \
	lintian -I --pedantic --fail-on error,warning,info,pedantic "$package" ||
	die "lintian complains"
say "lintian has nothing to say"
