#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The console in a browser.  Started by tests/e2e/stack.sh, which tells where the service is."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import browser  # noqa: E402
import frame    # noqa: E402
import tokens   # noqa: E402


def main():
    frame.files()
    if os.environ.get("CONSOLE_PARTS") == "files":
        return 1 if browser.failures else 0
    page = browser.start()
    try:
        for part in (frame.login, tokens.life):
            print(f"--- {part.__module__}.{part.__name__}", flush=True)
            part(page)
        browser.same("complaints of the browser", page.complain(), [])
        frame.policy(page)
    finally:
        page.driver.quit()
    print(f"{len(browser.failures)} failures; screenshots are in {browser.SHOTS}")
    return 1 if browser.failures else 0


sys.exit(main())
