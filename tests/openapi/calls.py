# SPDX-License-Identifier: ISC
"""
calls.py - calls the running service as doorward --openapi describes it, and around that: each
answer must be described, by its status, its type, its headers and its members.  Run by
stack.sh.  OPENAPI_SEED and OPENAPI_CALLS choose other calls, and more.
"""
import base64
import http.client
import itertools
import json
import os
import random
import ssl
import subprocess
import sys
import urllib.parse

import jsonschema
from hypothesis import HealthCheck, given, seed, settings, strategies as st

SEED = int(os.environ.get("OPENAPI_SEED") or random.randrange(1 << 32))
CALLS = int(os.environ.get("OPENAPI_CALLS") or 400)
ADMIN = "root@example.org:admin-password-1"
NOBODY = "nobody@example.org:nobody-password-1"

description = json.loads(subprocess.run(
    [os.environ["E2E_PROGRAM"], "--openapi", "--config", os.environ["E2E_DIR"] + "/doorward.conf"],
    check=True, capture_output=True).stdout)
operations = [(method.upper(), path, operation)
              for path, item in description["paths"].items()
              for method, operation in item.items()]
seen = set()


class Service:
    """One connection, which is opened again when the service has closed it."""

    def __init__(self):
        address = urllib.parse.urlsplit(os.environ["E2E_HTTPS"])
        context = ssl.create_default_context(cafile=os.environ["E2E_CA"])
        self.new = lambda: http.client.HTTPSConnection(
            address.hostname, address.port, timeout=30, context=context)
        self.connection = self.new()

    def ask(self, method, target, headers, body):
        for last in (False, True):
            try:
                self.connection.request(method, target, body, headers)
                answer = self.connection.getresponse()
                return answer, answer.read()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.connection = self.new()
                if last:
                    raise


service = Service()


# --- what must hold of every answer ------------------------------------------------------

def resolved(schema):
    return {"$defs": {}, "components": description["components"], **schema}


validators = {}


def validator_of(schema):
    key = json.dumps(schema, sort_keys=True)
    if key not in validators:
        validators[key] = jsonschema.Draft202012Validator(
            resolved(schema), format_checker=jsonschema.FormatChecker())
    return validators[key]


def check(method, path, operation, answer, body):
    """Is the answer in the description?"""
    what = f"{method} {path}: {answer.status} {body[:300]}"
    described = operation["responses"].get(str(answer.status))
    assert described, f"{what}: no such status"
    seen.add((method, path, answer.status))
    for name, header in described.get("headers", {}).items():
        assert answer.getheader(name) or not header["required"], f"{what}: no {name}"
    content = described.get("content")
    if not content:
        assert not body, f"{what}: a body"
        return
    media = answer.getheader("Content-Type", "").split(";")[0]
    assert media in content, f"{what}: {media}"
    if media == "application/json":
        error = jsonschema.exceptions.best_match(
            validator_of(content[media]["schema"]).iter_errors(json.loads(body)))
        assert not error, f"{what}: {error.message} at {list(error.absolute_path)}"


# --- who calls, and what there is ----------------------------------------------------------

def basic(login):
    return {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()}


def payload(method, target, headers, body=None):
    headers = {**headers, "Content-Type": "application/json"}
    answer, data = service.ask(method, target, headers, json.dumps(body) if body else None)
    assert answer.status == 200, f"{method} {target}: {answer.status} {data}"
    return json.loads(data)


def doorwardctl(*arguments, password=None):
    subprocess.run([os.environ["E2E_CTL"], *arguments], check=True, text=True,
                   input=password, capture_output=True)


def add_user(login, *options):
    name, password = login.split(":")
    doorwardctl("user", "add", name, "--password-stdin", *options, password=password + "\n")


class World:
    """Callers, and what paths may name.  What a call destroys is made again."""

    def __init__(self):
        add_user(ADMIN, "--role", "Admin", "--webitel-role", "root")
        add_user(NOBODY)
        self.admin = basic(ADMIN)
        self.user = basic(os.environ["E2E_USER"])
        self.made = 0

    def new_token(self):
        payload("DELETE", "/rest/token/all", self.admin)
        return payload("POST", "/rest/token", self.admin, {"name": "a"})["payload"]

    def new_user(self):
        self.made += 1
        return payload("POST", "/rest/user", self.admin, {
            "email": f"user{self.made}@example.net", "password": "some-password-1"})["payload"]

    def new_account(self):
        self.made += 1
        return payload("POST", "/rest/account", self.admin,
                       {"name": f"account {self.made}"})["payload"]

    def session(self):
        name, password = ADMIN.split(":")
        made = payload("POST", "/login", {}, {"username": name, "password": password})
        return {"X-Access-Token": made["token"], "X-Key": made["key"]}

    def new_domain_token(self):
        path = "/api/v2/domains/example.org/settings/token"
        made = payload("POST", path, self.session(), {"expire": 4102444800000, "role": "user"})
        return made["info"]

    def named(self, path):
        """Values for the parameters of a path, of things that are there."""
        if path.startswith("/rest/user/"):
            user = self.new_user()
            values = {"uuid": user["uuid"], "token": "x"}
            if "/token/" in path:
                token = subprocess.run(
                    [os.environ["E2E_CTL"], "token", "add", user["email"], "--name", "a"],
                    check=True, text=True, capture_output=True).stdout
                values["token"] = token.split()[0]
            return values
        if path.startswith("/rest/account/"):
            return {"uuid": self.new_account()["uuid"]}
        if path.startswith("/rest/session/"):
            payload("GET", "/rest/auth", self.admin)
            sessions = payload("GET", "/rest/session/list", self.admin)["payload"]
            return {"uuid": sessions[0]["uuid"]}
        if path.startswith("/api/v2/domains/"):
            token = self.new_domain_token() if "{uuid}" in path else {"data": {"uuid": "x"}}
            return {"domain": "example.org", "uuid": token["data"]["uuid"]}
        if path.startswith("/rest/token/") or "{uuid}" in path:
            token = self.new_token()
            return {"uuid": token["uuid"], "token": token["token"]}
        return {"path": "a/b"}

    def good_credential(self, operation):
        for requirement in operation["security"]:
            if "X-Key" in requirement and "basic" not in str(operation["security"]):
                return self.session()
        return self.admin if operation["security"] else {}


# --- calls that must succeed ----------------------------------------------------------------

BODIES = {
    ("POST", "/rest/password"): {"old": "nobody-password-1", "new": "nobody-password-1"},
    ("POST", "/rest/token"): {"name": "a", "ttl": 3600, "scope": ["auth"]},
    ("PATCH", "/rest/token/{uuid}"): {"name": "b"},
    ("PATCH", "/token/{uuid}"): {"name": "b"},
    ("POST", "/rest/token/{uuid}/rotate"): {"grace": 60},
    ("POST", "/rest/introspect"): {"token": "x"},
    ("POST", "/rest/revoke"): {"token": "x"},
    ("POST", "/rest/user"): {"email": "new@example.org", "first_name": "New"},
    ("PATCH", "/rest/user/{uuid}"): {"last_name": "Newer"},
    ("POST", "/rest/account"): {"name": "new"},
    ("PATCH", "/rest/account/{uuid}"): {"balance": 1.5},
    ("POST", "/login"): dict(zip(("username", "password"), ADMIN.split(":"))),
    ("POST", "/api/v2/domains/{domain}/settings/token"): {"expire": 4102444800000, "role": "user"},
    ("PATCH", "/api/v2/domains/{domain}/settings/token/{uuid}"): {"state": False},
}


def target_of(path, values, query):
    for name, value in values.items():
        path = path.replace("{%s}" % name, urllib.parse.quote(value, safe="/*"))
    return path + ("?" + urllib.parse.urlencode(query) if query else "")


def succeed(world):
    """Each operation, called as it is described, by somebody who may; also for all it tells."""
    for (method, path, operation), wants_all in itertools.product(operations, (False, True)):
        switches = {p["name"]: 1 for p in operation["parameters"]
                    if wants_all and p["schema"].get("maximum") == 1}
        if wants_all and not switches:
            continue
        headers = world.good_credential(operation)
        body = BODIES.get((method, path))
        if path == "/rest/password":
            headers = basic(NOBODY)
        assert bool(body) == ("requestBody" in operation), f"{method} {path}: a body?"
        if body:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            jsonschema.Draft202012Validator(resolved(schema)).validate(body)
        answer, data = service.ask(
            method, target_of(path, world.named(path), switches),
            {**headers, "Content-Type": "application/json"}, json.dumps(body) if body else None)
        check(method, path, operation, answer, data)
        assert answer.status < 300, f"{method} {path}: {answer.status} {data}"


# --- calls that must not -----------------------------------------------------------------------

def conflicts(world):
    """Each 409 that is described: what two records cannot have, and what must remain."""
    operation_of = {(method, path): operation for method, path, operation in operations}

    def refuse(method, path, values, body=None, times=1):
        for _ in range(times):
            answer, data = service.ask(
                method, target_of(path, values, {}),
                {**world.admin, "Content-Type": "application/json"},
                json.dumps(body) if body else None)
            check(method, path, operation_of[method, path], answer, data)
        assert answer.status == 409, f"{method} {path}: {answer.status} {data}"

    me = {"uuid": payload("GET", "/rest/auth", world.admin)["payload"]["uuid"]}
    acme = payload("GET", "/rest/auth", world.user)["payload"]["account"]["uuid"]
    name = ADMIN.split(":", maxsplit=1)[0]
    refuse("POST", "/rest/user", {}, {"email": name})
    refuse("PATCH", "/rest/user/{uuid}", {"uuid": world.new_user()["uuid"]}, {"email": name})
    refuse("PATCH", "/rest/user/{uuid}", me, {"role": "User"})
    refuse("POST", "/rest/user/{uuid}/disable", me)
    refuse("DELETE", "/rest/user/{uuid}", me)
    refuse("POST", "/rest/account", {}, {"name": "ACME"})
    refuse("PATCH", "/rest/account/{uuid}", {"uuid": world.new_account()["uuid"]},
           {"name": "ACME"})
    refuse("DELETE", "/rest/account/{uuid}", {"uuid": acme})
    refuse("POST", "/rest/token/{uuid}/rotate", {"uuid": world.new_token()["uuid"]},
           {"grace": 60}, times=2)
    rotated = world.new_token()["uuid"]
    payload("POST", f"/rest/token/{rotated}/rotate", world.admin, {"grace": 60})
    for path in ("/rest/token/{uuid}", "/token/{uuid}"):
        refuse("PATCH", path, {"uuid": rotated}, {"ttl": 9000})
    refuse("POST", "/rest/token", {}, {"name": "a"}, times=13)
    left = [f"{method} {path}" for method, path, operation in operations
            if "409" in operation["responses"] and (method, path, 409) not in seen and
            not path.startswith("/api/v2/")]
    assert not left, f"described with 409, and not tried: {left}"


def empties(world):
    """A member of a record is null where the description says so, and nowhere else."""
    values = {"/rest/user/{uuid}": world.new_user(), "/rest/account/{uuid}": world.new_account()}
    for method, path, operation in operations:
        if method != "PATCH" or path not in values:
            continue
        content = operation["requestBody"]["content"]["application/json"]
        for name, member in resolved(content["schema"])["properties"].items():
            answer, data = service.ask(
                method, target_of(path, {"uuid": values[path]["uuid"]}, {}),
                {**world.admin, "Content-Type": "application/json"}, json.dumps({name: None}))
            check(method, path, operation, answer, data)
            wanted = 200 if "null" in member["type"] else 400
            assert answer.status == wanted, f"{path}: {name} is null: {answer.status} {data}"


# --- and any others --------------------------------------------------------------------------

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) |
    st.text(max_size=20), lambda inner: st.lists(inner, max_size=3) |
    st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=5)


@st.composite
def values_of(draw, schema):
    """Mostly one that fits the schema, sometimes any."""
    if draw(st.integers(0, 4)) == 0:
        return draw(anything)
    kind = schema.get("type", "string")
    kind = draw(st.sampled_from(kind)) if isinstance(kind, list) else kind
    if kind == "integer":
        low, high = schema.get("minimum"), schema.get("maximum")
        return draw(st.integers(low, high) | st.sampled_from([low or 0, high or 0, 2**63, -1]))
    if kind == "boolean":
        return draw(st.booleans())
    if kind == "null":
        return None
    if kind == "number":
        return draw(st.floats(allow_nan=False, allow_infinity=False))
    if kind == "array":
        return draw(st.lists(st.sampled_from(["auth", "token:read", "10.0.0.0/8", "::1", "A b"]),
                             max_size=schema["maxItems"] + 1))
    if schema.get("format") == "uuid":
        return str(draw(st.uuids()))
    text = st.text(max_size=min(schema.get("maxLength", 40), 300) + 1)
    return draw(text | st.sampled_from(["User", "Admin", "a@example.org", "1990-12-31", "*", ""]))


def media(draw, content, fields):
    """The type and bytes of a body; now and then another than it says."""
    kind = draw(st.sampled_from(sorted(content) + ["text/plain", ""]))
    if kind == "application/x-www-form-urlencoded":
        return kind, urllib.parse.urlencode(
            {name: value if isinstance(value, str) else json.dumps(value)
             for name, value in fields.items()}, errors="surrogatepass").encode()
    if kind == "multipart/form-data":
        parts = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                        for name, value in fields.items())
        return kind + "; boundary=x", (parts + "--x--\r\n").encode(errors="replace")
    data = json.dumps(fields).encode()
    return kind, draw(st.just(data) | st.sampled_from([b"", b"{", b"[]", data + b"x", b"null"]))


@st.composite
def calls(draw):
    number = draw(st.integers(0, len(operations) - 1))
    _, _, operation = operations[number]
    values = {name: draw(st.sampled_from(["x", "-", "*", "00000000-0000-4000-8000-00000000000f"])
                         | st.uuids().map(str))
              for name in ("uuid", "token", "domain", "path")}
    query = {p["name"]: draw(values_of(p["schema"])) for p in operation["parameters"]
             if p["in"] == "query" and draw(st.booleans())}
    headers, body = {}, None
    if "requestBody" in operation:
        content = operation["requestBody"]["content"]
        schema = content["application/json"]["schema"]
        fields = {name: draw(values_of(member)) for name, member in schema["properties"].items()
                  if name in schema["required"] or draw(st.integers(0, 3)) == 0}
        if draw(st.integers(0, 9)) == 0:
            fields[draw(st.text(max_size=8))] = draw(anything)
        headers["Content-Type"], body = media(draw, content, fields)
    accept = draw(st.sampled_from([None, "*/*", "application/openmetrics-text; version=1.0.0"]))
    if accept:
        headers["Accept"] = accept
    origin = draw(st.sampled_from([None] * 8 + ["https://evil.example", "null"]))
    return (number, values, query, headers, body, origin,
            draw(st.integers(0, 3)) > 0, draw(st.sampled_from(range(10))))


def credential(world, operation, choice):
    """Mostly one that is accepted."""
    wrong = [{}, basic("root@example.org:wrong"), {"Authorization": "Bearer a.b.c"},
             {"X-Auth-Token": "0" * 48}, {"X-Access-Token": "x", "X-Key": "y"}, world.user,
             {"X-Access-Token": "x"}]
    return wrong[choice] if choice < len(wrong) else world.good_credential(operation)


def call_any(world):
    @seed(SEED)
    @settings(max_examples=CALLS, deadline=None, database=None,
              suppress_health_check=list(HealthCheck), print_blob=False)
    @given(calls())
    def one(call):
        number, values, query, headers, body, origin, exists, who = call
        method, path, operation = operations[number]
        if exists:
            values = {**values, **world.named(path)}
        headers = {**headers, **credential(world, operation, who)}
        if origin:
            headers["Origin"] = origin
        target = target_of(path, values, {name: value if isinstance(value, str)
                                          else json.dumps(value) for name, value in query.items()})
        answer, data = service.ask(method, target, headers, body)
        check(method, path, operation, answer, data)
    one()


def main():
    print(f"OPENAPI_SEED={SEED} OPENAPI_CALLS={CALLS}")
    world = World()
    succeed(world)
    conflicts(world)
    empties(world)
    call_any(world)
    print(f"{len(operations)} operations, {len(seen)} of their answers seen")


sys.exit(main())
