# SPDX-License-Identifier: ISC
"""Everything by the keyboard, from the login to the end of a token."""
import os

from browser import ENTER, ESCAPE, SPACE, TAB, check, same

USER = os.environ["E2E_USER"]


def to(page, label, back=False):
    """Goes on, or back, to what says so to a screen reader."""
    for _ in range(40):
        focused = page.focused()
        name = focused.get_attribute("aria-label") or focused.text
        if name == label:
            return
        page.tab(back)
    raise AssertionError(f"the keyboard does not reach {label}")


def all_of_it(page):
    name, password = USER.split(":")
    page.press(name, TAB, password, ENTER)
    page.heading("Tokens")
    same("the focus", page.focused().tag_name, "h1")
    page.press(TAB)
    same("the next", page.focused().text, "New token")
    page.press(ENTER)
    page.heading("New token")
    page.press(TAB, "by keyboard")
    to(page, "Limits")
    page.press(ENTER, TAB, SPACE)
    to(page, "Make the token")
    page.press(ENTER)
    page.says("Copy it now.")
    page.says("auth")
    to(page, "Copy")
    page.press(ENTER)
    page.says("Copied.")
    to(page, "Revoke by keyboard")
    page.press(ENTER)
    page.says("Revoke “by keyboard”?")
    page.press(ESCAPE)
    page.silent("can’t be undone")
    same("the focus comes back", page.focused().get_attribute("aria-label"), "Revoke by keyboard")
    page.press(ENTER)
    page.says("Revoke “by keyboard”?")
    to(page, "Revoke")
    page.press(ENTER)
    page.says("“by keyboard” is revoked.")
    page.driver.refresh()
    page.heading("Tokens")
    to(page, "Skip to content", back=True)
    page.press(ENTER)
    same("skipped", page.focused().get_attribute("id"), "main")
    outline = page.js("document.querySelector('.head a').focus();"
                      "return getComputedStyle(document.activeElement).outlineStyle")
    check("the focus is visible", outline == "solid", outline)
