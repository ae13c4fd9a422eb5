# SPDX-License-Identifier: ISC
"""A client of doorward: see README."""
import base64
import json
import os
import sys
import urllib.error
import urllib.request


def ask(method, path, credential, body=None):
    """The payload of the answer; urllib.error.HTTPError if the service refuses."""
    headers = {"Authorization": credential, "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(os.environ["DOORWARD_URL"] + path, data, headers,
                                     method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["payload"]


def main():
    login = base64.b64encode(os.environ["DOORWARD_LOGIN"].encode()).decode()
    jwt = "Bearer " + ask("GET", "/rest/auth", "Basic " + login)["token"]
    print("logged in as", ask("GET", "/rest/auth", jwt)["email"])
    made = ask("POST", "/rest/token", jwt, {"name": "example", "ttl": 3600})
    bearer = "Bearer " + made["token"]
    print("used", ask("GET", "/rest/token/list", bearer)[0]["name"])
    print("revoked", ask("DELETE", "/rest/token/" + made["uuid"], bearer)["name"])
    try:
        ask("GET", "/rest/token/list", bearer)
    except urllib.error.HTTPError as error:
        print("refused with", error.code)


try:
    main()
except urllib.error.URLError as error:
    sys.exit(str(error))
