#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# Bearer tokens as passwords, as real clients send them: git clones, pushes and fetches
# through the guard of a web server, and curl asks the service.  Run by stack.sh.
set -euo pipefail

work=$(mktemp -d "$E2E_DIR/git.XXXXXX")
failures=0
export HOME=$work GIT_TERMINAL_PROMPT=0 GIT_SSL_CAINFO=$E2E_CA GIT_CONFIG_NOSYSTEM=1
export NO_PROXY='*' no_proxy='*'
address=${E2E_HTTPS#https://}
git config --global user.name Tester
git config --global user.email tester@example.org
git config --global init.defaultBranch main

# want RESULT ROW COMMAND...: 0 if it must succeed, 1 if it must fail
want() {
	local result=$1 row=$2 got=0

	shift 2
	"$@" >"$work/out" 2>&1 || got=1
	[ "$got" = "$result" ] && return
	failures=$((failures + 1))
	echo "FAIL: $row"
	sed 's/^/    | /' "$work/out"
}

# status WANTED ROW USER:PASSWORD PATH [ARGUMENT...]
status() {
	local wanted=$1 row=$2 user=$3 path=$4 got

	shift 4
	got=$(curl -s -o "$work/out" --noproxy '*' --cacert "$E2E_CA" --max-time 20 \
		-w '%{http_code}' -u "$user" "$@" "$E2E_HTTPS$path")
	[ "$got" = "$wanted" ] && return
	failures=$((failures + 1))
	echo "FAIL: $row: $got, not $wanted"
}

commit() {
	echo "$1" >>"$work/copy/file"
	git -C "$work/copy" add file
	git -C "$work/copy" commit -qm "$1"
}

email=${E2E_USER%%:*}
password=${E2E_USER#*:}
token=$("$E2E_CTL" token add "$email" --name git)
other=$("$E2E_CTL" token add "${E2E_OTHER%%:*}" --name git)
third=$("$E2E_CTL" token add "$email" --name git)
printf '%s\n' "$token" "$other" "$third" >>"$E2E_DIR/secrets"
root=$E2E_DIR/backend/repositories
git init -q --bare "$root/one.git"
git -C "$root/one.git" config http.receivepack true
chmod -R a+rwX "$root"

want 1 'without a credential' git ls-remote "https://$address/service/git/one.git"
want 1 'unknown token' git ls-remote "https://token:${token}x@$address/service/git/one.git"
for name in token x-token-auth oauth2 git "${email/@/%40}"; do
	want 0 "ls-remote as $name" git ls-remote "https://$name:$token@$address/service/git/one.git"
done
want 1 'as another user' git ls-remote "https://${email/@/%40}:$other@$address/service/git/one.git"
want 0 'clone' git clone -q "https://token:$token@$address/service/git/one.git" "$work/copy"
commit first
want 0 'push' git -C "$work/copy" push -q origin HEAD:main

# A helper that keeps the token, as people have it.
git config --global credential.helper "store --file=$work/credentials"
echo "https://${email/@/%40}:$token@$address" >"$work/credentials"
git -C "$work/copy" remote set-url origin "https://$address/service/git/one.git"
commit second
want 0 'push by a helper' git -C "$work/copy" push -q origin HEAD:main
want 0 'fetch by a helper' git -C "$work/copy" fetch -q origin
want 0 'what was pushed' test "$(git -C "$root/one.git" log --format=%s main)" = 'second
first'
want 0 'a password still works' git ls-remote \
	"https://${email/@/%40}:$password@$address/service/git/one.git"

"$E2E_CTL" token list --user "$email" --json >"$work/list"
grep -qE '"last_used_on":"20[^"]*","last_used_ip":"(127\.|::1")' "$work/list" || {
	failures=$((failures + 1))
	echo 'FAIL: no use of the token is listed'
}
status 200 'list of uses' "$E2E_USER" '/rest/token/list?detail=1'
grep -qE '"last_used_on":"20[^"]*","last_used_ip":"(127\.|::1")' "$work/out" || {
	failures=$((failures + 1))
	echo 'FAIL: no use of the token is answered'
}
status 200 'the service by token' ":$token" /rest/token/list
status 200 'guarded page' "token:$token" /service/who
status 403 'create by token' "token:$token" /rest/token -d name=a
status 401 '/login by token' "token:$token" /login -d "username=$email" -d "password=$token"

status 200 'revoked by itself' "token:$third" "/rest/token/$third" -X DELETE
status 401 'revoked by itself' "token:$third" /rest/auth
status 200 'revoke' "$E2E_USER" /rest/token/all -X DELETE
want 1 'revoked' git ls-remote "https://token:$token@$address/service/git/one.git"
for ((i = 0; i < 40; i++)); do
	status 401 'revoked' "$email:$token" /rest/auth
done
status 200 'nobody waits for that' "$E2E_USER" /rest/auth
[ $failures = 0 ]
