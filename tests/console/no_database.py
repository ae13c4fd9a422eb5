# SPDX-License-Identifier: ISC
"""When the service answers, and its database server does not: stack.sh with E2E_STORE=mariadb."""
import os
import signal
import subprocess

from browser import DIR, ask, basic, check, same

USER = os.environ["E2E_USER"]


def answers():
    return ask("GET", "/rest/auth", basic(USER))


def all_of_it(page):
    page.log_in(USER)
    with open(f"{DIR}/db/mariadb.pid") as file:
        os.kill(int(file.read()), signal.SIGKILL)
    page.wait("the outage", lambda: answers()[0] == 503)
    check("Retry-After", answers()[1]["Retry-After"])
    page.click("Sessions")
    page.heading("That did not work")
    page.says("The service is busy, or its database cannot be reached. Try again in a moment.")
    page.look("no-database")
    page.click("Log out")
    page.says("but the service could not be told")
    page.log_in(USER, None)
    page.says("The service is busy, or its database cannot be reached.")
    database = subprocess.Popen([f"{DIR}/database"])
    page.wait("the database", lambda: answers()[0] == 200)
    page.log_in(USER, "Sessions")
    same("what the page says", page.count("//*[@role='alert']"), 0)
    check("the database server goes on", database.poll() is None)
