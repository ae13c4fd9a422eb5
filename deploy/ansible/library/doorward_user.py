#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Ansible module: a user of doorward."""

DOCUMENTATION = r"""
module: doorward_user
short_description: Manage a user of doorward
description:
  - Adds, changes, disables and deletes a user with C(doorwardctl).
  - A field that is not given stays as it is; an empty one is removed.
  - In check mode it reads the user and tells what it would change.
author: doorward maintainers
options:
  email:
    description: E-mail address of the user, which is a login name.
    type: str
    required: true
  state:
    description:
      - With C(absent) the user is deleted, with the password and all tokens.
    type: str
    choices: [present, absent]
    default: present
  keep:
    description:
      - Keep the record of a user who is deleted, so that no other user can have the names.
    type: bool
    default: false
  enabled:
    description:
      - Whether the credentials of the user are accepted.
      - If it is not given, a user whom somebody else has disabled stays disabled.
    type: bool
  password:
    description:
      - Password of the user.  It reaches C(doorwardctl) on standard input.
      - A user who is added without one cannot log in with a password.
    type: str
  update_password:
    description:
      - With C(on_create) the password is set when the user is added, and later only if the
        user has none.
      - With C(always) it is set in every run, which ends all JWTs and sessions of the user
        and is always reported as a change, because passwords cannot be compared.
    type: str
    choices: [always, on_create]
    default: on_create
  role:
    description: Role of the user, C(User) unless another one is given.
    type: str
    choices: [Admin, Provider, User]
  account:
    description: Account that the user belongs to, by name or uuid.
    type: str
  sip_login:
    description: Second login name, such as C(100@example.org).
    type: str
  first_name:
    description: First name.
    type: str
  last_name:
    description: Last name.
    type: str
  phone_number:
    description: Telephone number.
    type: str
  dob:
    description: Date of birth, as in ISO 8601.
    type: str
  gender:
    description: Gender.
    type: str
    choices: ['', Female, Male, Other]
  avatar:
    description: Address of a picture.
    type: str
  wss_online:
    description: The flag of this name that clients see.
    type: bool
  webitel_role:
    description: Webitel role, if it does not follow from the role.
    type: str
  gmail_user_id:
    description: Id at Google.
    type: str
  facebook_user_id:
    description: Id at Facebook.
    type: str
  apple_user_id:
    description: Id at Apple.
    type: str
  wechat_user_id:
    description: Id at WeChat.
    type: str
  config:
    description: Configuration file, unless it is the default of C(doorwardctl).
    type: path
  executable:
    description: The program C(doorwardctl), by name or path.
    type: path
    default: doorwardctl
"""

EXAMPLES = r"""
- name: An administrator, whose password stays when it is changed later
  doorward_user:
    email: ann@example.org
    role: Admin
    password: "{{ password_of_ann }}"

- name: A program, which has tokens and no password
  doorward_user:
    email: robot@example.org
    first_name: Robot

- name: Somebody who is away
  doorward_user:
    email: bob@example.org
    enabled: false

- name: Somebody who has left
  doorward_user:
    email: eve@example.org
    state: absent
"""

RETURN = r"""
user:
  description: The user afterwards, as C(doorwardctl user show --json) prints it.
  returned: unless the user is absent or the run is in check mode
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.doorward import (
    OPTIONS, Doorwardctl, diff_of, is_same, options_of, text_of)

LOGINS = ["sip_login"]
TEXTS = [
    "account", "first_name", "last_name", "phone_number", "dob", "avatar", "webitel_role",
    "gmail_user_id", "facebook_user_id", "apple_user_id", "wechat_user_id"]
FIELDS = {
    **{name: {"type": "str"} for name in LOGINS + TEXTS},
    "role": {"choices": ["Admin", "Provider", "User"]},
    "gender": {"choices": ["", "Female", "Male", "Other"]},
    "wss_online": {"type": "bool"},
}


def is_account(wanted, account):
    """Is it the account that is wanted by name or uuid?"""
    if account is None:
        return wanted == ""
    return wanted in (account["name"], account["uuid"])


def is_right(name, wanted, user):
    """Is this field of the user as it is wanted, in another spelling or not?"""
    current = user[name]
    if name == "account":
        return is_account(wanted, current)
    if name == "dob" and wanted and current:
        return current.startswith(wanted.rstrip("Z"))
    if name in LOGINS:
        wanted = wanted.lower()
    return is_same(wanted, current)


def shown(user):
    """The user as --diff shows it."""
    if user is None:
        return {}
    account = user["account"]
    return {**user, "account": account and account["name"],
            "enabled": user["disabled_on"] is None}


class User:
    """The user as it is, and as it is wanted."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.ctl = Doorwardctl(module)
        self.email = self.params["email"]
        self.before = self.ctl.read("user", "show", about=[self.email])
        self.after = self.before
        self.wanted = {name: text_of(self.params[name]) for name in FIELDS
                       if self.params[name] is not None}
        self.expected = shown(self.before)
        self.has_changed = False

    def run(self, words, expected, stdin=""):
        """A command that changes the user, unless it is only tried."""
        self.expected.update(expected)
        if self.module.check_mode:
            self.has_changed = True
            return
        after = self.ctl.run("user", *words, about=[self.email], stdin=stdin)
        # A value that is the same in another spelling changes nothing.
        self.has_changed |= bool(stdin) or after != self.after
        self.after = after

    def given(self, names):
        """These fields as they were given, for --diff."""
        return {name: self.params[name] for name in names}

    def passwd(self):
        """Sets the password."""
        self.run(["passwd", "--password-stdin"], {"password": "set"}, self.params["password"])

    def add(self):
        """A user who is to be disabled is so before a password is valid."""
        password = self.params["password"]
        later = password is None or self.params["enabled"] is False
        words = ["--no-password"] if later else ["--password-stdin"]
        self.run(["add"] + words + options_of(self.wanted),
                 {"email": self.email, **self.given(self.wanted)}, "" if later else password)
        self.enable()
        if later and password is not None:
            self.passwd()

    def change(self):
        """Sets what differs."""
        fields = {name: value for name, value in self.wanted.items()
                  if not is_right(name, value, self.before)}
        if self.params["enabled"] is False:
            self.enable()
        if fields:
            self.run(["set"] + options_of(fields), self.given(fields))
        # A user whom add() disabled has no password yet if the first one was refused.
        is_due = (self.params["update_password"] == "always"
                  or self.before["password_set_on"] is None)
        if self.params["password"] is not None and is_due:
            self.passwd()
        self.enable()

    def enable(self):
        """Disables the user or enables it, if either is asked for and not so already."""
        enabled = self.params["enabled"]
        if enabled is not None and self.expected.get("enabled", True) is not enabled:
            self.run(["enable" if enabled else "disable"], {"enabled": enabled})

    def delete(self):
        """Deletes the user, unless that is so; a record that was kept is not what is wanted."""
        if self.before is None or (self.params["keep"] and self.before["deleted_on"]):
            return
        self.run(["delete", "--yes"] + (["--keep"] if self.params["keep"] else []), {})
        self.expected = self.after = {}

    def finish(self):
        """Says what has changed."""
        result = {"changed": self.has_changed,
                  "diff": diff_of(shown(self.before), self.expected)}
        if self.after and not self.module.check_mode:
            result["user"] = self.after
        self.module.exit_json(**result)


def main():
    """Makes the user what it is to be."""
    module = AnsibleModule(
        argument_spec={
            "email": {"required": True},
            "state": {"choices": ["present", "absent"], "default": "present"},
            "keep": {"type": "bool", "default": False},
            "enabled": {"type": "bool"},
            "password": {"type": "str", "no_log": True},
            "update_password": {"choices": ["always", "on_create"], "default": "on_create",
                                "no_log": False},
            **FIELDS,
            **OPTIONS,
        },
        supports_check_mode=True)
    password = module.params["password"]
    if password is not None and ("\n" in password or "\r" in password):
        module.fail_json(msg="the password has more than one line")
    user = User(module)
    if module.params["state"] == "absent":
        user.delete()
    elif user.before is None:
        user.add()
    elif user.before["deleted_on"]:
        module.fail_json(msg="%s is reserved by a deleted user" % user.email)
    else:
        user.change()
    user.finish()


if __name__ == "__main__":
    main()
