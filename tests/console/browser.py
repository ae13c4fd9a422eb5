# SPDX-License-Identifier: ISC
"""A real Chromium that looks at the console of the stack (tests/e2e/stack.sh), and what its
tests ask of it.  All waits are for something that happens; none is for a time."""
import base64
import hashlib
import json
import os
import ssl
import subprocess
import sys
import urllib.error
import urllib.request

from selenium import webdriver
from selenium.common.exceptions import (NoSuchElementException, StaleElementReferenceException,
                                        TimeoutException)
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

HTTPS = os.environ["E2E_HTTPS"]
DIR = os.environ["E2E_DIR"]
KIND = os.environ["E2E_KIND"]
SHOTS = (os.path.abspath("tests/console/shots") if os.access("tests", os.W_OK) else
         os.path.join(DIR, "shots"))
PATIENCE_S = 30

failures = []


def check(row, right, found=""):
    if not right:
        print(f"FAIL: {row}: {found!r}", file=sys.stderr)
        failures.append(row)


def same(row, found, wanted):
    check(row, found == wanted, f"{found}, not {wanted}")


def secret(text):
    """It must not be in any log: stack.sh looks."""
    with open(os.path.join(DIR, "secrets"), "a") as out:
        out.write(text + "\n")


def ctl(*args, password=None):
    return subprocess.run([os.environ["E2E_CTL"], *args], input=password, text=True, check=True,
                          capture_output=True).stdout


def ask(method, path, headers=None, body=None):
    """A request past the browser: status, headers, payload or text."""
    context = ssl.create_default_context(cafile=os.environ["E2E_CA"])
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                         urllib.request.HTTPSHandler(context=context))
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(HTTPS + path, data, method=method, headers={
        "Content-Type": "application/json", **(headers or {})})
    try:
        answer = opener.open(request, timeout=PATIENCE_S)
    except urllib.error.HTTPError as error:
        answer = error
    text = answer.read()
    try:
        text = json.loads(text).get("payload")
    except ValueError:
        pass
    return answer.status, answer.headers, text


def basic(user):
    return {"Authorization": "Basic " + base64.b64encode(user.encode()).decode()}


def key_hash():
    """Chromium trusts this key alone."""
    public = subprocess.run(["openssl", "x509", "-in", f"{DIR}/tls/server.pem", "-pubkey",
                             "-noout"], capture_output=True, check=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=public,
                         capture_output=True, check=True).stdout
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


def start():
    home = os.path.join(DIR, "browser")
    os.makedirs(home, exist_ok=True)
    os.environ.update(HOME=home, XDG_CONFIG_HOME=home, XDG_CACHE_HOME=home)
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                     "--no-proxy-server", "--disable-background-networking", "--no-first-run",
                     "--force-prefers-reduced-motion", "--lang=en-GB",
                     "--window-size=1280,900", f"--user-data-dir={home}/profile",
                     f"--ignore-certificate-errors-spki-list={key_hash()}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    driver.set_script_timeout(PATIENCE_S)
    return Browser(driver)


def quoted(text):
    """A text as XPath writes it."""
    parts = "', \"'\", '".join(text.split("'"))
    return f"concat('{parts}', '')"


class Browser:
    def __init__(self, driver):
        self.driver = driver
        self.complaints = []

    # --- waiting ------------------------------------------------------------------

    def wait(self, what, condition):
        ignored = (NoSuchElementException, StaleElementReferenceException)
        try:
            return WebDriverWait(self.driver, PATIENCE_S, 0.05, ignored).until(
                lambda _: condition())
        except TimeoutException:
            self.shot(f"failed-{len(failures)}")
            raise AssertionError(f"{what}: not seen; the page says: {self.text()}") from None

    def fresh(self):
        """Nobody is logged in."""
        # a file without scripts: a page that still logs in would write after this
        self.open("console.css")
        self.js("sessionStorage.clear()")
        self.open()
        self.heading("Log in")

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def says(self, text):
        self.wait(text, lambda: text in self.text())

    def silent(self, text):
        self.wait(f"no {text}", lambda: text not in self.text())

    def heading(self, text):
        """The view is there, and complete."""
        def there():
            main = self.driver.find_element(By.ID, "main")
            return (main.get_attribute("aria-busy") is None and
                    main.find_element(By.TAG_NAME, "h1").text == text)
        self.wait(f"the view {text}", there)

    # --- acting -------------------------------------------------------------------

    def open(self, place=""):
        self.driver.get(f"{HTTPS}/console/{place}")

    def js(self, script, *args):
        return self.driver.execute_script(script, *args)

    def find(self, path):
        return self.wait(path, lambda: self.driver.find_element(By.XPATH, path))

    def count(self, path):
        return len(self.driver.find_elements(By.XPATH, path))

    def click(self, label):
        """A button or link, by what it says to a screen reader; in a dialog if there is one."""
        top = "//dialog" if self.count("//dialog[@open]") else ""
        text = quoted(label)
        path = (f"{top}//*[self::button or self::a][@aria-label={text} or "
                f"(not(@aria-label) and normalize-space()={text})]")
        self.wait(label, lambda: self.driver.find_element(By.XPATH, path).click() or True)

    def click_summary(self, text):
        """Opens, or closes, what has exactly this code in its summary."""
        path = f"//summary[code[text()={quoted(text)}]]"
        self.wait(text, lambda: [node.click() for node in self.driver.find_elements(
            By.XPATH, path) if node.is_displayed()])

    def input(self, label):
        top = "//dialog" if self.count("//dialog[@open]") else ""
        number = self.find(f"{top}//label[normalize-space()={quoted(label)}]")
        inner = number.find_elements(By.TAG_NAME, "input")
        return inner[0] if inner else self.driver.find_element(
            By.ID, number.get_attribute("for"))

    def fill(self, label, value):
        field = self.input(label)
        field.clear()
        field.send_keys(value)

    def choose(self, label, option):
        path = f".//option[normalize-space()={quoted(option)}]"
        self.input(label).find_element(By.XPATH, path).click()

    def press(self, *keys):
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def tab(self, back=False):
        keys = webdriver.ActionChains(self.driver)
        if back:
            keys.key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
        else:
            keys.send_keys(Keys.TAB).perform()

    def focused(self):
        return self.driver.switch_to.active_element

    def log_in(self, user, heading="Tokens"):
        name, password = user.split(":", 1)
        self.heading("Log in")
        self.fill("E-mail address", name)
        self.fill("Password", password)
        self.click("Log in")
        if heading:
            self.heading(heading)

    # --- looking ------------------------------------------------------------------

    def size(self, width, height, scale=1):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": False})

    def theme(self, name):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": name}]})

    def shot(self, name, picture=False):
        os.makedirs(SHOTS, exist_ok=True)
        file = f"{name}.png" if picture else f"{KIND}-{name}.png"
        self.driver.save_screenshot(os.path.join(SHOTS, file))

    def fits(self, row):
        found = self.js("return [document.documentElement.scrollWidth, innerWidth]")
        check(f"{row}: no scrolling sideways", found[0] <= found[1], found)

    def look(self, name):
        """A view in both themes, at 1280 and 320 pixels and at 400 %, for a person and axe."""
        for theme in ("light", "dark"):
            self.theme(theme)
            self.size(1280, 900)
            self.shot(f"{name}-{theme}")
            self.accessible(f"{name}, {theme}")
            self.size(320, 640)
            self.fits(f"{name} at 320 pixels")
            self.shot(f"{name}-{theme}-320")
            if theme == "light":
                self.accessible(f"{name}, 320 pixels")
        self.size(320, 225, 4)
        self.fits(f"{name} at 400 %")
        self.size(1280, 900)
        self.theme("light")

    def accessible(self, row):
        source = axe_source()
        if not source:
            return
        if not self.js("return Boolean(window.axe)"):
            self.js(source)
        found = self.driver.execute_async_script("""
            const done = arguments[0];
            axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
                'best-practice'] }).then(r => done(r.violations.map(v =>
                [v.id, v.nodes.map(n => n.html.slice(0, 160))])), e => done([String(e)]));""")
        same(f"{row}: axe", found, [])

    def complain(self):
        """What the browser's console says, without failed requests."""
        for entry in self.driver.get_log("browser"):
            if entry["source"] != "network" or "Content Security" in entry["message"]:
                self.complaints.append(entry["message"])
        return self.complaints


AXE_VERSION = "4.14.0"
_axe = None


def axe_source():
    """axe-core from npm; empty, once said, where that cannot be had."""
    global _axe
    if _axe is None:
        place = os.path.join(DIR, "axe")
        os.makedirs(place, exist_ok=True)
        try:
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund",
                            "--ignore-scripts", "--prefix", place, f"axe-core@{AXE_VERSION}"],
                           check=True, capture_output=True, timeout=PATIENCE_S)
            with open(f"{place}/node_modules/axe-core/axe.min.js") as source:
                _axe = source.read()
        except (OSError, subprocess.SubprocessError) as error:
            print(f"axe-core cannot be had from npm: skipped ({error})", file=sys.stderr)
            _axe = ""
    return _axe


TAB, ENTER, ESCAPE, SPACE = Keys.TAB, Keys.ENTER, Keys.ESCAPE, Keys.SPACE
