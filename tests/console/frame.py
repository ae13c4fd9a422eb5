# SPDX-License-Identifier: ISC
"""What is around the views: files, their headers, login and its end."""
import os

from browser import ask, check, same

USER = os.environ["E2E_USER"]

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
                               "img-src 'self'; connect-src 'self'; form-action 'none'; "
                               "base-uri 'none'; frame-ancestors 'none'; "
                               "require-trusted-types-for 'script'; trusted-types 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
    "Strict-Transport-Security": "max-age=31536000",
}
TYPES = {"": "text/html", "main.js": "text/javascript", "console.css": "text/css",
         "icon.svg": "image/svg+xml", "api.html": "text/html", "openapi.json": "application/json"}


def files():
    for name, kind in TYPES.items():
        status, headers, _ = ask("GET", f"/console/{name}")
        same(f"/console/{name}", status, 200)
        found = headers.get_content_type().replace("application/javascript", "text/javascript")
        same(f"type of {name}", found, kind)
        for header, value in HEADERS.items():
            same(f"{header} of {name}", headers.get_all(header), [value])
    same("another file", ask("GET", "/console/none.js")[0], 404)
    same("a file above", ask("GET", "/console/../doorward.conf")[0] in (400, 404), True)
    _, headers, _ = ask("GET", "/console")
    check("without the slash", "Content-Security-Policy" in headers, headers)


def all_of_it(page):
    page.look("login")
    page.click("Log in")
    page.says("This is needed.")
    name, password = USER.split(":")
    page.log_in(f"{name}:not-{password}", None)
    page.says("Wrong e-mail address or password.")
    same("after a wrong password", page.focused().get_attribute("name"), "password")
    page.look("login-wrong")
    page.log_in(USER)
    page.says("Alice Liddell")
    same("the address", page.driver.current_url.split("/console/")[1], "")
    page.driver.refresh()
    page.heading("Tokens")
    same("cookies", page.driver.get_cookies(), [])
    same("localStorage", page.js("return localStorage.length"), 0)
    page.click("Log out")
    page.says("You are logged out.")
    same("sessionStorage", page.js("return sessionStorage.length"), 0)
    page.log_in(f"{name}:not-{password}", None)
    page.says("Wrong e-mail address or password.")
    check("what was said before is gone", "You are logged out." not in page.text())
    for left in ("{", "null", "7", '{"jwt":"x"}', '{"jwt":"a.b.c","active_ms":"x"}'):
        page.js("sessionStorage.setItem('doorward', arguments[0])", left)
        page.driver.refresh()
        page.heading("Log in")
        same(f"what is left of {left}", page.js("return sessionStorage.length"), 0)
    page.log_in(USER)


def policy(page):
    """That the browser would have complained."""
    page.js("const s = document.createElement('p'); s.setAttribute('style', 'color: red');"
            "document.body.append(s)")
    found = page.complain()
    check("inline styles are refused", any("Content Security Policy" in line for line in found),
          found)
    refused = page.js("try { document.body.innerHTML = '<p>x</p>'; } catch { return true; }")
    check("markup is refused", refused)
