#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# The Ansible role on this machine, with doorwardctl and a database in a directory of its own:
# --check tells what a run changes and writes nothing, a second run changes nothing, no secret
# is shown, and what is wrong is said.  Run in the build directory.
set -euo pipefail

top=$(realpath "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=deploy/lib.sh
. "$top/deploy/lib.sh"
build=$(pwd -P)

command -v ansible-playbook >/dev/null || {
	say "ansible-core is not installed: skipped"
	exit 77
}
# The commands that it calls have tests of their own.
if grep -q __asan_init doorwardctl 2>/dev/null; then
	say "built with a sanitizer: skipped"
	exit 77
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/doorward-ansible.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
: >"$work/ansible.cfg"
failed=0

export HOME=$work ANSIBLE_CONFIG=$work/ansible.cfg ANSIBLE_NOCOLOR=1 ANSIBLE_LOCALHOST_WARNING=0
export ANSIBLE_GATHERING=explicit ANSIBLE_PIPELINING=1 LC_ALL=C.UTF-8
export ANSIBLE_REMOTE_TMP=$work/remote ANSIBLE_LOCAL_TMP=$work/local
export DOORWARD_CONFIG=$work/doorward.conf

fail() {
	say "FAIL: $*"
	sed 's/^/    | /' "$work/out" >&2
	failed=1
}

# doorwardctl as the role calls it: its arguments are what other users of a machine can see.
make_doorwardctl() {
	mkdir "$work/bin"
	printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>"%s/seen"\nexec "%s/doorwardctl" "$@"\n' \
		"$work" "$build" >"$work/bin/doorwardctl"
	chmod 755 "$work/bin/doorwardctl"
	PATH=$work/bin:$PATH
}

# systemctl that knows the units in the file units, which all run, and writes down what it is to do.
make_systemctl() {
	cat >"$work/bin/systemctl" <<-END
		#!/bin/sh
		case \$1 in
		show)
			grep -qxF "\$2" "$work/units" || { echo LoadState=not-found; exit 0; }
			printf '%s\\n' LoadState=loaded ActiveState=active ;;
		is-enabled) grep -qxF "\$2" "$work/units" && echo enabled ;;
		*) echo "\$*" >>"$work/told" ;;
		esac
	END
	chmod 755 "$work/bin/systemctl"
	: >"$work/units"
	: >"$work/told"
}

ctl() {
	"$build/doorwardctl" "$@"
}

# What the host has: files, and what is in the database.
state() {
	find "$work" -type f ! -name lock.mdb \( -path "$work/etc/*" -o -path "$work/var/*" -o \
		-path "$DOORWARD_CONFIG" \) -exec sha256sum {} + | sort
	if [ -e "$work/var/data/data.mdb" ]; then
		ctl user list --json
		ctl account list --json
		ctl role list --json
		ctl token list --json
	fi
}

# playbook NAME [OPTION...]: runs NAME.yml; into $code and out
playbook() {
	local name=$1

	shift
	code=0
	ANSIBLE_LIBRARY=$work/roles/doorward/library \
		ANSIBLE_MODULE_UTILS=$work/roles/doorward/module_utils \
		ansible-playbook -i localhost, -c local -e "ansible_python_interpreter=$python" \
		"$@" "$work/$name.yml" >"$work/out" 2>&1 </dev/null || code=$?
	cat "$work/out" >>"$work/shown"
}

# play VARS [OPTION...]: applies the role with the variables in the file VARS.yml; into $code,
# out, $changed and $failures
play() {
	local vars=$1

	shift
	playbook site -e "@$work/places.yml" -e "@$work/$vars.yml" "$@"
	changed=$(sed -n 's/^localhost .* changed=\([0-9]*\) .*/\1/p' "$work/out")
}

# expect ROW CODE CHANGED
expect() {
	[ "$code $changed" = "$2 $3" ] || fail "$1: code $code, changed=$changed, not $2 and $3"
}

# same ROW COMMAND...: nothing is written meanwhile
same() {
	local row=$1

	state >"$work/before"
	"${@:2}"
	state >"$work/after"
	diff "$work/before" "$work/after" >&2 || fail "$row: something was written"
}

# apply ROW VARS CHANGED: tried with --check, done, and done again
apply() {
	same "$1, --check" play "$2" --check --diff -vvv
	expect "$1, --check" 0 "$3"
	play "$2" --diff -vvv
	expect "$1" 0 "$3"
	same "$1, again" play "$2"
	expect "$1, again" 0 0
}

# refuse ROW VARS MESSAGE [OPTION...]: fails with MESSAGE, and writes nothing
refuse() {
	same "$1" play "$2" "${@:4}"
	[ "$code" = 2 ] || fail "$1: code $code, not 2"
	grep -qF -- "$3" "$work/out" || fail "$1: does not say '$3'"
}

# has ROW FILTER WANT COMMAND...: what doorwardctl prints, where FILTER is an expression of Python
has() {
	local got

	got=$(ctl "${@:4}" --json | "$python" -c "
import json, sys
it = json.load(sys.stdin)
print(($2))")
	[ "$got" = "$3" ] || fail "$1: $2 is $got, not $3"
}

# The playbook of the role's README, with other places.
make_playbook() {
	mkdir "$work/roles"
	cp -R "$top/deploy/ansible" "$work/roles/doorward"
	awk '/^    - name: Set up doorward/ { on = 1 } on && /^[^ ]/ { exit } on' \
		"$work/roles/doorward/README" | sed 's/^    //' |
		sed -e 's/hosts: doorward/hosts: localhost/' -e '/become: true/d' \
			-e '/^$/d' -e "s|/etc/robot.token|$work/etc/robot.token|" >"$work/site.yml"
	cat >"$work/places.yml" <<-END
		doorward_deb: ""
		doorward_service: ""
		doorward_conf: "$DOORWARD_CONFIG"
		doorward_ctl: "$work/bin/doorwardctl"
		vault_password_of_ann: correct horse \$battery
	END
	config >"$work/readme.yml"
}

# config [LINE...]: the variable doorward_config, with further options
config() {
	cat <<-END
		doorward_config:
		  data_dir: "$work/var/data"
		  run_dir: "$work/run"
		  key_file: "$work/etc/master.key"
		  argon2_memory_kib: 8192
		  argon2_iterations: 1
		  admin_api: true
		  host_name: www.example.org
		  throttle_exempt: [192.0.2.10, 2001:db8::/32]
	END
	[ $# -eq 0 ] || printf '  %s\n' "$@"
}

python=$(command -v python3)
make_doorwardctl
make_systemctl
make_playbook
mkdir -p "$work/var" "$work/etc" "$work/run"

# --- a new host --------------------------------------------------------------------------

# Neither the package's copy nor what it installs is there: --check goes through to the end.
package=$work/${work##*/}.deb
: >"$package"
config >"$work/new.yml"
cat >>"$work/new.yml" <<END
doorward_deb: "$package"
doorward_service: doorward
doorward_conf: "$work/etc/doorward/doorward.conf"
doorward_ctl: "$work/nowhere/doorwardctl"
END
same "new host, --check" play new --check
# copy, configuration, database, accounts, roles, users, tokens
expect "new host, --check" 0 7

# --- README ------------------------------------------------------------------------------

# The tasks: configuration, database, accounts, roles, users, tokens.
apply "README" readme 6
has "user" "it['role'], it['account']['name'], it['first_name']" "('Admin', 'Acme', 'Ann')" \
	user show ann@example.org
has "disabled" "it['disabled_on'] is None" False user show bob@example.org
has "role" "[r['acl'] for r in it if r['name'] == 'reader']" "[{'cdr': ['r']}]" role list
has "token" "[(t['name'], t['ttl'], t['scope']) for t in it]" \
	"[('nightly build', 31536000, ['git'])]" token list
has "configuration" "it['admin_api'], it['throttle_exempt']" \
	"(True, ['192.0.2.10', '2001:db8::/32'])" config show
[ "$(stat -c '%a %s' "$work/etc/robot.token")" = "600 49" ] || fail "the file of the token"
ctl token scan "$work/etc/robot.token" >"$work/out" && fail "the file has no live token"
if command -v php >/dev/null; then
	# shellcheck disable=SC2016	# of PHP
	ctl export --with-hashes - | grep '"ann@example.org"' | php -r '
		$user = json_decode(fgets(STDIN));
		exit(password_verify("correct horse \$battery", $user->hash) ? 0 : 1);' ||
		fail "another password"
fi

# --- changes -----------------------------------------------------------------------------

config >"$work/changes.yml"
cat >>"$work/changes.yml" <<END
doorward_accounts:
  - {name: Acme, state: absent}
  - {name: Other, email: Office@Other.example, level: ServiceAccount, balance: "99.870"}
doorward_roles:
  - {name: reader, permits: {cdr: [r, u], book: ["*"]}}
  - {name: admin, permits: {}}
doorward_users:
  - {email: ann@example.org, account: Other, sip_login: 100@Example.org, dob: "1990-05-01",
     wss_online: true, gender: Female, first_name: "", update_password: on_create}
  - {email: bob@example.org, enabled: true, last_name: "Ünal \"B\" \$HOME"}
  - {email: carl@example.org, enabled: false}
  - {email: robot@example.org}
doorward_passwords:
  ann@example.org: another password
  carl@example.org: password of carl
doorward_tokens:
  - {user: robot@example.org, name: nightly build, path: "$work/etc/robot.token",
     addresses: [192.0.2.1/32, "2001:DB8::/32"], scope: []}
  - {user: bob@example.org, name: second, path: "$work/etc/second.token"}
END
cp "$work/etc/robot.token" "$work/kept"
before=$(ctl user show ann@example.org | grep '^password')
# accounts, roles, users, tokens, and the account that goes last
apply "changes" changes 5
has "fields" "it['account']['name'], it['sip_login'], it['dob'][:10], it['wss_online'], \
it['gender'], it['first_name']" \
	"('Other', '100@example.org', '1990-05-01', True, 'Female', None)" user show ann@example.org
[ "$before" = "$(ctl user show ann@example.org | grep '^password')" ] ||
	fail "the password was set again"
has "enabled" "it['disabled_on'], it['last_name']" "(None, 'Ünal \"B\" \$HOME')" \
	user show bob@example.org
has "disabled before a password" "it['disabled_on'] is None, it['password_set_on'] is None" \
	"(False, False)" user show carl@example.org
has "accounts" "[(a['name'], str(a['balance'])) for a in it]" "[('Other', '99.87')]" account list
has "limits" "[t['addresses'] for t in it if not t['scope']][0]" \
	"['192.0.2.1', '2001:db8::/32']" token list --user robot@example.org
cmp "$work/kept" "$work/etc/robot.token" || fail "the token was replaced"

# A password that is set in each run.
sed 's/update_password: on_create/update_password: always/' "$work/changes.yml" >"$work/always.yml"
same "always, --check" play always --check
expect "always, --check" 0 1
play always
expect "always" 0 1

# --- removal -----------------------------------------------------------------------------

config >"$work/removal.yml"
cat >>"$work/removal.yml" <<END
doorward_accounts: [{name: Other, state: absent}]
doorward_roles: [{name: reader, state: absent}, {name: admin, state: absent}]
doorward_users:
  - {email: ann@example.org, state: absent}
  - {email: bob@example.org, state: absent, keep: true}
  - {email: carl@example.org, enabled: false, webitel_role: user}
doorward_tokens:
  - {user: robot@example.org, name: nightly build, path: "$work/etc/robot.token", state: absent}
END
# roles, users, tokens, account
apply "removal" removal 4
has "users" "sorted((u['email'], u['deleted_on'] is None) for u in it)" \
	"[('bob@example.org', False), ('carl@example.org', True), ('robot@example.org', True)]" \
	user list
has "tokens" "it" "[]" token list
[ ! -e "$work/etc/robot.token" ] || fail "the file of a revoked token is left"

# --- what is wrong -----------------------------------------------------------------------

# wrong ROW MESSAGE MODULE LINE...: a task that must fail
wrong() {
	local row=$1 message=$2 module=$3

	shift 3
	echo "    - name: $row"
	echo "      $module:"
	printf '        %s\n' "config: $DOORWARD_CONFIG" "executable: $work/bin/doorwardctl" "$@"
	printf '      %s\n' 'register: result' 'ignore_errors: true'
	echo "    - name: $row fails"
	printf '      ansible.builtin.assert:\n        that: result is failed and wanted in result.msg\n'
	printf '      vars:\n        wanted: "%s"\n' "$message"
}
# tasks VARIABLES: which have passwords, and so a file of their own: Ansible 2.19 shows the lines
# of a playbook around a task that fails.
tasks() {
	echo "$1" >"$work/passwords.yml"
	printf '%s\n' '- hosts: localhost' '  gather_facts: false' '  vars_files: passwords.yml' \
		'  tasks:'
}
{
	tasks '{short: 2short, long: "first line of it\nsecond"}'
	wrong "no e-mail address" "needs exactly one '@'" doorward_user "email: dan"
	wrong "no such account" "there is no such account" doorward_user "email: dan@example.org" \
		"account: Nobody"
	wrong "reserved" "reserved by a deleted user" doorward_user "email: bob@example.org"
	wrong "short password" "the password is shorter than 8 characters" doorward_user \
		"email: dan@example.org" 'password: "{{ short }}"'
	wrong "two lines" "the password has more than one line" doorward_user \
		"email: dan@example.org" 'password: "{{ long }}"'
	wrong "permission" "reader" doorward_role "name: reader" "permits: {cdr: [x]}"
	wrong "balance" "must be a decimal number" doorward_account "name: Acme" "balance: much"
	wrong "user of a token" "not found" doorward_token "user: eve@example.org" "name: a" \
		"path: $work/etc/a"
	wrong "directory of a token" "$work/nowhere/a: No such file or directory" doorward_token \
		"user: robot@example.org" "name: a" "path: $work/nowhere/a"
	wrong "owner of a token" "failed to look up user" doorward_token \
		"user: robot@example.org" "name: a" "path: $work/etc/a" "owner: no-such"
	wrong "name of a token" "name" doorward_token "user: robot@example.org" "name: ''" \
		"path: $work/etc/a"
} >"$work/wrong.yml"
same "wrong values" playbook wrong -v
[ "$code" = 0 ] || fail "wrong values: code $code"

config >"$work/spec.yml"
echo "doorward_users: [{email: dan@example.org, role: Boss, firstname: Dan}]" >>"$work/spec.yml"
refuse "word" spec "Boss"
grep -q "firstname" "$work/out" || fail "a field that is none is not named"
config 'workers: 0' >"$work/conf.yml"
refuse "option" conf "workers must be from 1 to 512"
config 'worker: 4' >"$work/conf.yml"
refuse "option, --check" conf "no such option 'worker'" --check

# A first password that is refused leaves a disabled user, who gets the next one.
config >"$work/late.yml"
cat >>"$work/late.yml" <<END
doorward_accounts: []
doorward_roles: []
doorward_tokens: []
doorward_users: [{email: late@example.org, enabled: false}]
doorward_passwords: {late@example.org: 2short}
END
play late
[ "$code" = 2 ] || fail "refused first password: code $code, not 2"
has "refused first password" "it['disabled_on'] is None, it['password_set_on']" "(False, None)" \
	user show late@example.org
sed -i 's/2short/password of late/' "$work/late.yml"
apply "first password, late" late 1
has "first password, late" "it['disabled_on'] is None, it['password_set_on'] is None" \
	"(False, False)" user show late@example.org

# A configuration by which there can be no database: the former one, or none, is there again.
config | sed "s|data_dir: .*|data_dir: $work/site.yml/data|" >"$work/stuck.yml"
cat >>"$work/stuck.yml" <<END
doorward_service: doorward
doorward_conf: "$work/etc/stuck.conf"
END
printf '%s\n' doorward.socket doorward.service >"$work/units"
refuse "no database" stuck "Not a directory"
! grep -q "Manage" "$work/out" || fail "no database: goes on"
cp "$DOORWARD_CONFIG" "$work/etc/stuck.conf"
refuse "no database, again" stuck "Not a directory"
[ -z "$(find "$work/etc" -name 'stuck.conf.*')" ] || fail "no database: a copy is left"
[ ! -s "$work/told" ] || fail "no database: a reload"

# --- secrets -----------------------------------------------------------------------------

printf '%s\n' 'correct horse' 'another password' 'password of carl' \
	'password of late' 2short 'first line of it' >"$work/secrets"
cat "$work/kept" >>"$work/secrets"
for place in shown seen; do
	! grep -nF -f "$work/secrets" "$work/$place" || fail "a secret is in $place"
done
[ -s "$work/seen" ] || fail "doorwardctl was not run"
[ -z "$(find "$work/etc" -name 'a*' -o -name '*.token.*')" ] || fail "a draft is left"

# --- modules and form --------------------------------------------------------------------

# The examples of each module, as tasks.
{
	tasks '{password_of_ann: correct horse $battery}'
	for module in user account role token; do
		ansible-doc --json -t module -M "$work/roles/doorward/library" "doorward_$module" |
			"$python" -c "
import json, sys
print(json.load(sys.stdin)['doorward_$module']['examples'])" |
			sed -e "s|/etc/|$work/etc/|" -e 's/^/    /'
	done
} >"$work/examples.yml"
ctl user delete --yes bob@example.org
playbook examples
[ "$code" = 0 ] || fail "examples of the modules"
if command -v ansible-lint >/dev/null; then
	(cd "$work" && ansible-lint --offline --strict -q site.yml roles/doorward) \
		>"$work/out" 2>&1 </dev/null || fail "ansible-lint"
fi
if command -v yamllint >/dev/null; then
	(cd "$work/roles" && yamllint --strict -d \
		"{extends: default, rules: {line-length: {max: 100}}}" .) \
		>"$work/out" 2>&1 || fail "yamllint"
fi
exit $failed
