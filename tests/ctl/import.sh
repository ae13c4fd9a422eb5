#!/bin/bash
# SPDX-License-Identifier: ISC
# doorwardctl import and export from outside: each row is a file, the command that
# reads it, its exit code and what it says.  Run in the build directory.

# shellcheck source=tests/ctl/harness.sh
. "$(dirname "$0")/harness.sh"

mkdir "$work/var"
t 0 ''	init
f=$work/file

# file TEXT: what is imported next; \ escapes are those of printf %b
file()
{
	printf '%b' "$1" >"$f"
}

# users WANT: how many there are
users()
{
	t 0 ''	status --json
	json .users "$1"
}

# hash EMAIL FRAGMENT: how the stored hash begins
hash()
{
	row="hash of $1"
	"$here/doorwardctl" export --with-hashes - >"$work/all"
	grep -F "\"email\":\"$1\"" "$work/all" | grep -q -F "\"hash\":\"$2" || complain "is not $2"
}

bcrypt='$2y$10$3h8dM2xwsqyjPyisB.qRAOpU9TlEyAXBGcKS.1FjfnGhBV03.CEOi'
apr1='$apr1$BgpaLOFK$o7hyO85dACdooTPsCOByG1'
argon='$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQxNmJ5dGVz$Y0Hvd/epPrOScWPHz6dRqh+Jn6sEwSoip8toMiowXag'
sha='{SHA}L55TUjtiq8FBorTWAZ0jy6g129A='
django='pbkdf2_sha256$260000$R35f9c7GVPuP8JKJZSwxHW$TwMd8EpZE0eQQLMQfyEZB47vi+lJwbVPFHwcL7vQ1SY='

# --- the command line ------------------------------------------------------------

t 0 'wordpress'				import formats
t 2 'PRESET is missing'			import
t 2 "no such preset"			import excel "$f"
t 2 'must be fail, skip or update'	import csv "$f" --on-conflict replace
t 2 "there is no field 'nme'"		import csv "$f" --map a=nme
t 2 'needs COLUMN=FIELD'		import csv "$f" --map a
t 5 'must be Admin'			import csv "$f" --role Boss
t 1 'No such file'			import csv "$f.none"

# --- hostile files: nothing is written -------------------------------------------

# bad FILE FRAGMENT [ARGUMENT ...]: a row that is refused, as CSV
bad()
{
	file "$1"
	t 5 "$2" import csv "$f" "${@:3}"
}

bad ''						'it is empty'
bad 'email\na@b.example\na@b.example\n'		'line 3: a@b.example: also in line 2'
bad 'email\na@b.example\nA@B.example\n'		'also in line 2'
bad 'email,sip_login\na@b.example,\nc@b.example,a@b.example\n'	'also in line 2'
bad 'email\na@b.example\x00\n'			'line 2: a NUL'
bad 'email,first_name\na@b.example,a\x01b\n'	'without control characters'
bad 'email,first_name\na@b.example,\xff\n'	'must be UTF-8'
bad "email\n$(printf '%0300d' 0)@b.example\n"	'is too long'
bad 'email\nnobody\n'				"needs exactly one '@'"
bad 'login\nnobody\n'				'--domain gives it one'
bad 'first_name\nAnn\n'				'no e-mail and no login'
bad 'email,first_name\na@b.example\n'		'line 2: 1 column, but the header has 2'
bad 'email\na@b.example,b,c\n'			'line 2: 3 columns, but the header has 1'
bad 'email,role,created_on,hash\na@b.example,Boss,x,y\n' \
	'line 2: role: must be Admin, User or Provider; created_on: not a time; hash: no hash'
bad 'email\n"a@b.example\n'			'a quote is not closed'
bad 'email,role\na@b.example,Boss\n'		'role: must be Admin'
bad 'email,account\na@b.example,None\n'		'there is none of this name'
bad 'email,uuid\na@b.example,17\n'		'not a uuid'
bad 'email,ha1b\na@b.example,17\n'		'32 hex digits'
bad 'email,created_on\na@b.example,today\n'	'not a time'
bad 'email,hash\na@b.example,secret\n'		'no hash of a known kind'
bad "email,hash\na@b.example,$sha\n"		'--allow-weak'
bad 'email,hash\na@b.example,$2y$31$3h8dM2xwsqyjPyisB.qRAOpU9TlEyAXBGcKS.1FjfnGhBV03.CEOi\n' \
	'costs more than a login may' --allow-costly
bad 'email,hash\na@b.example,$2y$15$3h8dM2xwsqyjPyisB.qRAOpU9TlEyAXBGcKS.1FjfnGhBV03.CEOi\n' \
	'--allow-costly takes it'
file 'email\nnobody\na@b.example\nb\n'
t 5 '2 rows cannot be imported; nothing was written'	import csv "$f"
file 'email\nnobody\n'
t 5 '1 row cannot be imported; nothing was written'	import csv "$f"
file 'not json\n'
t 5 'line 1: not a JSON object'		import jsonl "$f"
t 5 'not a JSON object'			import keycloak "$f"
t 5 'it has no colon'			import htpasswd "$f" --domain h.example
t 5 'a line without a colon'		import ldif "$f"
users 0

# --- every preset ------------------------------------------------------------------

# preset NAME EMAIL HASH FILE [ARGUMENT ...]: the file has one user, who gets the hash
preset()
{
	file "$4"
	t 0 'added: 1'	import "$1" "$f" "${@:5}"
	hash "$2" "$3"
	t 0 'present: 1' import "$1" "$f" "${@:5}"
}

preset csv	a@csv.example "$bcrypt"	"\xef\xbb\xbfemail,hash,first_name\r\na@csv.example,$bcrypt,\"A, \"\"B\"\"\"\r\n"
t 0 'A, "B"'	user show a@csv.example
preset csv	b@csv.example "$argon"	"Mail;Secret\nb@csv.example;$argon\n" --map Mail=email,Secret=hash
preset csv	c@csv.example '$argon2id$v=19$m=8192'	'email,password\nc@csv.example,correct horse\n'
preset htpasswd	a@h.example "$apr1"	"# users\n\na:$apr1\n"	--domain h.example
preset htpasswd	b@h.example '$dw-sha1$$argon2id$'	"b:$sha\n"	--domain h.example --allow-weak
preset wordpress a@wp.example '$P$B'	'user_email\tuser_login\tuser_pass\tuser_registered\na@wp.example\ta\t$P$BZOcoyBNlagk6NCZUwv/LGkM/F6An11\t2020-01-02 03:04:05\n'
t 0 '2020-01-02T03:04:05'	user show a@wp.example
preset drupal	a@d.example '$S$D'	'mail,name,pass,status\na@d.example,a,$S$DbU38ij96bPirxNkvp39QJYlORK5sBSlpVdGTmIxYkxINH8YABEu,0\n'
t 0 'disabled'	user show a@d.example
preset laravel	a@l.example "$bcrypt"	"email,password\na@l.example,$bcrypt\n"
preset django	a@dj.example '$pbkdf2-sha256$i=260000$'	"email,username,password,is_active\na@dj.example,a,$django,1\n"
t 0 'live'	user show a@dj.example
preset django	b@dj.example "$bcrypt"	"email,username,password,is_active\nb@dj.example,b,bcrypt\$$bcrypt,1\n"
preset nextcloud a@nc.example '$argon2id$'	"uid\temail\tpassword\na\ta@nc.example\t3|$argon\n"
preset phpbb	a@bb.example '$H$9'	'user_email,username,user_password\na@bb.example,a,$H$9sza/musk1iN65uzz1QFZiS/9E9ynL.\n'
preset joomla	a@j.example '$dw-md5$'	'email,username,password,block\na@j.example,a,f9e8846a123836b0f4028386bdad71ce:7a1d6a0d53efc24c9be1331b3b778a4f,0\n' --allow-weak
preset dovecot	a@dc.example '$pbkdf2-sha1$i=5000$'	'a@dc.example:{PBKDF2}$1$AKCoCh7q.J7aJp7n$5000$e8b92e2f217484a807565a65f0d92a04b4a1f4be:5:5::/home/a::\n'
preset dovecot	b@dc.example '$argon2id$v=19$m=8192'	'b@dc.example:{PLAIN}correct horse:5:5::/home/a::\n'
preset ldif	a@ldap.example "$bcrypt"	"version: 1\n\ndn: dc=example\nobjectClass: domain\n\ndn: uid=a\nuid: a\nmail: a@ldap.ex\n ample\nsn: Ann\nuserPassword:: $(printf '{SSHA}8mRl1fUVDRXEQDhJbOPcS85P++TDvsJ7' | base64 -w0)\nuserPassword: {CRYPT}$bcrypt\n"
preset keycloak	a@kc.example '$pbkdf2-sha256$i=27500$'	'{"realm":"x","users":[{"username":"a","email":"a@kc.example","enabled":true,"credentials":[{"type":"otp"},{"type":"password","secretData":"{\\"value\\":\\"IT03iAhe+UY794co5zNE9lxr/ofFPFvpV4f5uiO6LLoAxn035eT2QNOv2hq8FpPET0Mv657cRV2qGcfsE3/1/w==\\",\\"salt\\":\\"SX+gxg8KJGKpQXm4LO+znQ==\\"}","credentialData":"{\\"hashIterations\\":27500,\\"algorithm\\":\\"pbkdf2-sha256\\"}"}]}]}'
preset keycloak	b@kc.example '$argon2id$v=19$m=7168,t=5,p=1$'	'{"users":[{"username":"b@kc.example","credentials":[{"type":"password","secretData":"{\\"value\\":\\"fa+qNNUDrXo/TV/DkEjqECMpAe2xRAMFzKBvIhZP5ns=\\",\\"salt\\":\\"BwcHBwcHBwcHBwcHBwcHBw==\\"}","credentialData":"{\\"hashIterations\\":5,\\"algorithm\\":\\"argon2\\",\\"additionalParameters\\":{\\"memory\\":[\\"7168\\"],\\"type\\":[\\"id\\"],\\"parallelism\\":[\\"1\\"]}}"}]}]}'
file '{"users":[{"username":"c@kc.example","credentials":[{"type":"password","secretData":"{\\"value\\":\\"eA==\\",\\"salt\\":\\"eA==\\"}","credentialData":"{\\"hashIterations\\":5,\\"algorithm\\":\\"argon2\\",\\"additionalParameters\\":{\\"memory\\":7168,\\"type\\":[],\\"parallelism\\":[1]}}"}]}]}'
t 5 'of an unknown kind'	import keycloak "$f"
preset glewlwyd	a@g.example '$pbkdf2-sha256$i=150000$'	'gu_username,gu_email,gu_enabled,guw_password\na,a@g.example,1,"yGtG9ZJSW0IoVdiYhbBP/5daZKNACh+YBwKIZRIGaURMUzdCVE5ieHhPRkxXL3ho,150000"\n'
preset kamailio	100@sip.example '$argon2id$'	'id(int,auto) username(string) domain(string) password(string)\n1:100:sip.example:correct horse\n'
t 0 '100@sip.example'	user show 100@sip.example
preset opensips	101@sip.example '$argon2id$'	'username\tdomain\tpassword\temail_address\n101\tsip.example\tcorrect horse\t\n'
file 'username,domain,email_address,ha1b\n102,sip.example,x@sip.example,b50475e84b66d7dbe789b3ac20c03d04\n'
t 0 'added: 1'	import kamailio "$f"
t 0 'x@sip.example'	user show 102@sip.example
t 0 ''	status --json
json '.foreign_hashes > 10' true

# --- columns and how they are spelled -------------------------------------------------

file 'E-Mail,First-Name,Shoe size,last_name\na@col.example,Ann,38,A\n'
t 5 'ignored columns: E-Mail, Shoe size'	import csv "$f"
grep -q 'it has no e-mail and no login' "$work/err" || complain 'does not say what is missing'
t 5 "--map: the file has no column 'Mail'; its columns are: E-Mail, First-Name, Shoe size" \
	import csv "$f" --map Mail=email
t 5 "--sip-login-from: the file has no column 'sip'"	import csv "$f" --map e-mail=email \
	--sip-login-from sip
t 0 'ignored columns: Shoe size'	import csv "$f" --map e-mail=Email
t 0 'Ann'	user show a@col.example
t 0 '"ignored_columns":["Shoe size"]'	import csv "$f" --map e-mail=email --json
t 0 ''		import csv "$f" --map 'E-Mail=email,Shoe size='
lacks ignored
printf '{"email":"b@col.example","Last_Name":"B","size":38}\n{"email":"c@col.example"}\n' >"$f"
t 5 "--map: the file has no column 'shoe'; its columns are: email, Last_Name, size" \
	import jsonl "$f" --map shoe=first_name
t 3 'not found'	user show b@col.example
t 0 'ignored columns: size'	import jsonl "$f"
t 0 'B'		user show b@col.example
file 'email,hash\n'
t 5 "the file has no column 'pw'"	import csv "$f" --map pw=password
t 0 'added: 0'	import csv "$f"
file "user_email\tID\tuser_pass\nd@col.example\t7\t$bcrypt\n"
t 0 'ignored columns: ID'	import wordpress "$f"
t 5 "the file has no column 'Foo'"	import wordpress "$f" --map Foo=login

# --- conflicts, reports, dry runs ----------------------------------------------------

t 0 ''	user add old@c.example --no-password
file 'email,first_name\nnew@c.example,New\nold@c.example,Changed\n'
t 5 'line 3: old@c.example: exists already'	import csv "$f"
t 3 'not found'	user show new@c.example
t 0 'added: 1'	import csv "$f" --on-conflict skip --dry-run
grep -q 'dry run: nothing was written' "$work/out" || complain 'looks like a real one'
rm -f "$work/report"
row='import of which rows are refused, as JSON'
run "$here/doorwardctl" import csv "$f" --json --report "$work/report"
[ "$code" = 5 ] || complain "exit code $code"
json '[.dry_run, .added, .refused, .unwritten]' '[false,0,1,1]'
grep -q '"line":2,.*"result":"unwritten","reason":"nothing was written' "$work/report" ||
	complain 'the report lacks a row that is not written'
grep -q '"line":3,.*"result":"refused","reason":"old@c.example: exists' "$work/report" ||
	complain 'the report lacks a row that is refused'
t 3 'not found'	user show new@c.example
sum=$(sha256sum "$f")
t 4 'exists already; name a new file'	import csv "$f" --report "$f"
t 4 'exists already'	import csv "$f" --on-conflict skip --report "$DOORWARD_CONFIG"
[ "$(sha256sum "$f")" = "$sum" ] || complain 'changed the file'
t 1 'No such file'	import csv "$f" --report "$work/none/report"
t 3 'not found'	user show new@c.example
t 0 '"result":"skipped"'	import csv "$f" --on-conflict skip --dry-run --report /dev/stdout
: >"$work/report"
t 0 'skipped: 1'	import csv "$f" --on-conflict skip --report "$work/report"
grep -q '"line":3,.*"result":"skipped"' "$work/report" || complain 'the report lacks a row'
t 0 'updated: 2'	import csv "$f" --on-conflict update
t 0 'Changed'	user show old@c.example

# a row that differs from the user whom an earlier run has added
t 0 'present: 1'	import csv "$f" --on-conflict skip
file 'email,first_name\nnew@c.example,Newer\n'
t 5 'line 2: first_name: differs from that of the user'	import csv "$f"
rm -f "$work/report"
t 0 'skipped: 1'	import csv "$f" --on-conflict skip --report "$work/report"
grep -q '"reason":"first_name: differs' "$work/report" || complain 'gives no reason'
t 0 'New'	user show new@c.example
file 'email,enabled\nnew@c.example,0\n'
t 5 'line 2: disabled: differs'	import csv "$f"
t 0 ''	user delete new@c.example --keep
t 5 'new@c.example: reserved by a deleted user'	import csv "$f"
t 5 'new@c.example: reserved by a deleted user'	import csv "$f" --on-conflict update
t 0 'skipped: 1'	import csv "$f" --on-conflict skip

# --- enabled and disabled, when users are there already

# turned FILE STATE: what an update makes of on@c.example
turned()
{
	file "$1"
	t 0 'updated: 1'	import csv "$f" --on-conflict update
	t 0 ''			user show on@c.example --json
	json '.disabled_on == null'	"$2"
}

t 0 ''	user add on@c.example --no-password
turned 'email,enabled\non@c.example,0\n'	false
turned 'email,first_name\non@c.example,On\n'	false
turned 'email,enabled\non@c.example,yes\n'	true
turned 'email,disabled\non@c.example,1\n'	false
turned 'email,disabled\non@c.example,0\n'	true
turned "email,is_active,hash\non@c.example,False,$bcrypt\n"	true
turned 'email,disabled_on\non@c.example,2020-01-02 03:04:05\n'	false
turned 'email,disabled_on\non@c.example,\n'	true
file "email,password,is_active\non@c.example,$django,0\n"
t 0 'updated: 1'	import django "$f" --on-conflict update
t 0 'disabled'		user show on@c.example
sed -i 's/,0$/,1/' "$f"
t 0 'updated: 1'	import django "$f" --on-conflict update
t 0 'live'		user show on@c.example

file '{"email":"on@c.example","disabled_on":null}\n'
t 0 ''	user disable on@c.example
t 0 'updated: 1'	import jsonl "$f" --on-conflict update
t 0 'live'		user show on@c.example

# --- what an administrator must know about a row

# noted NAME FILE NOTE [ARGUMENT ...]: the report says so of its only user
noted()
{
	file "$2"
	rm -f "$work/report"
	t 0 'noted: 1'	import "$1" "$f" --report "$work/report" "${@:4}"
	grep -q -F -e "\"note\":\"$3" "$work/report" || complain "the report lacks: $3"
}

noted ldif "dn: uid=n1\nuid: n1\nmail: n1@n.example\nuserPassword: {CRYPT}$bcrypt\nuserPassword: {ARGON2}$argon\nuserPassword: $sha\n" \
	'it has 3 passwords; the strongest was taken: $argon2id$'
hash n1@n.example '$argon2id$'
noted ldif "dn: uid=n2\nuid: n2\nmail: n2@n.example\nuserPassword: {PLAIN}correct horse\nuserPassword: {CRYPT}$bcrypt\n" \
	'it has 2 passwords; the strongest was taken: the one in plain text'
hash n2@n.example '$argon2id$v=19$m=8192'
noted ldif "dn: uid=n3\nuid: n3\nmail: n3@n.example\nuserPassword: {SMD5}x\nuserPassword: $sha\n" \
	'it has 2 passwords; the strongest was taken: a weak digest' --allow-weak
hash n3@n.example '$dw-sha1$'
noted opensips 'username,domain,password,ha1,ha1_sha256\nn4,n.example,,3144837a731fd13a7d112afa05cd3981,x\n' 'its ha1 cannot be used'
lacks argon2
noted kamailio 'username,domain,password,ha1,ha1b\nn5,n.example,,3144837a731fd13a7d112afa05cd3981,c50475e84b66d7dbe789b3ac20c03d04\n' 'it has a HA1B, but no password'
# a HA1B belongs to one user, as names do
file 'username,domain,ha1b\nm1,n.example,d50475e84b66d7dbe789b3ac20c03d04\nm2,n.example,d50475e84b66d7dbe789b3ac20c03d04\n'
t 5 'line 3: the ha1b: also in line 2'	import kamailio "$f"
file 'username,domain,ha1b\nm1,n.example,b50475e84b66d7dbe789b3ac20c03d04\n'
t 5 'line 2: the ha1b: exists already'	import kamailio "$f"
file 'username,domain,ha1b\nn5,n.example,d50475e84b66d7dbe789b3ac20c03d04\n'
t 0 'updated: 1'	import kamailio "$f" --on-conflict update
t 0 ''	user add m1@n.example --no-password --sip-login m1@sip.example
file 'email,sip_login\nm1@n.example,n5@n.example\n'
t 5 'line 2: n5@n.example: another user has it'	import csv "$f" --on-conflict update
noted django 'email,password,is_active\nn6@n.example,!x,1\n' 'it has no password until one is set'
sed -i '$apassword_min_length = 14' "$DOORWARD_CONFIG"
noted csv 'email,password\nn8@n.example,correct horse\n' \
	'its password is shorter than password_min_length, 14'
sed -i '$d' "$DOORWARD_CONFIG"
file "username,domain,password,ha1\nn7,n.example,correct horse,3144837a731fd13a7d112afa05cd3981\n"
t 0 'added: 1'		import opensips "$f"
lacks noted
typed 0 'checking ['	-- import opensips "$f"
typed 0 'writing ['	-- import opensips "$f" --on-conflict update

# --- there and back ---------------------------------------------------------------------

t 0 ''	account add Acme --email office@acme.example --level Level1 --balance 99.50
t 0 ''	account add 'Empty "one"'
stdin 'correct horse'
t 0 ''	user add full@c.example --password-stdin --sip-login 900@c.example --account Acme \
	--phone-number '+49 30 1' --first-name 'A "B" \ C' --last-name Łukasz --dob 1990-05-01 \
	--role Provider --gender Other --avatar https://c.example/a.png --wss-online yes \
	--gmail-user-id 12345678901234567890 --facebook-user-id f --apple-user-id a \
	--wechat-user-id w --oidc-user-id x:1 --oidc-user-id-2 x:2 --oidc-user-id-3 y:1 \
	--oidc-user-id-4 y:2 --webitel-role agent
t 0 ''	user add other@c.example --no-password --account Acme --wss-online no
t 0 ''	user disable other@c.example
t 0 ''	user add gone@c.example --no-password
t 0 ''	user delete gone@c.example --keep
t 0 'users exported'	export "$work/users.jsonl" --with-hashes
[ "$(stat -c %a "$work/users.jsonl")" = 600 ] || complain 'wrong mode'
sum=$(sha256sum "$work/users.jsonl")
t 4 'exists already'	export "$work/users.jsonl"
[ "$(sha256sum "$work/users.jsonl")" = "$sum" ] || complain 'changed the file'
row='export on a full disk'
(
	trap '' XFSZ
	ulimit -f 1
	"$here/doorwardctl" export "$work/full.jsonl" --with-hashes 2>"$work/err" >"$work/out"
)
[ $? = 1 ] || complain 'not refused'
[ -z "$(find "$work" -name 'full.jsonl*')" ] || complain 'leaves a part of it'
row='export into a full device'
"$here/doorwardctl" export - >/dev/full 2>"$work/err" && complain 'not refused'
grep -q 'No space left' "$work/err" || complain "says $(cat "$work/err")"
row='export into a pipe that nobody reads'
mkfifo "$work/unread"
exec 7<>"$work/unread" 8>"$work/unread" 7<&-
code=0
"$here/doorwardctl" export - >&8 2>"$work/err" || code=$?
exec 8>&-
[ "$code" = 1 ] || complain "exit code $code"
grep -q 'Broken pipe' "$work/err" || complain "says $(cat "$work/err")"
t 1 'No such file'	export "$work/none/users.jsonl"
typed 0 'users exported'	-- export "$work/typed.jsonl"
cmp -s <("$here/doorwardctl" export -) "$work/typed.jsonl" || complain 'differs at a terminal'
t 0 ''	export -
lacks '"hash"'
lacks gone@c.example
cp "$work/out" "$work/plain.jsonl"
count=$(wc -l <"$work/users.jsonl")

# empty: a database without users
empty()
{
	rm -rf "${work:?}/var/data" "${work:?}/etc"
	t 0 ''	init
}

# back FILE [ARGUMENT ...]: what is exported after an import of it is the same
back()
{
	t 0 "present: $count"	import jsonl "$1"
	row="export after import of $1"
	"$here/doorwardctl" export "${@:2}" - >"$work/again"
	cmp -s "$1" "$work/again" || complain "$(diff "$1" "$work/again" | head -4)"
}

empty
t 0 'accounts added: 1'	import jsonl "$work/users.jsonl" --dry-run
t 0 ''	account list
lines 1
t 0 "\"added\":$count"	import jsonl "$work/users.jsonl" --json
json .accounts 1
back "$work/users.jsonl" --with-hashes
t 0 'Level1'	account show Acme
t 0 '99.50'	account show Acme

# the account is there: by its uuid under another name, or by its name alone
empty
grep full@c.example "$work/users.jsonl" >"$work/one.jsonl"
t 0 'accounts added: 1'	import jsonl "$work/one.jsonl"
t 0 ''	account set Acme --name Acme2
t 0 ''	import jsonl "$work/users.jsonl"
lacks 'accounts added'
t 0 'Acme2'	user show other@c.example
empty
t 0 ''	account add Acme
t 0 ''	import jsonl "$work/users.jsonl"
lacks 'accounts added'
t 0 'Acme'	user show other@c.example

# without hashes nobody can log in with a password, and all else is there
empty
t 0 ''	import jsonl "$work/plain.jsonl"
t 0 "present: $count"	import jsonl "$work/plain.jsonl"
row='export after an import without hashes'
sed 's/"password_set_on":"[^"]*"/"password_set_on":null/' "$work/plain.jsonl" >"$work/want"
"$here/doorwardctl" export - >"$work/again"
cmp -s "$work/want" "$work/again" || complain "$(diff "$work/want" "$work/again" | head -4)"

# what the file says of accounts is checked like anything else
uuid=01990000-0000-7000-8000-000000000001
# account TEXT FRAGMENT: the account of a row that is refused
account()
{
	printf '{"email":"z@z.example","account":%s}\n' "$1" >"$f"
	t 5 "$2" import jsonl "$f"
}
account '"None"'					'there is none of this name'
account '{"level":"Level1"}'			'account: it has no name'
account "{\"uuid\":\"$uuid\"}"			'account: it has no name'
account '{"uuid":"17","name":"None"}'			'account.uuid: not a uuid'
account "{\"uuid\":\"$uuid\",\"name\":\"N\",\"level\":\"High\"}"	'account.level: must be'
account "{\"uuid\":\"$uuid\",\"name\":\"N\",\"balance\":1e5}"	'account.balance: must be'
account "{\"uuid\":\"$uuid\",\"name\":\"N\",\"created_on\":\"x\"}"	'account.created_on: not a time'
other=01990000-0000-7000-8000-000000000002
for pair in "$uuid N $uuid M" "$uuid N $other N"; do
	# shellcheck disable=SC2086
	printf '{"email":"%s","account":{"uuid":"%s","name":"%s"}}\n' a@z.example \
		${pair% * *} b@z.example ${pair#* * } >"$f"
	t 5 'line 2: account: an earlier row'	import jsonl "$f"
done
file 'email,account.level\na@b.example,Level1\n'
t 5 'account: it has no name'	import csv "$f"
file 'email,disabled_on\na@b.example,soon\n'
t 5 'disabled_on: not a time'	import csv "$f"
t 0 ''	account list
lines 2
users "$count"

# an account that only its name describes is added, once
file 'email,account.name,Account.Level\np1@p.example,Plain,Level1\np2@p.example,Plain,Level1\n'
t 0 'accounts added: 1'	import csv "$f"
t 0 'Level1'		account show Plain
t 0 'Plain'		user show p2@p.example
t 0 'present: 2'	import csv "$f"
lacks 'accounts added'
printf '{"email":"%s","account":{%s"name":"Both"}}\n' p3@p.example "\"uuid\":\"$uuid\"," \
	p4@p.example '' >"$f"
t 0 'accounts added: 1'	import jsonl "$f"
t 0 "$uuid"		account show Both
t 0 'Both'		user show p4@p.example
count=$((count + 4))

# --- more than a batch, and a run that is cut off -----------------------------------------

# reported: the report has a line for each row, in their order, or none if it ended before
# that, and says of just those rows that they were added that were
reported()
{
	local before after added

	[ -s "$work/report" ] || return 0
	before=$(sed 's/^users  *//' "$work/before")
	after=$("$here/doorwardctl" status | sed -n 's/^users  *//p')
	added=$(grep -c '"result":"added"' "$work/report")
	[ "$added" = $((after - before)) ] || complain "$added reported, $((after - before)) added"
	[ "$added" = "$(grep -c '"result":"added".*"reason":null' "$work/report")" ] ||
		complain 'gives a reason'
	sed 's/.*"line":\([0-9]*\),.*/\1/' "$work/report" | sort -c -n ||
		complain 'is not in order'
	grep -q '"result":"unwritten"' "$work/report" || return 0
	grep -q -e 'interrupted' "$work/err" || complain 'does not say that it was interrupted'
	json .unwritten "$(grep -c '"result":"unwritten"' "$work/report")"
}

{ echo email,hash; for i in $(seq 12000); do echo "u$i@many.example,$bcrypt"; done; } >"$f"
for s in 0.02 0.05 0.1 0.15 0.2; do
	row="interrupted after $s s"
	"$here/doorwardctl" status | grep '^users ' >"$work/before"
	rm -f "$work/report"
	# in the foreground, timeout sends one signal; else two, and the second ends it at once
	timeout --foreground -s INT "$s" "$here/doorwardctl" import csv "$f" --json \
		--report "$work/report" >"$work/out" 2>"$work/err"
	case $? in
	0 | 124) reported ;;
	*) complain "exit code $?" ;;
	esac
	t 0 'faults    0'	check
done
"$here/doorwardctl" import csv "$f" >/dev/null 2>&1 &
pid=$!
# it is killed when the first batch is there, if it is not done then
while kill -0 $pid 2>/dev/null && "$here/doorwardctl" status | grep -q "^users *$count$"; do
	:
done
kill -9 $pid 2>/dev/null
wait $pid 2>/dev/null
t 0 ''			import csv "$f"
users $((count + 12000))
t 0 'present: 12000'	import csv "$f"
stdin 'email\nlast@many.example\n'
t 0 'added: 1'		import csv -

finish
