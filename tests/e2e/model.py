#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""
Random requests and commands, and a model that says what each must answer.

model.py [SECONDS] with MODEL_SEED in the environment: repeats what that seed did, for so
many seconds; without SECONDS it takes STEPS steps.  Two users log in, make, list, rotate and
revoke tokens, change passwords and end sessions; doorwardctl does what an administrator
does; and the clock goes on, so that all of it expires.  Run by stack.sh.
"""
import http.client
import base64
import json
import os
import random
import ssl
import struct
import subprocess
import sys
import time
import urllib.parse

STEPS = 300
TOKENS_MAX = 12         # as stack.sh configures it
JWT_LIFE = 86400
MARGIN = 15             # nothing may expire so soon: real time passes too
SHIFT_MAX = 20 * 86400  # well before max_session_s ends a login

env = os.environ
address = urllib.parse.urlsplit(env['E2E_HTTPS'])
tls = ssl.create_default_context(cafile=env['E2E_CA'])
shift = 0
trail = []


class Wrong(Exception):
    pass


def now():
    return time.time() + shift


class User:
    def __init__(self, login):
        self.email, self.password = login.split(':', 1)
        self.enabled = True
        self.age = 0            # counts what ends JWTs and sessions
        self.tokens = []

    def live(self):
        return [t for t in self.tokens if t.lives()]

    def end_logins(self):
        self.age += 1


class Token:
    def __init__(self, user, ttl, payload):
        self.user, self.ttl, self.name = user, ttl, payload['name']
        self.secret, self.uuid = payload['token'], payload['uuid']
        self.ends = now() + ttl
        self.revoked = self.replaced = False

    def lives(self):
        return not self.revoked and now() < self.ends


class Login:
    """A JWT, which may come from a bearer token, or a session."""
    def __init__(self, user, text, token=None, key=None):
        self.user, self.text, self.token, self.key = user, text, token, key
        self.age = user.age
        self.ends = now() + JWT_LIFE
        if token:
            self.ends = min(self.ends, token.ends)

    def lives(self):
        return (self.user.enabled and self.age == self.user.age and now() < self.ends and
                (not self.token or self.token.lives()))


users = [User(env['E2E_USER']), User(env['E2E_OTHER'])]
logins, sessions = [], []


def ask(method, path, headers, body=None, want=200):
    headers = dict(headers)
    if body is not None:
        headers['Content-Type'] = 'application/json'
    connection = http.client.HTTPSConnection(address.hostname, address.port, context=tls,
                                             timeout=30)
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    trail.append(f'{method} {path} {sorted(headers)} {body}: {answer.status}, wanted {want}')
    if answer.status != want:
        raise Wrong(text.decode())
    return json.loads(text) if text else None


def tool(*words, given=None, good=True):
    done = subprocess.run([env['E2E_CTL'], *words], input=given, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    trail.append(f'doorwardctl {words}: {done.returncode}, wanted {"0" if good else "another"}')
    if (done.returncode == 0) != good:
        raise Wrong(done.stdout + done.stderr)


def basic(user, password):
    pair = f'{user.email}:{password}'.encode()
    return {'Authorization': 'Basic ' + base64.b64encode(pair).decode()}


def bearer(token):
    return {'Authorization': 'Bearer ' + token.secret}


def some(kind):
    """One of those, the newer the likelier; None if there is none."""
    return kind[-1 - min(int(random.expovariate(0.3)), len(kind) - 1)] if kind else None


def caller():
    """Headers of somebody, the user if they are valid, and the bearer token behind them."""
    user = random.choice(users)
    login, token = some(logins), some(user.tokens)
    way = random.random()
    if way < 0.5 and login:
        return {'X-Auth-Token': login.text}, login.user if login.lives() else None, login.token
    if way < 0.75 and token:
        good = token.lives() and user.enabled
        return bearer(token), user if good else None, token
    return basic(user, user.password), user if user.enabled else None, None


# --- what users do --------------------------------------------------------------------


def log_in():
    headers, user, token = caller()
    answer = ask('GET', '/rest/auth', headers, want=200 if user else 401)
    if user:
        if answer['payload']['email'] != user.email:
            raise Wrong('it is another user')
        logins.append(Login(user, answer['payload']['token'], token))


def guess():
    user = random.choice(users)
    ask('GET', '/rest/auth', basic(user, user.password + 'x'), want=401)


def create():
    headers, user, token = caller()
    ttl = random.choice((60, 600, 3600, 86400, 864000))
    if not user:
        want = 401
    elif token:
        want = 403
    else:
        want = 409 if len(user.live()) >= TOKENS_MAX else 200
    answer = ask('POST', '/rest/token', headers, {'name': f't{ttl}', 'ttl': ttl}, want)
    if want == 200:
        user.tokens.append(Token(user, ttl, answer['payload']))


def list_tokens():
    headers, user, _ = caller()
    answer = ask('GET', '/rest/token/list', headers, want=200 if user else 401)
    if user:
        got = sorted((t['uuid'], t['name'], t['token'][:4]) for t in answer['payload'])
        model = sorted((t.uuid, t.name, t.secret[:4]) for t in user.live())
        if got != model:
            raise Wrong(f'listed {got}, not {model}')


def rename():
    headers, user, _ = caller()
    token = some(random.choice(users).tokens)
    if not token:
        return
    mine = user and token.user is user and token.lives()
    name = f'n{random.randrange(1000)}'
    ask('PATCH', f'/rest/token/{token.uuid}', headers, {'name': name},
        401 if not user else 200 if mine else 404)
    if mine:
        token.name = name


def revoke():
    headers, user, _ = caller()
    token = some(random.choice(users).tokens)
    if not token:
        return
    mine = user and token.user is user and token.lives()
    ask('DELETE', '/rest/token/' + random.choice((token.uuid, token.secret)), headers,
        want=401 if not user else 200 if mine else 404)
    if mine:
        token.revoked = True


def revoke_all():
    headers, user, _ = caller()
    ask('DELETE', '/rest/token/all', headers, want=200 if user else 401)
    if user:
        for token in user.tokens:
            token.revoked = True


def rotate():
    user = random.choice(users)
    token = some(user.tokens)
    if not token:
        return
    grace = random.choice((0, 3600))
    if not user.enabled:
        want = 401
    elif not token.lives():
        want = 404
    elif token.replaced or (grace and len(user.live()) > TOKENS_MAX):
        want = 409
    else:
        want = 200
    answer = ask('POST', f'/rest/token/{token.uuid}/rotate', basic(user, user.password),
                 {'grace': grace}, want)
    if want == 200:
        user.tokens.append(Token(user, token.ttl, answer['payload']))
        token.replaced = True
        token.ends = min(token.ends, now() + grace)


def change_password():
    headers, user, token = caller()
    if not user or token:
        ask('POST', '/rest/password', headers, {'old': 'aaaaaaaa', 'new': 'new-words-of-it'},
            403 if user else 401)
        return
    if random.random() < 0.3:
        ask('POST', '/rest/password', headers, {'old': 'not-it-at-all', 'new': 'new-words-of-it'},
            400)
        return
    new, also = f'secret-words-{random.randrange(10 ** 9)}', random.random() < 0.3
    answer = ask('POST', '/rest/password', headers,
                 {'old': user.password, 'new': new, 'revoke_tokens': also})
    user.password = new
    user.end_logins()
    logins.append(Login(user, answer['payload']['token']))
    for token in user.tokens if also else ():
        token.revoked = True


def log_out():
    login = some(logins)
    if not login or login.token:
        return
    also, good = random.random() < 0.3, login.lives()
    ask('DELETE', '/rest/auth' + ('?tokens=1' if also else ''), {'X-Auth-Token': login.text},
        want=200 if good else 401)
    if good:
        login.user.end_logins()
        for token in login.user.tokens if also else ():
            token.revoked = True


def begin_session():
    user = random.choice(users)
    wrong = random.random() < 0.2
    good = user.enabled and not wrong
    answer = ask('POST', '/login', {}, {'username': user.email,
                                        'password': 'not-it-at-all' if wrong else user.password},
                 200 if good else 401)
    if good:
        sessions.append(Login(user, answer['token'], key=answer['key']))


def use_session():
    session = some(sessions)
    if session and now() < session.ends:
        ask('GET', '/api/v2/whoami', {'X-Key': session.key, 'X-Access-Token': session.text},
            want=200 if session.lives() else 401)


# --- what an administrator does, and time -----------------------------------------------


def disable():
    user = random.choice(users)
    tool('user', 'disable', user.email)
    user.enabled = False
    user.end_logins()


def enable():
    user = random.choice(users)
    tool('user', 'enable', user.email)
    user.enabled = True


def set_password():
    user = random.choice(users)
    user.password = f'words-of-admin-{random.randrange(10 ** 9)}'
    tool('user', 'passwd', user.email, '--password-stdin', given=user.password + '\n')
    user.end_logins()


def log_user_out():
    user = random.choice(users)
    tool('user', 'logout', user.email)
    user.end_logins()
    for token in user.tokens:
        token.revoked = True


def revoke_by_tool():
    token = some(random.choice(users).tokens)
    if token:
        tool('token', 'revoke', token.uuid, good=token.lives())
        token.revoked = True


def wait():
    go_on(random.choice((30, 600, 3600, 43200)))


def go_on(seconds):
    global shift
    if shift + seconds > SHIFT_MAX:
        return
    shift += seconds
    with open(env['E2E_CLOCK'], 'r+b') as clock:
        clock.write(struct.pack('=q', shift))


def stay_clear():
    """Moves past whatever is about to expire."""
    ending = [o.ends for u in users for o in u.tokens] + [o.ends for o in logins]
    while any(-2 < ends - now() < MARGIN for ends in ending):
        go_on(MARGIN + 3)


ACTS = {
    log_in: 20, guess: 3, create: 20, list_tokens: 15, rename: 6, revoke: 8, revoke_all: 1,
    rotate: 8, change_password: 4, log_out: 3, begin_session: 5, use_session: 8, disable: 1,
    enable: 3, set_password: 1, log_user_out: 1, revoke_by_tool: 3, wait: 3,
}


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else float(env.get('MODEL_SECONDS', 0))
    seed = int(env.get('MODEL_SEED', random.randrange(10 ** 9)))
    random.seed(seed)
    print(f'MODEL_SEED={seed}', flush=True)
    ends = time.monotonic() + seconds
    steps = 0
    while time.monotonic() < ends if seconds else steps < STEPS:
        stay_clear()
        act = random.choices(list(ACTS), list(ACTS.values()))[0]
        steps += 1
        try:
            act()
        except Wrong as wrong:
            print(*trail[-8:], sep='\n')
            print(f'step {steps}, {act.__name__}: {wrong}; repeat it with MODEL_SEED={seed}')
            return 1
        del trail[:-8]
    print(f'{steps} steps')
    return 0


sys.exit(main())
