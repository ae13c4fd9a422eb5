# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# deploy/instance.sh - the one instance that runs in the directory of a quickstart: its
# lock, its processes, and how they are stopped.  Sourced by deploy/quickstart, after lib.sh.
#
# shellcheck disable=SC2154	# variables of quickstart

# The script holds the lock for as long as its instance runs; descriptor 9 is
# closed in the servers, so that they cannot hold the lock after the script exits.
take_lock() {
	mkdir -p "$dir/control" || exit
	exec 9>>"$dir/control/lock"
	flock -n 9 || die "already running in $dir; stop it with: $self --dir ${dir@Q} --stop"
	echo $$ >"$dir/control/quickstart.pid"
}

is_locked() {
	[ -e "$dir/control/lock" ] && ! flock -n "$dir/control/lock" true
}

# Is process $1 alive, and started with file $2 of this instance?  (nginx makes one
# word of its command line.)
is_ours() {
	[ -n "$1" ] && tr '\0' '\n' 2>/dev/null <"/proc/$1/cmdline" | grep -qF -- "$2"
}

pid_of() {
	cat "$dir/control/$1.pid" 2>/dev/null || true
}

# end_process NAME SIGNAL SECONDS: stops a server of this instance, by SIGKILL if need be.
end_process() {
	local pid tries=$(($3 * 20))

	pid=$(pid_of "$1")
	is_ours "$pid" "$dir/$1.conf" || return 0
	kill -s "$2" "$pid" 2>/dev/null || true
	while is_ours "$pid" "$dir/$1.conf"; do
		if [ $((tries--)) -eq 0 ]; then
			say "$1 did not end within $3 s and is killed"
			kill -s KILL "$pid" 2>/dev/null || true
		fi
		sleep 0.05
	done
}

# The web server first, and gently: requests under way get their answers.  It may be
# another one than the options name now.
end_servers() {
	local name

	for name in lighttpd apache nginx; do
		end_process $name "$(web_signal $name)" 10
	done
	end_process doorward TERM 20
	rm -f "$dir"/control/*.pid
}

# The database last.  What is left of an instance whose script was killed is ended, too.
end_all() {
	local dir=$top

	each_site end_servers
	end_databases
	rm -f "$top"/control/*.pid
}

none_is_left() {
	local name

	for name in doorward lighttpd apache nginx; do
		! is_ours "$(pid_of $name)" "$dir/$name.conf" || return 1
	done
}

stop_instance() {
	local pid tries=600

	if is_locked; then
		pid=$(pid_of quickstart)
		kill -s TERM "$pid" || die "cannot stop process $pid"
		while is_locked; do
			[ $((tries--)) -gt 0 ] || die "process $pid does not end"
			sleep 0.1
		done
		say "Stopped what ran in $dir."
	elif ! each_site none_is_left || databases_run; then
		# The script itself was killed.
		end_all
		say "Stopped what was left over in $dir."
	else
		say "Nothing runs in $dir."
	fi
}
