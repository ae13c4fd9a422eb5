# SPDX-License-Identifier: ISC
# shellcheck shell=bash disable=SC2154
#
# tests/bench/lib.sh - what load.sh, logins.sh and peers.sh share: many users and their requests,
# what wrk prints, and what processes cost.  E2E_DIR and CONNECTIONS are set; target has
# the arguments of wrk.

# The service behind the web server of the stack.
ask() {
	curl -sS --noproxy '*' --cacert "$E2E_CA" "$@"
}

json_token() {
	sed 's/.*"token":"\([^"]*\)".*/\1/'
}

# As many as there are: each a line of the export of the first, with another address.
add_users() {
	"$E2E_CTL" export --with-hashes - | grep -F "\"${E2E_USER%%:*}\"" |
		awk -v users="$USERS" -v email="${E2E_USER%%:*}" '{
			sub(/"uuid":"[^"]*",/, "")
			at = index($0, email)
			for (n = 1; n <= users; n++)
				print substr($0, 1, at - 1) "bench" n "@example.org" \
				    substr($0, at + length(email))
		}' >"$E2E_DIR/users.jsonl"
	"$E2E_CTL" import jsonl - <"$E2E_DIR/users.jsonl" >/dev/null
}

# wrk_script NAME METHOD PATH HEADER BODY <VALUES
wrk_script() {
	local value

	{
		echo "local requests, i = {}, 0"
		echo "function init() for _, value in ipairs({"
		while IFS= read -r value; do
			echo "  \"$value\","
		done
		cat <<-END
			}) do requests[#requests + 1] = wrk.format("$2", "$3", { ["$4"] = value,
			["Content-Type"] = "application/json" }, ${5:-nil}) end end
			function request() i = i % #requests + 1; return requests[i] end
		END
	} >"$E2E_DIR/wrk/$1.lua"
}

# descendants PID: it, its children and theirs.
descendants() {
	local child

	echo "$1"
	for child in $(cat "/proc/$1"/task/*/children 2>/dev/null || true); do
		descendants "$child"
	done
}

# cpu_ns PID: what the process and its descendants have used, in all their threads, and the
# children that have ended.
cpu_ns() {
	local pid tick

	tick=$((1000000000 / $(getconf CLK_TCK)))
	{
		awk -v tick="$tick" '{ printf "%.0f\n", ($16 + $17) * tick }' "/proc/$1/stat"
		for pid in $(descendants "$1"); do
			cat "/proc/$pid"/task/*/schedstat 2>/dev/null || true
		done
	} | awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

# load SECONDS: the output of wrk.
load() {
	wrk -t 1 -c "$CONNECTIONS" -d "${1}s" --latency "${target[@]}"
}

# figures NAME ROUND WORKER_NS WEB_NS: a line of CSV of what wrk prints.
figures() {
	awk -v name="$1" -v round="$2" -v worker="$3" -v web="$4" '
		function us(time) {
			if (time ~ /us$/) return time + 0
			return time ~ /ms$/ ? time * 1000 : time * 1000000
		}
		$1 == "50%" { p50 = us($2) }
		$1 == "99%" { p99 = us($2) }
		$2 == "requests" { count = $1 }
		/^Requests\/sec/ { rate = $2 }
		/Non-2xx|Socket errors/ { bad = 1 }
		END {
			if (bad || !count) {
				print "load.sh: " name " has answers other than 2xx" >"/dev/stderr"
				exit 1
			}
			printf "%s,%d,%.0f,%.1f,%.1f,%.0f,%.0f\n", name, round, rate,
			    worker / count / 1000, web / count / 1000, p50, p99
		}'
}
