#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
#
# JWTs signed by JWT_ALG, and tokens by introspection, as others check them: libraries of
# Python, Node, Perl, Ruby, C and Go, and mod_auth_openidc in Apache.  Each is asked if it
# is installed; jsonwebtoken, which Debian does not have, by NODE_PATH.  Run by stack.sh.
set -euo pipefail
# shellcheck source=tests/e2e/client.sh
. "$(dirname "$0")/client.sh"

checked=0
issuer=$E2E_HTTPS
server=server@example.org:server-password-1
work=$(mktemp -d "$E2E_DIR/others.XXXXXX")
site=$(mktemp -d "${TMPDIR:-/tmp}/doorward-others.XXXXXX")	# of Apache, which becomes another user
apache_pid=

complain() {
	failures=$((failures + 1))
	echo "$JWT_ALG: $*"
}

stop() {
	[ -z "$apache_pid" ] || kill "$apache_pid" 2>/dev/null || true
	rm -rf "$site"
}
trap stop EXIT

# judge NAME COMMAND...: prints "yes" or "no" for each token of $work/tokens, in their order
judge() {
	local name=$1 verdicts

	shift
	checked=$((checked + 1))
	verdicts=$("$@" "$work" "$JWT_ALG" "$issuer" 2>"$work/error" | tr '\n' ' ') || true
	[ "$verdicts" = "$wanted" ] || {
		complain "$name says '$verdicts', should say '$wanted'"
		tail -n 3 "$work/error"
	}
}

# --- the tokens ---------------------------------------------------------------------

jwt=$("${ask[@]}" -u "$E2E_USER" "$issuer/rest/auth" | member token)
"${ask[@]}" "$issuer/.well-known/jwks.json" >"$work/former.json"
"$E2E_CTL" key rotate "jwt-$(tr '[:upper:]' '[:lower:]' <<<"$JWT_ALG")" >/dev/null
# the new one signs once it has been published for jwt_key_lead_s
rotated=$jwt
for ((tries = 0; tries < 2000; tries++)); do
	[ "${rotated%%.*}" = "${jwt%%.*}" ] || break
	rotated=$("${ask[@]}" -u "$E2E_USER" "$issuer/rest/auth" | member token)
done
"${ask[@]}" "$issuer/.well-known/jwks.json" >"$work/jwks.json"
hs256=$(cut -d. -f1 <<<"$jwt" | base64 -d 2>/dev/null |
	sed "s/$JWT_ALG/HS256/" | base64 -w 0 | tr '+/' '-_' | tr -d =) || true
{
	echo "$jwt"
	echo "$rotated"
	echo "${jwt%.*}.${rotated##*.}"		# the signature of another
	echo "${jwt%.*}."				# none
	echo "$hs256.${jwt#*.}"			# another algorithm
} >"$work/tokens"
wanted='yes yes no no no '
[ "$(cut -d. -f1 <<<"$jwt")" != "$(cut -d. -f1 <<<"$rotated")" ] || complain 'no new key signs'
cmp -s "$work/former.json" "$work/jwks.json" && complain 'the new key is not published'
grep -q "\"issuer\":\"$issuer\"" <<<"$("${ask[@]}" "$issuer/.well-known/openid-configuration")" ||
	complain 'openid-configuration has another issuer'

# --- libraries ----------------------------------------------------------------------

cat >"$work/check_pyjwt.py" <<'END'
import json, sys, jwt
work, alg, issuer = sys.argv[1:]
keys = {k["kid"]: jwt.PyJWK(k) for k in json.load(open(work + "/jwks.json"))["keys"]}
def check(token, audience):
    key = keys[jwt.get_unverified_header(token)["kid"]].key
    claims = jwt.decode(token, key, algorithms=[alg], audience=audience, issuer=issuer,
        options={"require": ["exp", "iat", "iss", "aud", "sub", "jti"]})
    assert claims["sub"] == claims["uuid"]
for token in open(work + "/tokens").read().split():
    try:
        check(token, "shop")
        print("yes")
    except jwt.PyJWTError:
        print("no")
try:
    check(open(work + "/tokens").readline().strip(), "another")
    print("another audience")
except jwt.InvalidAudienceError:
    pass
END
cat >"$work/check_jose.py" <<'END'
import json, sys
from jose import jwt, JOSEError
work, alg, issuer = sys.argv[1:]
keys = json.load(open(work + "/jwks.json"))
for token in open(work + "/tokens").read().split():
    try:
        jwt.decode(token, keys, algorithms=[alg], audience="shop", issuer=issuer)
        print("yes")
    except JOSEError:
        print("no")
END
cat >"$work/check_jwcrypto.py" <<'END'
import sys
from jwcrypto import jwk, jwt
work, alg, issuer = sys.argv[1:]
keys = jwk.JWKSet.from_json(open(work + "/jwks.json").read())
for token in open(work + "/tokens").read().split():
    try:
        jwt.JWT(jwt=token, key=keys, algs=[alg], check_claims={"iss": issuer, "aud": "shop"})
        print("yes")
    except Exception as e:
        print("no")
END
cat >"$work/check_jose.js" <<'END'
const jose = require('jose'), fs = require('fs');
const [work, alg, issuer] = process.argv.slice(2);
const keys = jose.createLocalJWKSet(JSON.parse(fs.readFileSync(work + '/jwks.json')));
(async () => {
	for (const token of fs.readFileSync(work + '/tokens', 'utf8').trim().split('\n')) {
		await jose.jwtVerify(token, keys, { issuer, audience: 'shop', algorithms: [alg] })
			.then(() => console.log('yes'), () => console.log('no'));
	}
})();
END
cat >"$work/check_jsonwebtoken.js" <<'END'
const jwt = require('jsonwebtoken'), crypto = require('crypto'), fs = require('fs');
const [work, alg, issuer] = process.argv.slice(2);
const set = JSON.parse(fs.readFileSync(work + '/jwks.json'));
const options = { issuer, audience: 'shop', algorithms: [alg] };
for (const token of fs.readFileSync(work + '/tokens', 'utf8').trim().split('\n')) {
	const { kid } = jwt.decode(token, { complete: true }).header;
	const key = crypto.createPublicKey({ key: set.keys.find(k => k.kid === kid), format: 'jwk' });
	jwt.verify(token, key, options, error => console.log(error ? 'no' : 'yes'));
}
END
cat >"$work/check_crypt_jwt.pl" <<'END'
use strict;
use warnings;
use Crypt::JWT 'decode_jwt';
use JSON::PP;
my ($work, $alg, $issuer) = @ARGV;
sub content { open my $in, '<', "$work/$_[0]" or die; local $/; <$in> }
my $keys = decode_json(content('jwks.json'));
for my $token (split ' ', content('tokens')) {
	my $claims = eval { decode_jwt(token => $token, kid_keys => $keys, accepted_alg => $alg,
	    verify_iss => $issuer, verify_aud => 'shop', verify_exp => 1) };
	print $claims ? "yes\n" : "no\n";
}
END
cat >"$work/check_jwt.rb" <<'END'
require 'json'
require 'jwt'
work, alg, issuer = ARGV
keys = JSON.parse(File.read("#{work}/jwks.json"), symbolize_names: true)
File.read("#{work}/tokens").split.each do |token|
  JWT.decode(token, nil, true, algorithms: [alg], jwks: keys, iss: issuer, verify_iss: true,
    aud: 'shop', verify_aud: true)
  puts 'yes'
rescue JWT::DecodeError
  puts 'no'
end
END
cat >"$work/check_json_jwt.rb" <<'END'
require 'json/jwt'
work, alg, _ = ARGV
keys = JSON::JWK::Set.new(JSON.parse(File.read("#{work}/jwks.json")))
File.read("#{work}/tokens").split.each do |token|
  JSON::JWT.decode(token, keys, [alg.to_sym])
  puts 'yes'
rescue JSON::JWT::Exception
  puts 'no'
end
END
# each prints the verdict of a command that fails if a token is bad
cat >"$work/check_jose.sh" <<'END'
while read -r token; do
	printf %s "$token" | jose jws ver -i - -k "$1/jwks.json" && echo yes || echo no
done <"$1/tokens"
END
cat >"$work/check_rnbyc.sh" <<'END'
while read -r token; do
	rnbyc -t "$token" -P "$1/jwks.json" | grep -q 'signature verified' && echo yes || echo no
done <"$1/tokens"
END
# it takes no set, but one key: the first, which signed only the first token
cat >"$work/check_golang_jwt.sh" <<'END'
rnbyc -j -f "$1/former.json" -F PEM -p "$1/key.pem" >&2
while read -r token; do
	printf %s "$token" | jwt -alg "$2" -key "$1/key.pem" -verify - >&2 && echo yes || echo no
done <"$1/tokens"
END
python=/usr/bin/python3
! $python -c 'import jwt' 2>/dev/null || judge PyJWT $python "$work/check_pyjwt.py"
# jose does not know EdDSA
[ "$JWT_ALG" = EdDSA ] || ! $python -c 'import jose' 2>/dev/null || judge jose $python "$work/check_jose.py"
! $python -c 'import jwcrypto' 2>/dev/null || judge jwcrypto $python "$work/check_jwcrypto.py"
export NODE_PATH=${NODE_PATH:+$NODE_PATH:}/usr/share/nodejs
! command -v node >/dev/null || ! node -e "require('jose')" 2>/dev/null ||
	judge "jose of Node" node "$work/check_jose.js"
! perl -e 'use Crypt::JWT' 2>/dev/null || judge Crypt::JWT perl "$work/check_crypt_jwt.pl"
! command -v rnbyc >/dev/null || judge rhonabwy bash "$work/check_rnbyc.sh"
# these have no EdDSA in Debian 12, or never
if [ "$JWT_ALG" != EdDSA ]; then
	! command -v node >/dev/null || ! node -e "require('jsonwebtoken')" 2>/dev/null ||
		judge jsonwebtoken node "$work/check_jsonwebtoken.js"
	! ruby -r jwt -e '' 2>/dev/null || judge "jwt of Ruby" ruby "$work/check_jwt.rb"
	! ruby -r json/jwt -e '' 2>/dev/null || judge "json-jwt of Ruby" ruby "$work/check_json_jwt.rb"
	! command -v jose >/dev/null || judge "jose of C" bash "$work/check_jose.sh"
fi
wanted='yes no no no no '
! command -v jwt >/dev/null || ! command -v rnbyc >/dev/null ||
	judge "jwt of Go" bash "$work/check_golang_jwt.sh"

# --- keys that rotate while others check ----------------------------------------------

# It fetches the set every half second, far less than jwt_key_lead_s, and never for a kid that it
# does not know: the key of a JWT must always have been published before.
cat >"$work/check_overlap.py" <<'END'
import base64, json, os, ssl, sys, time, urllib.request, jwt
work, alg, issuer = sys.argv[1:]
context = ssl.create_default_context(cafile=os.environ["E2E_CA"])
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
    urllib.request.HTTPSHandler(context=context))
basic = "Basic " + base64.b64encode(os.environ["E2E_USER"].encode()).decode()
def get(path, **headers):
    with opener.open(urllib.request.Request(issuer + path, headers=headers), timeout=20) as answer:
        return json.load(answer)
keys, fetched, kids, good, bad = {}, 0, set(), 0, 0
while not os.path.exists(work + "/stop"):
    token = get("/rest/auth", Authorization=basic)["payload"]["token"]
    if time.monotonic() - fetched > 0.5:
        fetched = time.monotonic()
        keys = {k["kid"]: jwt.PyJWK(k).key for k in get("/.well-known/jwks.json")["keys"]}
    kid = jwt.get_unverified_header(token)["kid"]
    kids.add(kid)
    try:
        jwt.decode(token, keys[kid], algorithms=[alg], audience="shop", issuer=issuer)
        good += 1
    except (KeyError, jwt.PyJWTError) as error:
        print("refused:", repr(error))
        bad += 1
    with open(work + "/kid.new", "w") as file:
        file.write(kid)
    os.replace(work + "/kid.new", work + "/kid")
print(f"{good > 0} {bad} {len(kids)}")
END

# signed_by_other KID: waits until the program there has seen a JWT of another key
signed_by_other() {
	local tries

	for ((tries = 0; tries < 1000; tries++)); do
		[ ! -s "$work/kid" ] || [ "$(<"$work/kid")" = "$1" ] || return 0
		sleep 0.02
	done
	complain "key $1 signs for ever"
}

check_overlap() {
	local purpose before id checker old
	purpose=jwt-$(tr '[:upper:]' '[:lower:]' <<<"$JWT_ALG")

	checked=$((checked + 1))
	E2E_CA=$E2E_CA E2E_USER=$E2E_USER $python "$work/check_overlap.py" "$work" "$JWT_ALG" \
		"$issuer" >"$work/overlap" 2>&1 &
	checker=$!
	signed_by_other ''
	for _ in 1 2 3; do
		before=$(<"$work/kid")
		"$E2E_CTL" key rotate "$purpose" >/dev/null
		signed_by_other "$before"
		for id in $("$E2E_CTL" key list |
			awk -v p="$purpose" '$2 == p && $3 == "accepted" { print $1 }'); do
			"$E2E_CTL" key retire "$id" --yes >/dev/null
		done
	done
	touch "$work/stop"
	wait "$checker" || true
	[ "$(<"$work/overlap")" = 'True 0 4' ] || complain "while keys rotate: $(tail -n 3 "$work/overlap")"
	"${ask[@]}" "$issuer/.well-known/jwks.json" >"$work/after.json"
	[ "$(grep -o '"kid"' "$work/after.json" | wc -l)" = 1 ] || complain 'retired keys are published'
	for old in "$jwt" "$rotated"; do
		[ "$("${ask[@]}" -o /dev/null -w '%{http_code}' -H "X-Auth-Token: $old" "$issuer/rest/auth")" = 401 ] ||
			complain 'a JWT of a retired key is accepted'
	done
}

# --- mod_auth_openidc ---------------------------------------------------------------

modules=/usr/lib/apache2/modules
port=

# free_port: one of 127.0.0.1 that nothing listens on
free_port() {
	local n

	for ((n = 0; n < 50; n++)); do
		port=$((20000 + RANDOM % 20000))
		(: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 0
	done
	return 1
}

# page PATH TOKEN: the status of a page of Apache
page() {
	curl -s --noproxy '*' -o "$work/body" -w '%{http_code}' --max-time 20 \
		-H "Authorization: Bearer $2" "http://127.0.0.1:$port$1"
}

start_apache() {
	local tries as_user=

	[ "$EUID" -ne 0 ] || as_user=$'User www-data\nGroup www-data'
	mkdir -p "$site/htdocs"
	echo secret >"$site/htdocs/page"
	chmod -R a+rX "$site"
	free_port
	cat >"$site/apache.conf" <<-END
		ServerRoot "$site"
		ServerName localhost
		$as_user
		PidFile "$site/apache.pid"
		ErrorLog "$site/apache.log"
		Listen 127.0.0.1:$port
		DocumentRoot "$site/htdocs"
		LoadModule mpm_event_module $modules/mod_mpm_event.so
		LoadModule authz_core_module $modules/mod_authz_core.so
		LoadModule authz_user_module $modules/mod_authz_user.so
		LoadModule authn_core_module $modules/mod_authn_core.so
		LoadModule auth_openidc_module $modules/mod_auth_openidc.so
		OIDCCryptoPassphrase anything
		OIDCSSLValidateServer Off
		OIDCOAuthSSLValidateServer Off
		OIDCOAuthRemoteUserClaim sub
		<VirtualHost 127.0.0.1:$port>
		$1
		<Directory "$site/htdocs">
			AuthType oauth20
			Require claim sub:$alice
		</Directory>
		</VirtualHost>
	END
	apache2 -f "$site/apache.conf" -DFOREGROUND >>"$site/apache.out" 2>&1 &
	apache_pid=$!
	for ((tries = 0; tries < 200; tries++)); do
		! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 0
		sleep 0.05
	done
	complain "Apache does not start: $(tail -n 3 "$site/apache.out" "$site/apache.log")"
}

stop_apache() {
	kill "$apache_pid"
	wait "$apache_pid" 2>/dev/null || true
	apache_pid=
}

# expect WHAT WANTED PATH TOKEN
expect() {
	local got

	got=$(page "$3" "$4")
	[ "$got" = "$2" ] || complain "mod_auth_openidc, $1: $got, should be $2: $(tail -n 2 "$site/apache.log")"
}

check_apache() {
	local alice bearer other

	checked=$((checked + 1))
	printf %s "${server#*:}" | "$E2E_CTL" user add "${server%%:*}" --role Provider \
		--password-stdin >/dev/null
	alice=$("${ask[@]}" -H "X-Auth-Token: $jwt" -d "token=$jwt" "$issuer/rest/introspect" | member sub)
	bearer=$("${ask[@]}" -u "$E2E_USER" -d name=shop -d ttl=600 "$issuer/rest/token" | member token)
	other=$("${ask[@]}" -u "$E2E_OTHER" -d name=shop -d ttl=600 "$issuer/rest/token" | member token)
	start_apache "
		OIDCOAuthIntrospectionEndpoint $issuer/rest/introspect
		OIDCOAuthIntrospectionEndpointAuth client_secret_basic
		OIDCOAuthIntrospectionEndpointMethod POST
		OIDCOAuthTokenIntrospectionInterval -1
		OIDCOAuthClientID ${server%%:*}
		OIDCOAuthClientSecret ${server#*:}"
	expect 'a bearer token' 200 /page "$bearer"
	[ "$(<"$work/body")" = secret ] || complain 'mod_auth_openidc serves another page'
	expect 'a JWT' 200 /page "$jwt"
	expect 'another user' 401 /page "$other"
	expect 'no token' 401 /page x
	"${ask[@]}" -d "token=$bearer" "$issuer/rest/revoke" >/dev/null
	expect 'a revoked token' 401 /page "$bearer"
	stop_apache
	# its library has no EdDSA in Debian 12
	[ "$JWT_ALG" != EdDSA ] || return 0
	start_apache "OIDCOAuthVerifyJwksUri $issuer/.well-known/jwks.json"
	expect 'a JWT that it checks itself' 200 /page "$jwt"
	expect 'one of the new key' 200 /page "$rotated"
	expect 'one with the signature of another' 401 /page "${jwt%.*}.${rotated##*.}"
	expect 'an unsigned one' 401 /page "${jwt%.*}."
	stop_apache
}

if [ -e $modules/mod_auth_openidc.so ] && command -v apache2 >/dev/null; then
	check_apache
fi

! $python -c 'import jwt' 2>/dev/null || check_overlap

"$E2E_CTL" user delete "${server%%:*}" --yes >/dev/null 2>&1 || true
printf 'others: %s, %d programs, %d failed\n' "$JWT_ALG" "$checked" "$failures"
[ "$failures" -eq 0 ] && [ "$checked" -gt 0 ]
