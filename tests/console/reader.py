# SPDX-License-Identifier: ISC
"""The page that shows the description of the HTTP interface."""
import os

from browser import DIR, ENTER, SPACE, check, same

FILE = os.path.join(DIR, "console", "openapi.json")


def all_of_it(page):
    page.open("api.html")
    page.heading("HTTP interface")
    same("requests", page.count("//details[starts-with(@id, 'get-rest-auth')]"), 1)
    same("switched off", page.count("//code[text()='X-Auth-Google-Token']"), 0)
    page.look("api")
    page.fill("Find", "POST /rest/token")
    page.says("2 are shown.")
    page.click_summary("/rest/token")
    page.says("What it is for, for people")
    page.says("integer, 60 to")
    page.look("api-request")
    page.click("NewToken")
    page.wait("the object", lambda: page.focused().text == "NewToken")
    page.says("The token itself, this one time")
    page.press(SPACE)
    page.wait("closed by the keyboard", lambda: not page.js(
        "return document.activeElement.parentNode.open"))
    page.press(ENTER)
    page.says("The token itself, this one time")
    without_file(page)


def without_file(page):
    os.rename(FILE, FILE + ".away")
    page.driver.refresh()
    page.says("There is no description here.")
    os.rename(FILE + ".away", FILE)
    page.open("api.html#get-rest-auth")
    page.driver.refresh()
    page.wait("what the address names", lambda: "/rest/auth" in page.focused().text)
    check("it is open", page.js("return document.getElementById('get-rest-auth').open"))
    page.click("doorward")
    page.heading("Log in")
