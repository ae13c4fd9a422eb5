# SPDX-License-Identifier: ISC
"""What users do with their logins and their password, in one tab and in two."""
import os

from browser import ask, basic, check, same, secret

USER = os.environ["E2E_OTHER"]
AGENT = "<script>alert('agent')</script>"
FAMILIAR = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def end_all(user):
    """All logins of a user, behind the back of the page."""
    same("logged out from outside", ask("DELETE", "/rest/auth", basic(user))[0], 200)


def sessions(page):
    for agent in (AGENT, FAMILIAR):
        same("a login of another program",
             ask("GET", "/rest/auth", {**basic(USER), "User-Agent": agent})[0], 200)
    page.log_in(USER)
    page.click("Sessions")
    page.heading("Sessions")
    page.says(AGENT)
    page.says("Firefox on Linux")
    page.says("Chrome on Linux")
    same("this login", page.count("//*[.='This one']"), 1)
    page.look("sessions")
    page.click("End Firefox on Linux")
    page.look("session-end")
    page.click("End it")
    page.says("The login has ended.")
    page.silent("Firefox on Linux")
    page.says(AGENT)


def everywhere(page):
    status, _, made = ask("POST", "/rest/token", basic(USER), {"name": "kept", "ttl": 600})
    same("a token", status, 200)
    secret(made["token"])
    page.click("Log out everywhere …")
    page.look("everywhere")
    page.click("Log out everywhere")
    page.says("You are logged out everywhere.")
    token = {"Authorization": f"Bearer {made['token']}"}
    same("the token stays", ask("GET", "/rest/auth", token)[0], 200)
    page.log_in(USER, "Sessions")
    page.silent(AGENT)
    page.click("Log out everywhere …")
    page.input("Revoke my tokens too: programs that use them stop working").click()
    page.click("Log out everywhere")
    page.says("You are logged out everywhere.")
    same("the token is revoked", ask("GET", "/rest/auth", token)[0], 401)
    page.log_in(USER, "Sessions")


def expired(page):
    """The way back is to where the user was."""
    end_all(USER)
    page.click("Tokens")
    page.says("Your login has ended.")
    page.look("login-ended")
    page.log_in(USER)
    page.click("Password")
    page.heading("Password")
    end_all(USER)
    page.driver.refresh()
    page.says("Your login has ended.")
    page.log_in(USER, "Password")


def password(page):
    global USER
    name, old = USER.split(":")
    new = "a new <password> of mine"
    page.click("Change the password")
    page.says("This is needed.")
    page.fill("Current password", "not " + old)
    page.fill("New password", new)
    page.fill("New password again", new + "!")
    page.click("Change the password")
    page.says("This differs from the one above.")
    page.fill("New password again", new)
    page.click("Change the password")
    page.says("That is not your password.")
    page.fill("Current password", old)
    page.fill("New password", "short")
    page.fill("New password again", "short")
    page.click("Change the password")
    page.says("At least 8 characters.")
    page.look("password")
    page.fill("New password", name)
    page.fill("New password again", name)
    page.click("Change the password")
    page.says("This is the login name, which others try first.")
    page.fill("New password", new)
    page.fill("New password again", new)
    page.click("Change the password")
    page.says("Your password is changed.")
    same("a field keeps it", page.input("New password").get_attribute("value"), "")
    same("the old one", ask("GET", "/rest/auth", basic(USER))[0], 401)
    USER = f"{name}:{new}"
    same("the new one", ask("GET", "/rest/auth", basic(USER))[0], 200)
    page.click("Tokens")
    page.heading("Tokens")


def two_tabs(page):
    first = page.driver.current_window_handle
    page.says("You have no tokens yet.")
    page.driver.switch_to.new_window("tab")
    page.open()
    page.log_in(USER)
    page.click("New token")
    page.fill("Name", "of the second tab")
    page.click("Make the token")
    page.says("Copy it now.")
    made = page.find("//code[@class='secret']").text
    secret(made)
    second = page.driver.current_window_handle
    page.driver.switch_to.window(first)
    page.says("of the second tab")
    check("its secret is not here", made not in page.text())
    page.click("Log out")
    page.says("You are logged out.")
    page.driver.switch_to.window(second)
    page.says("You logged out in another tab.")
    same("sessionStorage", page.js("return sessionStorage.length"), 0)
    page.driver.close()
    page.driver.switch_to.window(first)
    page.log_in(USER)


def history(page):
    """Back and forward, and an address that is no view."""
    for name in ("Sessions", "Password"):
        page.click(name)
        page.heading(name)
    page.driver.back()
    page.heading("Sessions")
    page.driver.forward()
    page.heading("Password")
    page.open("#users")
    page.heading("Tokens")
    same("no administration", page.count("//nav//a[starts-with(@href, '#')]"), 3)
    page.click("Log out")
    page.says("You are logged out.")
    page.driver.back()
    page.heading("Log in")
    page.log_in(USER, None)
    page.says("Log out")


SHIFT = """
    const real = window.real_now || (window.real_now = Date.now), ahead_ms = arguments[0] * 60000;
    Date.now = () => real() + ahead_ms;
    document.dispatchEvent(new Event('visibilitychange'));"""


def idle(page):
    page.open("#sessions")
    page.heading("Sessions")
    page.js(SHIFT, 28.5)
    page.says("You will be logged out soon.")
    page.accessible("the warning")
    page.press("x")
    page.js(SHIFT, 29)
    page.silent("You will be logged out soon.")
    page.js(SHIFT, 57)
    page.says("You will be logged out soon.")
    page.js(SHIFT, 59.5)
    page.says("You were logged out because you did nothing for 30 minutes.")

    # the page forgets it first, and then tells the service
    def is_over():
        _, _, left = ask("GET", "/rest/session/list", {**basic(USER), "User-Agent": "reader"})
        return not any("Chrome" in (session["user_agent"] or "") for session in left)
    page.wait("its login to end", is_over)
    page.driver.refresh()
    page.log_in(USER, "Sessions")
    page.js("sessionStorage.doorward = sessionStorage.doorward.replace("
            "/\"active_ms\":\\d+/, '\"active_ms\":1')")
    page.driver.refresh()
    page.says("You were logged out because you did nothing for 30 minutes.")


def all_of_it(page):
    for part in (sessions, everywhere, expired, password, two_tabs, history, idle):
        print(f"    {part.__name__}", flush=True)
        part(page)
