#!/bin/sh
# SPDX-License-Identifier: ISC
# deploy/fail2ban-filter.conf finds the address of each guess in the log, and no
# other, whatever names say.  Run in the build directory; skips without fail2ban.

command -v fail2ban-regex >/dev/null || {
	echo "fail2ban is not installed: skipped"
	exit 77
}
filter=${srcdir:-.}/deploy/fail2ban-filter.conf
jail=${srcdir:-.}/deploy/fail2ban-jail.conf
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
fail=0

cat >"$work/wanted" <<END
2001:db8::7
203.0.113.1
203.0.113.10
203.0.113.11
203.0.113.12
203.0.113.13
203.0.113.2
203.0.113.3
203.0.113.4
203.0.113.5
203.0.113.6
203.0.113.7
203.0.113.8
203.0.113.9
END

# found FILE: the addresses that the filter finds in it
found()
{
	fail2ban-regex --out ip "$1" "$filter" | LC_ALL=C sort
}

tests/throttle/audit_lines "$work/log" || exit 99
found "$work/log" >"$work/found"
diff -u "$work/wanted" "$work/found" || fail=1

# As in syslog, with a time stamp of its own.
sed 's/^[^ ]* /Nov 22 04:50:17 /' "$work/log" >"$work/syslog"
found "$work/syslog" >"$work/found"
diff -u "$work/wanted" "$work/found" || fail=1

# As in the journal: a line of stderr without its own head, after host and process; and with
# it, as older versions wrote it.
for head in '[^ ]* [^ ]* [^ ]* ' ''; do
	sed "s/^$head/2026-11-22T04:50:17Z www doorward[7]: /" "$work/log" >"$work/journal"
	found "$work/journal" >"$work/found"
	diff -u "$work/wanted" "$work/found" || fail=1
done

# As JSON, in a file, in syslog and in the journal.
tests/throttle/audit_lines "$work/json" json || exit 99
found "$work/json" >"$work/found"
diff -u "$work/wanted" "$work/found" || fail=1
for stamp in 'Nov 22 04:50:17' 2026-11-22T04:50:17Z; do
	sed "s/^/$stamp www doorward[7]: /" "$work/json" >"$work/syslog"
	found "$work/syslog" >"$work/found"
	diff -u "$work/wanted" "$work/found" || fail=1
done

# Lines that an older version wrote.
sed 's/ token=[^ ]*//; s/ why=[^ ]* ua=[^ ]*//' "$work/log" >"$work/old"
found "$work/old" >"$work/found"
diff -u "$work/wanted" "$work/found" || fail=1

# The stamp of a line is read as the time it is.
line=$(grep 'ip=203.0.113.1 ' "$work/log" | sed 's/^[^ ]*/2026-11-22T04:50:17Z/')
TZ=UTC fail2ban-regex -v "$line" "$filter" >"$work/report"
grep -q '203\.0\.113\.1  *.*Nov 22 04:50:17 2026' "$work/report" || {
	cat "$work/report"
	fail=1
}
line=$(grep '"ip":"203.0.113.1"' "$work/json" |
	sed 's/^{"time":"[^"]*/{"time":"2026-11-22T04:50:17Z/')
TZ=UTC fail2ban-regex -v "$line" "$filter" >"$work/report"
grep -q '203\.0\.113\.1  *.*Nov 22 04:50:17 2026' "$work/report" || {
	cat "$work/report"
	fail=1
}

# The jail is one, and of this filter.
grep -qx '\[doorward\]' "$jail" && grep -q '^filter *= /.*/filter.d/doorward$' "$jail" || fail=1

# fail2ban starts with the jail in place, and with the lines for a log file where there is
# none; the other jail starts, too.
log_file()
{
	sed -e 's/^filter .*/filter = doorward/' \
		-e 's/^backend .*/logpath = \/nonexistent\/doorward.log/' \
		-e "s|^journalmatch .*|           $work/etc/filter.d/doorward.conf|"
}
# journal [DIRECTORY]: where python3-systemd is
journal()
{
	sed "/^filter /{ s|/etc/fail2ban/|$work/etc/|; s|[^ ]*/systemd/|${1:-$modules}/systemd/|; }"
}
begin()
{
	cat >"$work/etc/jail.d/doorward.conf"
	fail2ban-client -c "$work/etc" -s "$work/socket" -p "$work/pid" --async start \
		>"$work/report" 2>&1
}
# runs NAME: the jail of this name, at the latest after ten seconds
runs()
{
	for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		fail2ban-client -s "$work/socket" status "$1" >>"$work/report" 2>&1 && return
		[ "$try" -lt 20 ] || return
		sleep 0.5
	done
}
end()
{
	fail2ban-client -s "$work/socket" stop >>"$work/report" 2>&1
}
# complain MESSAGE
complain()
{
	echo "FAIL: $*"
	cat "$work/report" "$work/f2b.log"
	fail=1
}
if [ -d /etc/fail2ban/filter.d ]; then
	cp -R /etc/fail2ban "$work/etc" 2>/dev/null
	rm -f "$work"/etc/jail.d/* "$work"/etc/jail.local
	cp "$filter" "$work/etc/filter.d/doorward.conf"
	printf '%s\n' '[Definition]' "logtarget = $work/f2b.log" "dbfile = :memory:" \
		>"$work/etc/fail2ban.local"
	# No addresses are banned here.
	printf '%s\n' '[DEFAULT]' 'action =' '[other]' 'enabled = true' 'filter = doorward' \
		"logpath = $work/log" >"$work/etc/jail.local"
	log_file <"$jail" | begin && runs other && runs doorward || complain "with a log file"
	end
	modules=$(python3 -c 'import os, systemd.journal as j
print(os.path.dirname(os.path.dirname(j.__file__)))' 2>/dev/null)
	if [ "$modules" = "$(sed -n 's|^filter *= \(.*\)/systemd/.*|\1|p' "$jail")" ]; then
		journal <"$jail" | begin && runs other && runs doorward || complain "with the journal"
		end
	fi
	# Without python3-systemd, which a module that is none takes away.
	mkdir -p "$work/hidden"
	echo 'raise ImportError("hidden")' >"$work/hidden/systemd.py"
	export PYTHONPATH="$work/hidden"
	journal "$work/nonexistent" <"$jail" | begin && runs other || complain "without python3-systemd"
	fail2ban-client -s "$work/socket" status doorward >/dev/null 2>&1 &&
		complain "a jail without python3-systemd"
	end
fi
exit $fail
