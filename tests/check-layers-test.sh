#!/bin/sh
# SPDX-License-Identifier: ISC
#
# tests/check-layers-test.sh - check-layers.sh on small trees: one that is in
# order, and one for each thing it has to find.
set -eu

check=${srcdir:-.}/tests/check-layers.sh
layers=${srcdir:-.}/src/layers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
SPDX='// SPDX-License-Identifier: ISC'

# A tree in order: a file that has all that may be mistaken for a violation.
tree() {
	rm -rf "$work/src"
	mkdir -p "$work/src/base" "$work/src/auth" "$work/src/http" "$work/src/store"
	cat "$layers" >"$work/src/layers"
	{
		cat <<-'END'
		// SPDX-License-Identifier: ISC
		#include "base/good.h"

		#include <string.h>
		#include <sys/stat.h>

		#include "base/other.h"

		/* goto { { { { { #include <lmdb.h> "
		#include <lmdb.h>
		XXXXXX */
		static const char *const words[] = { "{{{{{", "goto", "/*", "\"{{{{{\\", "//" };

		static char
		brace(void)
		{
			return '{';	// { { { { { goto
		}

		END
		body 45
	} >"$work/src/base/good.c"
	printf '%s\n' "$SPDX" >"$work/src/base/good.h"
	printf '%s\n' "$SPDX" >"$work/src/base/other.h"
	mkdir -p "$work/src/store/lmdb"
	printf '%s\n#include "base/good.h"\n#include <lmdb.h>\n' "$SPDX" >"$work/src/base/mdb.h"
	printf '%s\n#include "store/lmdb/lmdb.h"\n' "$SPDX" >"$work/src/store/store_kinds.c"
	printf '%s\n#include "base/good.h"\n#include "auth/auth.h"\n' "$SPDX" >"$work/src/main.c"
	{
		printf '%s\n' "$SPDX"
		head -c 99 /dev/zero | tr '\0' x
		printf 'é\n'
		awk 'BEGIN { for (i = 2; i < 500; i++) print "" }'
	} >"$work/src/http/long.c"
}

# A function whose braces enclose that many lines.
body() {
	printf 'static int\nlong_one(int a,\n    int b)\n{\n'
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) print "\ta++;" }'
	printf '\treturn a;\n}\n'
}

# finds ROW MESSAGE: the tree is refused with this line alone.
finds() {
	status=0
	said=$("$check" "$work") || status=$?
	if [ "$status" -ne 1 ] || [ "$said" != "$2" ]; then
		printf 'row "%s": status %s, said\n%s\n  not\n%s\n' "$1" "$status" "$said" "$2"
		failed=1
	fi
	tree
}

# put FILE: the SPDX line and standard input into the tree.
put() {
	{ printf '%s\n' "$SPDX"; cat; } >"$work/src/$1"
}

tree
if ! "$check" "$work"; then
	echo 'row "in order": refused'
	failed=1
fi

put base/a.c <<-'END'
	#include "auth/auth.h"
END
finds 'a folder above' 'src/base/a.c:2: base may not include "auth/auth.h"'

put http/a.c <<-'END'

	  #  include "store/store.h"
END
finds 'a folder beside' 'src/http/a.c:3: http may not include "store/store.h"'

put base/a.c <<-'END'
	#include "good.h"
END
finds 'no folder' 'src/base/a.c:2: base may not include "good.h"'

put main.c <<-'END'
	#include "store/store.h"
END
finds 'a main' 'src/main.c:2: main may not include "store/store.h"'

put auth/a.c <<-'END'
	#include <lmdb.h>
END
finds 'a library' 'src/auth/a.c:2: may not include <lmdb.h>'

put base/a.c <<-'END'
	#include <sodium.h>
END
finds 'a library of a neighbour' 'src/base/a.c:2: may not include <sodium.h>'

put auth/jwt.c <<-'END'
	#include <openssl/bn.h>
END
finds 'half a library' 'src/auth/jwt.c:2: may not include <openssl/bn.h>'

put base/a.c <<-'END'
	#include <stringxh>
END
finds 'a dot is a dot' 'src/base/a.c:2: may not include <stringxh>'

put base/a.h <<-'END'
	#include "base/b.h"
END
put base/b.c <<-'END'
	#include "base/b.h"
	#include "base/c.h"
END
put base/b.h </dev/null
put base/c.h <<-'END'
	#include "base/a.h"
	#include "base/good.h"
END
finds 'a circle' 'src/base/a: a circle of includes: base/a > base/b > base/c > base/a'

mkdir "$work/src/store/deep"
echo 'folder store/deep:	base store' >>"$work/src/layers"
put store/deep/a.c <<-'END'
	#include "store/deep/b.h"
	#include "store/store.h"
	#include "base/good.h"
	#include "auth/auth.h"
END
finds 'a folder in a folder' 'src/store/deep/a.c:5: store/deep may not include "auth/auth.h"'

put store/a.c <<-'END'
	#include "store/lmdb/lmdb.h"
END
finds 'a header for one file alone' 'src/store/a.c:2: store may not include "store/lmdb/lmdb.h"'

mkdir "$work/src/store/deep"
echo 'folder store/deep:	base store' >>"$work/src/layers"
put store/a.c <<-'END'
	#include "store/deep/b.h"
END
finds 'a folder above it' 'src/store/a.c:2: store may not include "store/deep/b.h"'

mkdir "$work/src/store/new"
put store/new/a.c </dev/null
finds 'a folder of nobody in a folder' \
	'src/store/new/a.c:1: src/layers does not know store/new'

mkdir "$work/src/new"
put new/a.c </dev/null
finds 'a folder of nobody' 'src/new/a.c:1: src/layers does not know new'

put http/good.c </dev/null
finds 'a base name twice' 'src/http/good.c:1: good is in base too'

echo 'int a;' >"$work/src/base/a.c"
finds 'no SPDX line' 'src/base/a.c:1: no SPDX line'

: >"$work/src/base/a.c"
finds 'an empty file' 'src/base/a.c:1: no SPDX line'

body 46 | put base/a.c
finds 'a long function' 'src/base/a.c:3: a function of 51 lines'

put base/a.c <<-'END'
	static void
	deep(void)
	{
		if (1) {
			while (1) {
				do {
					if (1) {
					}
				} while (1);
			}
		}
	}
END
finds 'deep braces' 'src/base/a.c:8: braces 5 deep'

echo >>"$work/src/http/long.c"
finds 'a long file' 'src/http/long.c:501: 501 lines'

head -c 101 /dev/zero | tr '\0' x | put base/a.c
finds 'a long line' 'src/base/a.c:2: 101 columns'

{ printf '\tx\t'; head -c 85 /dev/zero | tr '\0' x; } | put base/a.c
finds 'a long line of tabs' 'src/base/a.c:2: 101 columns'

put base/a.c <<-'END'
	/* a comment */ goto out; /*
	*/
END
finds 'goto' 'src/base/a.c:2: goto'

for word in TODO FIXME XXX; do
	echo "/* $word: later */" | put base/a.c
	finds "$word" 'src/base/a.c:2: something is left to be done'
done

rm "$work/src/layers"
if "$check" "$work" 2>/dev/null; then
	echo 'row "no layers": not refused'
	failed=1
fi
rm -r "$work/src"
mkdir "$work/src"
cat "$layers" >"$work/src/layers"
if "$check" "$work" 2>/dev/null; then
	echo 'row "no files": not refused'
	failed=1
fi
exit $failed
