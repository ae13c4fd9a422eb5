#!/bin/bash
# SPDX-License-Identifier: ISC
# doorwardctl restore, compact and backup, killed at growing delays and on a disk that
# becomes full meanwhile: the database is the former or the new one as a whole, nothing
# half-made remains, and the same command finishes afterwards.  Run in the build directory.

if [ -z "$FAULTS_INSIDE" ]; then
	# The disk is a small file system, which this process alone sees.
	for options in -m '-cm --keep-caps'; do
		# shellcheck disable=SC2086
		! unshare $options mount -t tmpfs none /mnt 2>/dev/null ||
			FAULTS_INSIDE=disk exec unshare $options "$0"
	done
fi

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

data=$work/var/data
mkdir "$work/var" "$work/run"
if [ -n "$FAULTS_INSIDE" ]; then
	trap 'umount "$work/var"; rm -rf "$work"' EXIT
	mount -t tmpfs -o size=32m,mode=755 none "$work/var" || exit 99
fi
mkdir -m 2770 "$data"
conf 'max_tokens_per_user = 100000'
t 0 ''				init
for name in ann bob; do
	stdin 'correct horse'
	t 0 ''			user add "$name@example.org" --password-stdin
	"$here/tests/ctl/make_tokens" "$DOORWARD_CONFIG" "$name@example.org" 2000 3600 10 \
		>>"$work/secrets" || failed=$((failed + 1))
done
backup=$work/a.mdb
t 0 ''				backup "$backup"

# The database of the backup has two users; the one that it replaces has three, and no tokens.
former()
{
	rm -f "$data"/replaced-*
	stdin 'correct horse'
	t 0 ''			user add cat@example.org --password-stdin
	t 0 ''			user logout --all
}

# state: "2 4000" is the backup, "3 0" the former database
state()
{
	"$here/doorwardctl" status >"$work/out" 2>"$work/err" || complain 'status fails'
	echo "$(field users) $(field tokens)"
}

# whole WHAT: it is one of the two, and without faults
whole()
{
	local now

	now=$(state)
	row=$1
	case $now in
	'2 4000' | '3 0' | "$2") ;;
	*) complain "the database is neither of both: $now" ;;
	esac
	t 0 'faults    0'	check
}

# tidy: nothing is left that the command did not finish
tidy()
{
	row=$1
	[ ! -e "$data/draft" ] || complain 'leaves a draft'
	[ -z "$(find "$work" -name 'b.mdb.*')" ] || complain 'leaves part of a backup'
}

# killed COMMAND ...: kills it after ever longer times, until it finishes before that
killed()
{
	local ms=1 kills=0

	until timeout -s KILL "$((ms / 1000)).$(printf %03d $((ms % 1000)))" \
		"$here/doorwardctl" "$@" >"$work/out" 2>"$work/err"; do
		kills=$((kills + 1))
		whole "killed after $ms ms: $*"
		[ "$(state)" = '3 0' ] || former
		ms=$((ms + 1 + ms / 8))
		[ "$ms" -lt 60000 ] || { row=$*; complain 'never ends'; break; }
	done 2>/dev/null
	echo "$*: $kills kills within $ms ms"
	tidy "after kills: $*"
}

former
killed restore "$backup"
row='the restore that finished'
[ "$(state)" = '2 4000' ] || complain 'did not'
former
killed compact
row='the compact that finished'
[ "$(state)" = '3 0' ] || complain 'did not'

# what a backup leaves that is killed just before it takes the place of the old one is
# removed by the next
killed backup "$work/b.mdb"
t 0 '"users":3'			restore "$work/b.mdb" --json

if [ -n "$FAULTS_INSIDE" ]; then
	# full COMMAND ...: there is ever more room, until it is enough
	full()
	{
		local room=8 fulls=0 sum

		rm -f "$data"/replaced-*
		sum=$(state)
		until
			head -c 40M /dev/zero >"$data/ballast" 2>/dev/null
			truncate -s "-${room}K" "$data/ballast"
			run "$here/doorwardctl" "$@"
			rm -f "$data/ballast"
			[ "$code" = 0 ]
		do
			fulls=$((fulls + 1))
			row="with $room KiB free: $*"
			[ "$code" = 1 ] || complain "exit code $code"
			grep -q -i -e 'no space left' -e 'full' "$work/err" ||
				complain 'does not say that the disk is full'
			[ ! -e "$data/draft" ] || complain 'leaves a draft'
			[ -z "$(find "$data" -name 'replaced-*')" ] || complain 'leaves a copy'
			[ "$(state)" = "$sum" ] || complain "the database changed: $(state)"
			t 0 'faults    0'	check
			room=$((room + 8 + room / 4))
			[ "$room" -lt 24000 ] || { complain 'never has enough'; break; }
		done
		echo "$*: $fulls times without room, up to $room KiB"
		row="on a full disk: $*"
		[ "$fulls" -ge 3 ] || complain 'the disk was hardly full'
		tidy "$row"
	}

	[ "$(state)" = '3 0' ] || former
	full restore "$backup"
	row='the restore that had room'
	[ "$(state)" = '2 4000' ] || complain 'did not finish'
	full compact
	row='the compact that had room'
	[ "$(state)" = '2 4000' ] || complain 'did not finish'
	full backup "$work/var/b.mdb"
	t 0 'faults    0'		check
fi
finish
