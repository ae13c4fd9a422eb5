#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Ansible module: a Webitel role of doorward."""

DOCUMENTATION = r"""
module: doorward_role
short_description: Manage a Webitel role of doorward
description:
  - Defines, changes and deletes a Webitel role with C(doorwardctl).
  - In check mode it reads the role and tells what it would change.
author: doorward maintainers
options:
  name:
    description: Name of the role.
    type: str
    required: true
  state:
    description:
      - With C(absent) the role is deleted, and users who have it lose all permissions.
      - The roles C(root), C(admin) and C(user) return to their defaults instead.
    type: str
    choices: [present, absent]
    default: present
  permits:
    description:
      - What the role permits, a list of letters for each resource.
      - C(c), C(r), C(u) and C(d) stand for create, read, update and delete; with an C(o)
        behind, only of one's own.  C(*) is everything.
      - Required if I(state=present).
    type: dict
  config:
    description: Configuration file, unless it is the default of C(doorwardctl).
    type: path
  executable:
    description: The program C(doorwardctl), by name or path.
    type: path
    default: doorwardctl
"""

EXAMPLES = r"""
- name: Somebody who reads call records, and has a book of their own
  doorward_role:
    name: reader
    permits:
      cdr: [r]
      book: [c, ro, uo, do]

- name: Let administrators do what they can by default
  doorward_role:
    name: admin
    state: absent
"""

RETURN = r"""
permits:
  description: What the role permits afterwards.
  returned: if I(state=present)
  type: dict
"""

import json

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.doorward import OPTIONS, Doorwardctl, diff_of


def find(ctl, name):
    """The role of this name, if it is not a default."""
    for role in ctl.read("role", "list") or []:
        if role["name"] == name and role["modified_on"] is not None:
            return role
    return None


def permits_of(role):
    """What the role permits; the order of letters does not matter."""
    return {resource: sorted(letters) for resource, letters in role["acl"].items()}


def main():
    """Makes the role what it is to be."""
    module = AnsibleModule(
        argument_spec={
            "name": {"required": True},
            "state": {"choices": ["present", "absent"], "default": "present"},
            "permits": {"type": "dict"},
            **OPTIONS,
        },
        required_if=[("state", "present", ["permits"])],
        supports_check_mode=True)
    ctl = Doorwardctl(module)
    name, wanted = module.params["name"], module.params["permits"]
    role = find(ctl, name)
    before = permits_of(role) if role else {}
    if module.params["state"] == "absent":
        if role and not module.check_mode:
            ctl.run("role", "delete", about=[name])
        module.exit_json(changed=role is not None, diff=diff_of(before, {}))
    after = permits_of({"acl": wanted})
    changed = role is None or before != after
    if changed and not module.check_mode:
        ctl.run("role", "set", about=[name], stdin=json.dumps(wanted))
    module.exit_json(changed=changed, permits=wanted, diff=diff_of(before, after))


if __name__ == "__main__":
    main()
