# SPDX-License-Identifier: ISC
"""What administrators do with users and accounts."""
import re

from browser import DIR, ask, basic, check, ctl, same, secret

ADMIN = "admin@example.org:admin-password-1"
HOSTILE = "<b onclick=alert(1)>Eve</b>"
DAVE = "dave@example.org:dave-password-1"


def make():
    ctl("user", "add", "admin@example.org", "--role", "Admin", "--password-stdin",
        password="admin-password-1\n")


def prepare(page):
    with open(f"{DIR}/run/many.jsonl", "w") as out:
        out.writelines(f'{{"email":"many{number}@example.org"}}\n' for number in range(60))
    ctl("import", "jsonl", f"{DIR}/run/many.jsonl")
    page.log_in(ADMIN, None)


def add(page):
    page.click("Users")
    page.heading("Users")
    page.look("users")
    same("a page", page.count("//tbody/tr"), 50)
    page.click("Show more")
    page.wait("the rest", lambda: page.count("//tbody/tr") == 63)
    page.click("Add a user")
    page.heading("Add a user")
    page.fill("E-mail address", "alice@example.org")
    page.fill("Password", "short")
    page.click("Add the user")
    page.says("At least 8 characters.")
    page.fill("Password", DAVE.split(":")[1])
    page.click("Add the user")
    page.says("Another user has it.")
    page.look("user-new")
    page.fill("E-mail address", "dave@example.org")
    page.fill("First name", HOSTILE)
    page.choose("Role", "Provider")
    page.fill("Account", "ACME")
    page.click("Add the user")
    page.heading("dave@example.org")
    page.says(HOSTILE)


def open_only(page, name):
    """Searches for the one user whose name begins so, and opens it."""
    page.find("//input[@name='search']").clear()
    page.find("//input[@name='search']").send_keys(name.split("@")[0])
    page.click("Search")
    page.wait("only " + name, lambda: page.count("//tbody/tr") == 1)
    page.click(name)
    page.heading(name)


def search(page):
    page.click("← Users")
    page.heading("Users")
    page.find("//input[@name='search']").send_keys("<B ONCLICK")
    page.click("Search")
    page.wait("only him", lambda: page.count("//tbody/tr") == 1)
    page.says(HOSTILE)
    page.find("//input[@name='search']").send_keys(" and nobody")
    page.click("Search")
    page.says("Nobody has that")
    open_only(page, "dave@example.org")


def change(page):
    page.click("Change …")
    page.fill("Last name", "Smith")
    page.look("user-change")
    page.click("Save")
    page.says("Saved.")
    page.says("Smith")
    page.click("Set password …")
    page.fill("Password", "another-password-1")
    page.click("Set it")
    page.says("The password is set.")
    same("his old one", ask("GET", "/rest/auth", basic(DAVE))[0], 401)


def without_password(page):
    """An empty field removes nothing; who wants that is asked."""
    dave = basic("dave@example.org:another-password-1")
    page.click("Set password …")
    page.click("Set it")
    page.says("This is needed.")
    page.click("Cancel")
    same("he keeps it", ask("GET", "/rest/auth", dave)[0], 200)
    page.click("Remove password …")
    page.look("password-remove")
    page.click("Remove it")
    page.says("The password is removed.")
    same("it is gone", ask("GET", "/rest/auth", dave)[0], 401)
    page.silent("Remove password")
    page.click("Set password …")
    page.fill("Password", "another-password-1")
    page.click("Set it")
    page.says("The password is set.")
    same("he has one", ask("GET", "/rest/auth", dave)[0], 200)


def use(page):
    """Tokens and logins of the user, and their end."""
    dave = basic("dave@example.org:another-password-1")
    made = []
    for name in ("first", HOSTILE):
        status, _, token = ask("POST", "/rest/token", dave, {"name": name, "ttl": 86400 * 90})
        same("his token", status, 200)
        secret(token["token"])
        made.append({"Authorization": "Bearer " + token["token"]})
    page.driver.refresh()
    page.heading("dave@example.org")
    page.look("user")
    page.click(f"Revoke {HOSTILE}")
    page.click("Revoke")
    page.says(f"“{HOSTILE}” is revoked.")
    same("revoked", ask("GET", "/rest/auth", made[1])[0], 401)
    page.click("Disable …")
    page.click("Disable")
    page.says("The user is disabled.")
    same("disabled", ask("GET", "/rest/auth", made[0])[0], 401)
    page.click("Enable")
    page.says("The user is enabled.")
    same("enabled", ask("GET", "/rest/auth", made[0])[0], 200)
    page.click("Log out …")
    page.click("Log out")
    page.says("The user is logged out.")
    page.says("This user has no tokens.")
    same("logged out", ask("GET", "/rest/auth", made[0])[0], 401)
    page.click("Delete …")
    page.look("user-delete")
    page.click("Delete")
    page.says("The user is deleted.")
    page.heading("Users")
    same("deleted", ask("GET", "/rest/auth", dave)[0], 401)


def kept(page):
    """A deleted user whose record is kept can only go altogether."""
    ctl("user", "add", "kept@example.org", "--password-stdin", password="kept-password-1\n")
    ctl("user", "delete", "kept@example.org", "--keep", "--yes")
    page.click("Add a user")
    page.fill("E-mail address", "kept@example.org")
    page.fill("Account", "no such one")
    page.click("Add the user")
    page.says("There is no account with this name.")
    page.input("Account").clear()
    page.click("Add the user")
    page.says("A deleted user still has it.")
    page.click("Cancel")
    page.heading("Users")
    open_only(page, "kept@example.org")
    page.says("This user is deleted.")
    page.look("user-kept")
    same("what is offered", [node.text for node in page.driver.find_elements(
        "css selector", "main button")], ["Delete the record …"])
    page.click("Delete the record …")
    page.click("Delete")
    page.says("The user is deleted.")
    page.heading("Users")
    page.find("//input[@name='search']").clear()
    page.find("//input[@name='search']").send_keys("kept@")
    page.click("Search")
    page.says("Nobody has that")


def oneself(page):
    """Who changes the own name or role sees it at once."""
    ctl("user", "add", "second@example.org", "--role", "Admin", "--password-stdin",
        password="second-password-1\n")
    page.click("Log out")
    page.log_in("second@example.org:second-password-1", "Users")
    open_only(page, "second@example.org")
    same("a new password of one's own", page.find(
        "//main//a[.='Change password']").get_attribute("href").split("#")[1], "password")
    page.click("Change …")
    page.fill("First name", "Second")
    page.click("Save")
    page.wait("the name", lambda: page.find("//div[@class='who']//div").text.startswith("Second"))
    page.click("Change …")
    page.choose("Role", "User")
    page.click("Save")
    page.heading("Tokens")
    same("the menu", page.count("//nav//a[normalize-space()='Users']"), 0)
    page.click("Log out")
    page.log_in(ADMIN)
    page.click("Users")
    page.heading("Users")


def admin_login():
    status, _, user = ask("GET", "/rest/auth", basic(ADMIN))
    same("a login", status, 200)
    return {"X-Auth-Token": user["token"]}


def long_names(page):
    """The words of the other columns stay whole."""
    for path, body in (("account", {"name": "A" * 150}),
                       ("user", {"email": "l" * 50 + "@" + "o" * 60 + ".example.org",
                                 "account": "A" * 150})):
        status, _, answer = ask("POST", f"/rest/{path}", admin_login(), body)
        same(f"a long {path}: {answer}", status, 200)
    page.click("Users")
    page.heading("Users")
    page.find("//input[@name='search']").clear()
    page.find("//input[@name='search']").send_keys("l" * 50)
    page.click("Search")
    page.wait("only this", lambda: page.count("//tbody/tr") == 1)
    page.look("users-long")
    whole(page)
    status, _, made = ask("POST", "/rest/token", basic(ADMIN), {"name": "n" * 200,
                          "ttl": 86400 * 90, "scope": ["repo:read"], "addresses": ["10.0.0.0/8"]})
    same("a token", status, 200)
    secret(made["token"])
    page.click("Tokens")
    page.heading("Tokens")
    page.look("tokens-long")
    whole(page)
    same("revoked", ask("DELETE", "/rest/token/all", basic(ADMIN))[0], 200)
    page.click("Users")
    page.heading("Users")


def whole(page):
    """No word of the other columns is on two lines, and the page does not scroll sideways."""
    page.fits("long names")
    broken = page.js("""
        const found = [];
        for (const cell of document.querySelectorAll('tbody td')) {
            const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
            for (let text; (text = texts.nextNode());)
                for (const word of text.data.matchAll(/[^\\s@./-]{1,40}(?=\\s|$)/g)) {
                    const range = document.createRange();
                    if (text.data.length > 100)
                        continue;
                    range.setStart(text, word.index);
                    range.setEnd(text, word.index + word[0].length);
                    if (range.getClientRects().length > 1)
                        found.push(word[0]);
                }
        }
        return found;""")
    same("broken words", broken, [])


def last(page):
    """Nobody can shut out the last administrator."""
    open_only(page, "admin@example.org")
    page.click("Disable …")
    page.click("Disable")
    page.says("Nobody could administer the service after that.")
    page.click("Cancel")


def accounts(page):
    page.click("Accounts")
    page.heading("Accounts")
    page.says("99.87895")
    page.click("Add an account")
    page.fill("Name", "ACME")
    page.click("Add")
    page.says("Another account has it.")
    page.fill("Name", HOSTILE)
    page.fill("Balance", "12345678901234567.25")
    page.look("account-new")
    page.click("Add")
    page.says("The account is added.")
    page.says("12345678901234567.25")
    page.look("accounts")
    page.click(f"Change {HOSTILE}")
    page.choose("Level", "Level2")
    page.click("Save")
    page.says("Saved.")
    page.says("12345678901234567.25")
    page.click("Delete ACME")
    page.click("Delete")
    page.says("Users belong to this account.")
    page.click("Cancel")
    page.click(f"Delete {HOSTILE}")
    page.click("Delete")
    page.says("The account is deleted.")
    page.wait("it to go", lambda: HOSTILE not in page.find("//main").text)


def service(page):
    """The plots: requests that are made meanwhile are in them."""
    page.click("Service")
    page.heading("Service")
    page.says("Answers")
    page.says("Workers")
    page.says("1, the newest 0 days old")

    def busy():
        ask("GET", "/rest/auth", basic(ADMIN))
        ask("GET", "/rest/auth")
        return page.js("return document.querySelectorAll('path.line[d*=L]').length") >= 5
    page.wait("lines", busy)
    names = page.js("return [...document.querySelectorAll('.legend li')].map("
                    "node => node.textContent)")
    check("requests are counted", re.match(r"all ([1-9]|0\.[0-9]*[1-9])", names[0]), names)
    check("refusals too", re.match(r"refused ([1-9]|0\.[0-9]*[1-9])", names[1]), names)
    check("and their time", re.match(r"half of them [0-9.]+ ms", names[3]), names)
    check("and the throttle", names[-1].startswith("refused by it"), names)
    page.look("service")


def all_of_it(page):
    for part in (prepare, add, search, change, without_password, use, kept, last, accounts, long_names,
                 oneself, service):
        print(f"    {part.__name__}", flush=True)
        part(page)
