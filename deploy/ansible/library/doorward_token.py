#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Ansible module: a bearer token of doorward."""

DOCUMENTATION = r"""
module: doorward_token
short_description: Manage a bearer token of a user of doorward
description:
  - Creates, changes and revokes a bearer token, which is known by its user and its name, with
    C(doorwardctl).
  - The token is written to a file when it is created.  It cannot be seen again, so the file is
    not made again for a token that is there already.
  - A token that has expired is replaced by a new one.
  - In check mode it reads the tokens and tells what it would change.
author: doorward maintainers
options:
  user:
    description: E-mail address, SIP login or uuid of the user.
    type: str
    required: true
  name:
    description: Name of the token.
    type: str
    required: true
  state:
    description: With C(absent) all tokens of this name are revoked, and I(path) is removed.
    type: str
    choices: [present, absent]
    default: present
  path:
    description:
      - File on the managed host that gets a new token, with mode 0600.  Its directory must
        exist.
      - Required if I(state=present).
    type: path
  owner:
    description: User who owns the file, if it is there.
    type: str
  ttl:
    description:
      - Lifetime in seconds.
      - It starts anew if it or a limit is changed here, and only then.
    type: int
  scope:
    description: Names of what the token may be used for; an empty list removes this limit.
    type: list
    elements: str
  addresses:
    description: Networks it may be used from; an empty list removes this limit.
    type: list
    elements: str
  config:
    description: Configuration file, unless it is the default of C(doorwardctl).
    type: path
  executable:
    description: The program C(doorwardctl), by name or path.
    type: path
    default: doorwardctl
"""

EXAMPLES = r"""
- name: A token of a program for a year
  doorward_token:
    user: robot@example.org
    name: nightly build
    path: /etc/robot.token
    ttl: 31536000
    scope: [git]
    addresses: [192.0.2.0/24]

- name: A token that is no longer used
  doorward_token:
    user: robot@example.org
    name: former build
    path: /etc/robot-former.token
    state: absent
"""

RETURN = r"""
uuid:
  description: Id of the token, by which it can be revoked.
  returned: unless the token is absent or the run is in check mode
  type: str
"""

import ipaddress
import os

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.doorward import OPTIONS, Doorwardctl, diff_of

SHOWN = ["name", "ttl", "scope", "addresses"]


def shown(token):
    """The token as --diff shows it."""
    return {name: token[name] for name in SHOWN}


def terms_of(params):
    """The terms that are given, as doorwardctl shows them."""
    return {name: params[name] for name in SHOWN if params[name] is not None}


def options_of(terms):
    """The command line that sets them."""
    words = []
    for name, option in (("name", "--name"), ("ttl", "--ttl"), ("scope", "--scope"),
                         ("addresses", "--address")):
        if isinstance(terms.get(name), list):
            words += [option, ",".join(terms[name]) or "*"]
        elif name in terms:
            words += [option, str(terms[name])]
    return words


def network(text):
    """A network in its usual spelling; what is none stays, for doorwardctl to refuse."""
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        return text


def is_same(name, wanted, current):
    """Is a term as it is wanted?  Neither order nor repetition matters in a list."""
    if name == "scope":
        return set(wanted) == set(current or [])
    if name == "addresses":
        return set(map(network, wanted)) == set(map(network, current or []))
    return wanted == current


def differs(terms, token):
    """Those of the terms that the token does not have."""
    return {name: value for name, value in terms.items()
            if not is_same(name, value, token[name])}


class SecretFile:
    """A file that appears with the token in it, or not at all."""

    def __init__(self, path):
        self.path, self.draft = path, "%s.%d" % (path, os.getpid())
        self.fd = os.open(self.draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)

    def put(self, secret):
        """Writes the token and gives the file its name."""
        with os.fdopen(self.fd, "w") as file:
            file.write(secret + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.rename(self.draft, self.path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if os.path.exists(self.draft):
            os.unlink(self.draft)


def create(module, ctl):
    """A new token: one that could not be written down is revoked."""
    path, token = module.params["path"], None
    terms = {name: value for name, value in terms_of(module.params).items() if value != []}
    try:
        with SecretFile(path) as file:
            if module.params["owner"] is not None:
                module.set_owner_if_different(file.draft, module.params["owner"], False)
            token = ctl.run("token", "add", *options_of(terms), about=[module.params["user"]])
            file.put(token["token"])
    except OSError as error:
        if token:
            ctl.run("token", "revoke", about=[token["uuid"]])
        module.fail_json(msg="%s: %s; no token was created" % (path, error.strerror))
    return {**token, "token": None}


def put(module, ctl, before):
    """The token as it is to be."""
    terms = terms_of(module.params)
    if before is not None:
        terms = differs(terms, before)
        if not terms:
            return before
    if module.check_mode:
        return {"uuid": None, **dict.fromkeys(SHOWN), **(before or {}), **terms}
    if before is None:
        return create(module, ctl)
    return ctl.run("token", "set", *options_of(terms), about=[before["uuid"]])


def remove(module, ctl, tokens):
    """Revokes the tokens and removes the file: has anything changed?"""
    path = module.params["path"]
    has_file = path is not None and os.path.lexists(path)
    if not module.check_mode:
        for token in tokens:
            ctl.run("token", "revoke", about=[token["uuid"]])
        if has_file:
            os.unlink(path)
    return bool(tokens) or has_file


def main():
    """Makes the token what it is to be."""
    module = AnsibleModule(
        argument_spec={
            "user": {"required": True},
            "name": {"required": True},
            "state": {"choices": ["present", "absent"], "default": "present"},
            "path": {"type": "path"},
            "owner": {"type": "str"},
            "ttl": {"type": "int"},
            "scope": {"type": "list", "elements": "str"},
            "addresses": {"type": "list", "elements": "str"},
            **OPTIONS,
        },
        required_if=[("state", "present", ["path"])],
        supports_check_mode=True)
    ctl = Doorwardctl(module)
    params = module.params
    tokens = [token for token in ctl.read("token", "list", "--user", params["user"]) or []
              if token["name"] == params["name"]]
    # One that was rotated has a successor of the same name, and is valid for a while.
    before = max(tokens, key=lambda token: token["created_on"], default=None)
    if params["state"] == "absent":
        module.exit_json(changed=remove(module, ctl, tokens),
                         diff=diff_of(shown(before) if before else {}, {}))
    after = put(module, ctl, before)
    changed = after is not before
    if before is not None and not os.path.lexists(params["path"]):
        module.warn("%s is missing, and the token is not shown again; revoke %s to get a new one"
                    % (params["path"], before["uuid"]))
    if params["owner"] is not None and os.path.lexists(params["path"]):
        changed = module.set_owner_if_different(params["path"], params["owner"], changed)
    result = {"changed": changed,
              "diff": diff_of(shown(before) if before else {}, shown(after))}
    if not module.check_mode:
        result["uuid"] = after["uuid"]
    module.exit_json(**result)


if __name__ == "__main__":
    main()
