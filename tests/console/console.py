#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The console in a browser.  Started by tests/e2e/stack.sh, which tells where the service is.
CONSOLE_PARTS in the environment names some of PARTS, to run no other; or files, for those."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import admin     # noqa: E402
import browser   # noqa: E402
import frame     # noqa: E402
import keyboard  # noqa: E402
import no_database  # noqa: E402
import outage    # noqa: E402
import own       # noqa: E402
import reader    # noqa: E402
import tokens    # noqa: E402

PARTS = (frame, tokens, own, keyboard, admin, reader, outage)
# only where it is asked for: it needs another stack
OTHERS = (no_database,)


def main():
    frame.files()
    wanted = os.environ.get("CONSOLE_PARTS")
    if wanted == "files":
        return 1 if browser.failures else 0
    admin.make()
    page = browser.start()
    try:
        for part in PARTS + OTHERS:
            if part.__name__ in wanted if wanted else part in PARTS:
                print(f"--- {part.__name__}", flush=True)
                page.fresh()
                part.all_of_it(page)
        browser.same("complaints of the browser", page.complain(), [])
        frame.policy(page)
    finally:
        page.driver.quit()
    print(f"{len(browser.failures)} failures; screenshots are in {browser.SHOTS}")
    return 1 if browser.failures else 0


sys.exit(main())
