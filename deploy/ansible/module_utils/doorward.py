# SPDX-License-Identifier: ISC
"""What the modules of this role share: calls of doorwardctl, and what is to change."""

import json
import os

NOT_FOUND = 3

OPTIONS = {
    "config": {"type": "path"},
    "executable": {"type": "path", "default": "doorwardctl"},
}


class Doorwardctl:
    """Runs commands of doorwardctl, which is not asked where nothing is installed yet."""

    def __init__(self, module):
        self.module = module
        self.config = ["--config", module.params["config"]] if module.params["config"] else []
        self.program = module.get_bin_path(
            module.params["executable"], required=not module.check_mode)
        self.is_new = module.check_mode and self._finds_nothing()

    def _finds_nothing(self):
        """No program, no configuration or no database: a first run, which is only tried."""
        if not self.program or (self.config and not os.path.exists(self.config[1])):
            return True
        conf = self.run("config", "show")
        return conf["store"] == "lmdb" and not os.path.exists(
            os.path.join(conf["data_dir"], "data.mdb"))

    def run(self, *words, about=(), stdin="", may_miss=False):
        """
        The JSON that a command prints about its operands; with may_miss, None if there is no
        such record.  Nobody else sees what is in stdin.
        """
        command = [self.program] + self.config + list(words) + ["--json", "--"] + list(about)
        code, out, err = self.module.run_command(
            command, data=stdin, expand_user_and_vars=False)
        if code == NOT_FOUND and may_miss:
            return None
        if code != 0:
            self.module.fail_json(msg=err.strip() or "doorwardctl ended with %d" % code, rc=code)
        return json.loads(out, parse_float=str)

    def read(self, *words, about=()):
        """As run, for a command that only reads: None also before there is a database."""
        return None if self.is_new else self.run(*words, about=about, may_miss=True)


def options_of(fields):
    """The command line that sets fields: their names are those of the options."""
    words = []
    for name, value in fields.items():
        words += ["--" + name.replace("_", "-"), value]
    return words


def text_of(value):
    """A value as doorwardctl takes it."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def is_same(wanted, current):
    """Is a field as it should be?  doorwardctl shows an empty one as null."""
    if current is None:
        return wanted == ""
    return wanted == text_of(current)


def diff_of(before, after):
    """For --diff: what both have, where they differ."""
    names = [name for name in sorted({**before, **after})
             if before.get(name) != after.get(name)]
    return {
        "before": {name: before[name] for name in names if name in before},
        "after": {name: after[name] for name in names if name in after},
    }
