#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# tests/bench/bench.sh [OPTION...] - what make bench runs, in the build directory.
# Nothing else should run on the machine meanwhile.
set -euo pipefail

here=${BASH_SOURCE[0]%/*}
status=0

usage() {
	cat <<-'END'
		usage: bench.sh [VARIABLE=VALUE...]
		Measures doorward behind a web server against a no-op FastCGI program.
		Needs wrk; uses strace and gnuplot where they are installed.

		  PART=load             also peers, growth, size, start, commits, timing, login,
		                        logins, flood, pool, stores; all for each of them; and soak
		  SERVER=lighttpd       or nginx, apache-proxy
		  CONNECTIONS=16        of the client
		  WORKERS=4             of doorward and of the no-op program
		  USERS=1000            in the database; 100 of them send requests
		  TOKENS=10000          stored before the first request
		  ROUNDS=7              each route once a round; results are medians
		  SECONDS_EACH=2        for a route in a round
		  ROUTES="jwt bearer basic ha1b verify create"
		  OUT=bench-results     directory of rounds.csv, bench.csv, bench.svg, bench.png
		  NODE_WORKERS=1        of the Node program among the peers
		  SOAK_SECONDS=1200     of the soak
		  SIZES="10000 1000000" tokens in the databases of size and growth

		With make, give the variables to make: make bench SERVER=nginx
	END
}

# under_load KIND SCRIPT [SETTINGS]: the service on its defaults, as the tests do not have
# them, but for SETTINGS.
under_load() {
	command -v wrk >/dev/null || {
		echo "wrk is not installed: ${2##*/} skipped"
		return 0
	}
	OUT=$(realpath -m "$OUT")
	export OUT CONNECTIONS WORKERS NODE_WORKERS USERS TOKENS ROUNDS SECONDS_EACH ROUTES
	export SOAK_SECONDS
	E2E_REAL_CLOCK=${E2E_REAL_CLOCK-yes} E2E_SETTINGS="
		workers = $WORKERS
		throttle = yes
		log_level = info
		${3:-password_cache_s = 300}
		request_deadline_s = 10
		max_tokens_per_user = 100000
	" "$here/../e2e/stack.sh" "$1" "$2"
}

load() {
	under_load "$SERVER" "$here/load.sh"
}

peers() {
	under_load socket "$here/peers.sh"
}

# grows WHAT NUMBER [VARIABLE=VALUE...]: adds lines to growth.csv.
grows() {
	local what=$1 number=$2 out=$OUT

	shift 2
	(
		declare "$@" ROUNDS=3 ROUTES="bearer" OUT="$out/growth"
		load >/dev/null
	)
	sed 1d "$out/growth/bench.csv" | sed "s/^/$what,$number,/" | tee -a "$out/growth.csv"
}

growth() {
	local n

	mkdir -p "$OUT"
	echo "what,number,route,requests_s,min,max,worker_us,web_us,p50_us,p99_us" |
		tee "$OUT/growth.csv"
	for n in 1 2 4 8 16 32 64; do
		grows workers "$n" WORKERS="$n"
	done
	for n in 1 4 16 64 400; do
		grows connections "$n" CONNECTIONS="$n"
	done
	for n in $SIZES; do
		grows tokens "$n" TOKENS="$n"
	done
	! command -v gnuplot >/dev/null || for type in svg png; do
		gnuplot -e "type='$type'; out='$OUT/growth'; data='$OUT/growth.csv'" "$here/growth.gp"
	done
}

# Passwords at their real cost, and none of them remembered.
logins() {
	under_load "$SERVER" "$here/logins.sh" "
		argon2_memory_kib = 19456
		argon2_iterations = 2
		max_password_checks = 0
		password_cache_s = 0
	"
}

# store_load NAME ROUND WORKERS: adds lines to stores.csv: what each kind of request comes to,
# as a part of what the no-op program does meanwhile.
store_load() {
	(
		declare TOKENS=0 USERS=100 ROUNDS=1 ROUTES="jwt bearer create" OUT="$OUT/$1"
		declare WORKERS="$3"
		RATES_ONLY=yes E2E_STORE=${1%-*} load >/dev/null
	)
	awk -F , -v name="$1" -v round="$2" '
		$1 == "noop" { noop = $2 }
		FNR > 1 && $1 != "noop" { printf "%s,%d,%s,%.0f,%.4f\n", name, round, $1, $2, $2 / noop }
	' "$OUT/$1/bench.csv" >>"$OUT/stores.csv"
}

# The same load on a database in files and in a MariaDB server, with the workers of one machine
# and of three, in turn.
stores() {
	local round

	mkdir -p "$OUT"
	echo "store,round,route,requests_s,of_noop" >"$OUT/stores.csv"
	for ((round = 1; round <= ROUNDS; round++)); do
		store_load lmdb "$round" "$WORKERS"
		store_load mariadb "$round" "$WORKERS"
		store_load mariadb-3 "$round" $((3 * WORKERS))
	done
	awk -f "$here/stores.awk" "$OUT/stores.csv"
}

soak() {
	E2E_REAL_CLOCK='' under_load "$SERVER" "$here/soak.sh" "
		password_cache_s = 300
		jwt_ttl_s = 31536000
	"
}

# In the directory that it is started in, which must be on a disk.
size() {
	# shellcheck disable=SC2086	# several numbers
	tests/bench/size . $SIZES
}

# flood THROTTLE [--provider]: passwords at their real cost.
flood() {
	E2E_SETTINGS="
		argon2_memory_kib = 19456
		argon2_iterations = 2
		throttle = $1
		log_level = info
		password_cache_s = 0
		workers = $WORKERS
	" "$here/../e2e/stack.sh" ${2:+"$2"} socket tests/bench/flood
}

# By wrong logins, then by clients of a silent provider.
floods() {
	flood yes
	flood no --provider
}

# refuse REASON
refuse() {
	echo "bench.sh: $1" >&2
	usage >&2
	exit 2
}

# Numbers from 1 on: a measurement that fails half way leaves its servers' files behind.
check_numbers() {
	local name number

	for name in CONNECTIONS WORKERS USERS TOKENS ROUNDS SECONDS_EACH NODE_WORKERS SOAK_SECONDS \
		SIZES; do
		for number in ${!name}; do
			[[ $number =~ ^[1-9][0-9]*$ ]] ||
				refuse "$name is not a whole number of at least 1: '$number'"
		done
	done
}

for option; do
	case $option in
	-h | --help)
		usage
		exit 0
		;;
	PART=* | SERVER=* | CONNECTIONS=* | WORKERS=* | USERS=* | TOKENS=* | ROUNDS=* | SECONDS_EACH=* | \
		ROUTES=* | OUT=* | NODE_WORKERS=* | SIZES=* | SOAK_SECONDS=*) declare "$option" ;;
	*) refuse "unknown argument '$option'" ;;
	esac
done
: "${PART:=load}" "${SERVER:=lighttpd}" "${CONNECTIONS:=16}" "${WORKERS:=4}" "${USERS:=1000}"
: "${TOKENS:=10000}" "${ROUNDS:=7}" "${SECONDS_EACH:=2}"
: "${ROUTES:=jwt bearer basic ha1b verify create}"
: "${OUT:=bench-results}" "${NODE_WORKERS:=1}" "${SIZES:=10000 1000000}"
: "${SOAK_SECONDS:=1200}"
check_numbers

case $PART in
load) load || status=$? ;;
peers) peers || status=$? ;;
growth) growth || status=1 ;;
start) "$here/start.sh" || status=1 ;;
size) size || status=1 ;;
soak) soak || status=1 ;;
commits) tests/bench/commits || status=1 ;;
timing) tests/bench/timing || status=1 ;;
login) tests/bench/login_time || status=1 ;;
logins) logins || status=1 ;;
flood) floods || status=1 ;;
pool) "$here/pool.sh" || status=1 ;;
stores) stores || status=1 ;;
all)
	load || status=1
	peers || status=1
	growth || status=1
	size || status=1
	"$here/start.sh" || status=1
	tests/bench/commits || status=1
	tests/bench/timing || status=1
	tests/bench/login_time || status=1
	logins || status=1
	floods || status=1
	"$here/pool.sh" || status=1
	stores || status=1
	;;
*) refuse "there is no part '$PART'" ;;
esac
exit "$status"
