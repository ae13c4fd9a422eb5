# SPDX-License-Identifier: ISC
"""The user's tokens, from the first to the last."""
import os

from browser import ask, basic, check, same, secret

USER = os.environ["E2E_USER"]
PICTURE = (
    ("billing of the shop", 365, {}),
    ("git on the build server", 90, {"scope": ["repo:read", "guard"]}),
    ("backup of web1", 30, {"scope": ["token:read"], "addresses": ["10.0.0.0/8"]}),
    ("trial of the new client", 3, {}),
)
HOSTILE = "<img src=x onerror=alert(1)> \"&'`"


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def take_secret(page):
    """What the box shows."""
    page.says("Copy it now.")
    token = page.find("//code[@class='secret']").text
    secret(token)
    return token


def make(page):
    page.says("You have no tokens yet.")
    page.look("tokens-none")
    page.click("New token")
    page.heading("New token")
    page.click("Make the token")
    page.says("This is needed.")
    page.fill("Name", HOSTILE)
    page.choose("Life", "7 days")
    page.find("//summary").click()
    page.fill("Networks", "192.0.2.0/24\n127.0.0.0/33")
    page.click("Make the token")
    page.says("One of these is no address or network")
    page.fill("Networks", "192.0.2.0/24 127.0.0.0/8")
    page.input("List your tokens (token:read)").click()
    page.fill("Other scopes", "repo:read")
    page.look("token-new")
    page.click("Make the token")
    page.heading("Tokens")
    token = take_secret(page)
    same("the focus", page.focused().tag_name, "h2")
    page.click("Copy")
    page.says("Copied.")
    page.look("tokens-secret")
    same("the new token works", ask("GET", "/rest/token/list", bearer(token))[0], 200)
    same("and is limited", ask("GET", "/rest/auth", bearer(token))[0], 403)
    page.click("Done")
    page.silent(token)
    return token


def again(page):
    """Another one like it; the secret of which is gone with the view."""
    page.click("New token")
    page.heading("New token")
    label = page.find("//select[@name='from']/option[2]").text
    page.choose("Copy the settings of", label)
    same("the copied name", page.input("Name").get_attribute("value"), HOSTILE)
    page.fill("Name", "second")
    page.click("Make the token")
    token = take_secret(page)
    page.click("New token")
    page.heading("New token")
    page.driver.back()
    page.heading("Tokens")
    page.silent(token)
    same("rows", page.count("//tbody/tr"), 2)
    same("limits are copied", page.count("//li[.='repo:read']"), 2)


def change(page):
    page.click("Change second")
    page.fill("Name", "third")
    page.choose("Life", "90 days")
    page.look("token-change")
    page.click("Save")
    page.says("Saved.")
    page.says("third")
    page.says("in 3 months")
    page.click("Rotate third")
    page.look("token-rotate")
    page.click("Rotate")
    take_secret(page)
    same("rows", page.count("//tbody/tr"), 3)
    page.click("Done")


def revoke(page, token):
    page.click(f"Revoke {HOSTILE}")
    page.says(f"Revoke “{HOSTILE}”?")
    page.look("token-revoke")
    page.click("Cancel")
    same("the focus is where it was", page.focused().get_attribute("aria-label"),
         f"Revoke {HOSTILE}")
    page.click(f"Revoke {HOSTILE}")
    page.click("Revoke")
    page.says(f"“{HOSTILE}” is revoked.")
    same("it is", ask("GET", "/rest/token/list", bearer(token))[0], 401)
    page.look("tokens")
    page.click("Revoke all …")
    page.click("Revoke all")
    page.says("You have no tokens yet.")


def picture(page):
    """What README shows."""
    for name, days, limits in PICTURE:
        status, _, made = ask("POST", "/rest/token", basic(USER),
                              {"name": name, "ttl": days * 86400, **limits})
        same(name, status, 200)
        secret(made["token"])
        if not limits:
            same(f"{name} is used", ask("GET", "/rest/token/list", bearer(made["token"]))[0], 200)
    page.driver.refresh()
    page.heading("Tokens")
    page.size(1240, 720)
    page.shot("tokens", picture=True)
    page.size(1280, 900)
    same("all are revoked", ask("DELETE", "/rest/token/all", basic(USER))[0], 200)
    page.driver.refresh()
    page.says("You have no tokens yet.")


def all_of_it(page):
    page.log_in(USER)
    token = make(page)
    again(page)
    change(page)
    revoke(page, token)
    check("no secret in an address", token not in page.driver.current_url)
    picture(page)
