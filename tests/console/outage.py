# SPDX-License-Identifier: ISC
"""When the service does not answer, or says no."""
import os
import re
import signal

from admin import ADMIN
from browser import DIR, ask, check, same

SOCKET = os.environ["E2E_SOCKET"]


def come_back(page):
    """lighttpd tries again a second after a failed connection."""
    os.chmod(SOCKET, 0o660)
    page.wait("the service", lambda: ask("GET", "/rest/auth")[0] == 401)


def without_service(page):
    """The web server answers 502 or 503 itself."""
    os.chmod(SOCKET, 0)
    page.click("Tokens")
    page.heading("That did not work")
    page.says("The service does not answer its web server.")
    check("it does not know what changed", "changed" not in page.find("//main").text)
    page.look("down")
    page.driver.refresh()
    page.heading("doorward")
    come_back(page)
    page.click("Try again")
    page.heading("Tokens")
    page.click("New token")
    page.heading("New token")
    page.fill("Name", "made in spite of it")
    os.chmod(SOCKET, 0)
    page.click("Make the token")
    page.says("The service does not answer its web server.")
    same("what was typed", page.input("Name").get_attribute("value"), "made in spite of it")
    come_back(page)
    page.click("Make the token")
    page.says("Copy it now.")


def without_network(page):
    offline = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    page.driver.execute_cdp_cmd("Network.enable", {})
    page.driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    page.click("Sessions")
    page.says("The service cannot be reached.")
    page.click("Log out")
    page.says("but the service could not be told")
    page.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {**offline, "offline": False})
    page.log_in(ADMIN, "Sessions")


def without_administration(page):
    """Switched off while somebody is in the middle of it."""
    page.open("#users")
    page.heading("Users")
    with open(f"{DIR}/doorward.conf") as file:
        conf = file.read()
    with open(f"{DIR}/doorward.conf", "w") as file:
        file.write(conf.replace("admin_api = yes", "admin_api = no"))
    os.kill(int(os.environ["E2E_PID"]), signal.SIGHUP)
    page.wait("the reload", lambda: ask("GET", "/rest/user/list")[0] == 404)
    page.click("Accounts")
    page.says("admin_api = yes in doorward.conf permits it.")


def with_throttle(page):
    """After wrong passwords: 429, with the time to wait."""
    path = f"{DIR}/doorward.conf"
    with open(path) as file:
        conf = file.read()
    with open(path, "w") as file:
        file.write(conf.replace("admin_api = no", "admin_api = yes")
                   .replace("throttle = no", "throttle = yes\nthrottle_first_s = 60\n"
                            "throttle_account_failures = 2"))
    os.kill(int(os.environ["E2E_PID"]), signal.SIGHUP)
    page.wait("the reload", lambda: ask("GET", "/rest/user/list")[0] == 401)
    page.click("Log out")
    for number in range(2):
        page.log_in(f"{ADMIN.split(':')[0]}:wrong-{number}", None)
        page.says("Wrong e-mail address or password.")
    page.log_in(f"{ADMIN.split(':')[0]}:wrong-again", None)
    # a second may have passed already
    page.wait("the time to wait", lambda: re.search(
        r"Too many tries\. Try again in (1 minute|[1-5]\d seconds)\.", page.text()))
    page.look("throttled")


def all_of_it(page):
    page.log_in(ADMIN)
    for part in (without_service, without_network, without_administration, with_throttle):
        print(f"    {part.__name__}", flush=True)
        part(page)
