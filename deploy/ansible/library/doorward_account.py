#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Ansible module: an account of doorward."""

DOCUMENTATION = r"""
module: doorward_account
short_description: Manage an account of doorward
description:
  - Adds, changes and deletes an account, which groups users, with C(doorwardctl).
  - A field that is not given stays as it is.
  - In check mode it reads the account and tells what it would change.
author: doorward maintainers
options:
  name:
    description: Name of the account.
    type: str
    required: true
  state:
    description: An account to which users belong cannot be deleted.
    type: str
    choices: [present, absent]
    default: present
  email:
    description: E-mail address of the account; empty for none.
    type: str
  level:
    description: Level of the account, C(Level0) unless another one is given.
    type: str
    choices: [ServiceAccount, Level0, Level1, Level2]
  balance:
    description: A decimal number, stored with the digits given.
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
- name: The account of a customer
  doorward_account:
    name: Acme
    email: office@acme.example
    level: Level1

- name: An account that nobody has any more
  doorward_account:
    name: Former
    state: absent
"""

RETURN = r"""
account:
  description: The account afterwards, as C(doorwardctl account show --json) prints it.
  returned: unless the account is absent or the run is in check mode
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.doorward import OPTIONS, Doorwardctl, diff_of, is_same, options_of

FIELDS = {
    "email": {"type": "str"},
    "level": {"choices": ["ServiceAccount", "Level0", "Level1", "Level2"]},
    "balance": {"type": "str"},
}


def is_right(name, wanted, account):
    """Is this field of the account as it is wanted?"""
    return is_same(wanted.lower() if name == "email" else wanted, account[name])


def put(module, ctl, before):
    """Adds the account or changes what differs: what is there afterwards."""
    name = module.params["name"]
    fields = {field: module.params[field] for field in FIELDS
              if module.params[field] is not None}
    if before is not None:
        fields = {field: value for field, value in fields.items()
                  if not is_right(field, value, before)}
        if not fields:
            return before
    if module.check_mode:
        return {"name": name, **(before or {}), **fields}
    verb = "add" if before is None else "set"
    return ctl.run("account", verb, *options_of(fields), about=[name])


def main():
    """Makes the account what it is to be."""
    module = AnsibleModule(
        argument_spec={
            "name": {"required": True},
            "state": {"choices": ["present", "absent"], "default": "present"},
            **FIELDS,
            **OPTIONS,
        },
        supports_check_mode=True)
    ctl = Doorwardctl(module)
    name = module.params["name"]
    before = ctl.read("account", "show", about=[name])
    if module.params["state"] == "present":
        after = put(module, ctl, before)
    else:
        after = None
        if before is not None and not module.check_mode:
            ctl.run("account", "delete", about=[name])
    result = {"changed": before != after, "diff": diff_of(before or {}, after or {})}
    if after and not module.check_mode:
        result["account"] = after
    module.exit_json(**result)


if __name__ == "__main__":
    main()
