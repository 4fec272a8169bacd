"""Signs an invented person in at a demonstration and says what the contract's checks need, as lines of shell.

Usage: sign_in.py ADDRESS PERSON. Only Python's own library.
"""

import http.client
import json
import shlex
import sys
from urllib.parse import urlsplit


class Browser:
    """Keeps cookies as a browser on loopback does, and follows nothing by itself."""

    def __init__(self, address):
        self.address = address
        self.cookies = {}

    def ask(self, method, path, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method != "GET":
            headers["Origin"] = f"http://{self.address}"
        connection = http.client.HTTPConnection(self.address, timeout=30)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for line in answer.msg.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer, answer.read()

    def sign_in(self, person):
        path = f"/auth/holder/login?login_hint={person}"
        for _ in range(8):
            answer, body = self.ask("GET", path)
            if answer.status not in (302, 303, 307):
                sys.exit(f"signing in stopped at {path}: {answer.status} {body[:300]}")
            to = urlsplit(answer.headers["Location"])
            if to.netloc not in ("", self.address):
                sys.exit(f"signing in leads elsewhere: {to.netloc}")
            path = to.path + (f"?{to.query}" if to.query else "")
            if path == "/":
                return
        sys.exit("signing in goes round and round")


def deposit(browser, locker, title):
    metadata = json.dumps({"title": title, "kind": "logement.bail"})
    body = (
        f'--b\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{metadata}\r\n'
        '--b\r\nContent-Disposition: form-data; name="file"; filename="bail.txt"\r\n\r\n'
        f"Bail {title}\r\n--b--\r\n"
    )
    path = f"/api/v1/lockers/{locker}/documents"
    answer, told = browser.ask("POST", path, body.encode(), Content_Type="multipart/form-data; boundary=b")
    if answer.status != 201:
        sys.exit(f"deposit: {answer.status} {told[:300]}")
    return json.loads(told)


def open_locker(browser):
    told = json.loads(browser.ask("GET", "/api/v1/information")[1])
    body = json.dumps({"accepts": told["sha256"]}).encode()
    return json.loads(browser.ask("POST", "/api/v1/lockers", body, Content_Type="application/json")[1])["id"]


def main():
    address, person = sys.argv[1:]
    browser = Browser(address)
    browser.sign_in(person)
    me = json.loads(browser.ask("GET", "/api/v1/me")[1])
    locker = me["locker"] or open_locker(browser)
    paper = deposit(browser, locker, "for the contract")
    told = {
        "CONSIGNE_SESSION": browser.cookies["__Host-consigne"],
        "CONSIGNE_LOCKER": locker,
        "CONSIGNE_DOCUMENT": paper["id"],
        "CONSIGNE_VERSION": paper["version"],
    }
    for name, value in told.items():
        print(f"export {name}={shlex.quote(value)}")


if __name__ == "__main__":
    main()
