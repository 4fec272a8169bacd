#!/usr/bin/env python3
"""What an institution's program does, from its key to the papers: with Python's own libraries, and openssl to sign.

    institution.py key KEY.pem KEYS.json
        Makes a key, and the set with its public half. The operator of the service registers the set:
        consigne institution register --name … --legal-basis … --kind … --keys KEYS.json

    institution.py ask REQUEST.json          asks somebody for papers; prints the code to give them
    institution.py status REQUEST            how far it has come, and what was handed over
    institution.py fetch SHARE FOLDER        fetches what was handed over, paper by paper, and checks it
    institution.py bundle SHARE FOLDER       fetches it as one ZIP and as one PDF, with the signed receipt, and checks all of it
    institution.py deposit REQUEST METADATA.json FILE
        Deposits a paper, signed, where the person agreed to a request that has `deposits`; METADATA.json has title, kind, issued_on

All but the first take --service URL --institution ID --key KEY.pem, and --reader NAME: for whom you read. The person sees that name.
"""

import argparse
import base64
import hashlib
import io
import json
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zipfile

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY_NAME = "first"


def b64(data: bytes) -> str:
    """Base64url without padding, as JOSE has it (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments: str, data: bytes = b"") -> bytes:
    """One openssl command."""
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


def make_key(key: str, keys: str) -> None:
    """An Ed25519 key, for this program alone; and its public half, which is no secret."""
    openssl("genpkey", "-algorithm", "ed25519", "-out", key)
    pathlib.Path(key).chmod(0o600)
    public = openssl("pkey", "-in", key, "-pubout", "-outform", "DER")[-32:]
    one = {"kty": "OKP", "crv": "Ed25519", "x": b64(public), "kid": KEY_NAME}
    pathlib.Path(keys).write_text(json.dumps({"keys": [one]}, indent=2) + "\n")


class Refused(Exception):
    """The service said no: its status, and its words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status}: {words}")
        self.status = status


class Consigne:
    """The service, as an institution's program sees it."""

    def __init__(self, service: str, institution: str, key: str) -> None:
        self.service, self.institution, self.key = service.rstrip("/"), institution, key
        self.token, self.until = "", 0.0

    def call(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
        """One request; the body of its answer."""
        request = urllib.request.Request(self.service + path, body, headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            told = json.loads(error.read() or b"{}")
            raise Refused(error.code, told.get("detail") or told.get("error_description") or "") from None

    def signed(self, head: dict, payload: bytes) -> tuple[str, str, str]:
        """The three parts of a JWS (RFC 7515): header, payload, signature."""
        parts = b64(json.dumps(head).encode()), b64(payload)
        # openssl signs files: a pipe has no length.
        with_bytes = pathlib.Path(self.key + ".signing")
        with_bytes.write_bytes(".".join(parts).encode())
        try:
            signature = openssl("pkeyutl", "-sign", "-inkey", self.key, "-rawin", "-in", str(with_bytes))
        finally:
            with_bytes.unlink()
        return *parts, b64(signature)

    def assertion(self) -> str:
        """Whose program this is, signed. Each has a name of its own: it is taken once."""
        head = {"alg": "EdDSA", "kid": KEY_NAME, "typ": "JWT"}
        claims = {
            "iss": self.institution, "sub": self.institution, "aud": self.service + "/oauth/token",
            "exp": int(time.time()) + 60, "jti": str(uuid.uuid4()),
        }
        return ".".join(self.signed(head, json.dumps(claims).encode()))

    def of_paper(self, metadata: dict, content: bytes) -> str:
        """A signature of a paper, without what it is of: docs/formats/issued.md."""
        text = json.dumps(
            {
                "institution": self.institution, "issued_on": metadata["issued_on"], "kind": metadata["kind"],
                "sha256": hashlib.sha256(content).hexdigest(),
            },
            separators=(",", ":"),
        )
        head, _, signature = self.signed({"alg": "EdDSA", "kid": KEY_NAME, "typ": "consigne-issued"}, text.encode())
        return f"{head}..{signature}"

    def deposit(self, agreement: str, metadata: dict, name: str, content: bytes, repeat_key: str) -> dict:
        """Deposits a paper. Sent again with the same key, nothing is added twice."""
        told = metadata | {"sha256": hashlib.sha256(content).hexdigest(), "signature": self.of_paper(metadata, content)}
        edge = uuid.uuid4().hex
        lines = [
            f"--{edge}", 'Content-Disposition: form-data; name="metadata"', "", json.dumps(told),
            f"--{edge}", f'Content-Disposition: form-data; name="file"; filename="{urllib.parse.quote(name)}"', "", "",
        ]
        body = "\r\n".join(lines).encode() + content + f"\r\n--{edge}--\r\n".encode()
        headers = self.bearer() | {"Content-Type": f"multipart/form-data; boundary={edge}", "Idempotency-Key": repeat_key}
        return json.loads(self.call("POST", f"/api/v1/agreements/{agreement}/documents", body, headers))

    def bearer(self) -> dict[str, str]:
        """A token that is good for a while yet."""
        if time.time() > self.until:
            form = {"grant_type": "client_credentials", "client_assertion_type": JWT_BEARER, "client_assertion": self.assertion()}
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            given = json.loads(self.call("POST", "/oauth/token", urllib.parse.urlencode(form).encode(), headers))
            self.token, self.until = given["access_token"], time.time() + given["expires_in"] - 30
        return {"Authorization": "Bearer " + self.token}

    def ask(self, request: dict) -> dict:
        """Asks somebody for papers. The code is told once: give it to them, and to nobody else."""
        headers = self.bearer() | {"Content-Type": "application/json"}
        return json.loads(self.call("POST", "/api/v1/requests", json.dumps(request).encode(), headers))

    def status(self, request: str) -> dict:
        """How far a request has come."""
        return json.loads(self.call("GET", "/api/v1/requests/" + request, headers=self.bearer()))

    def share(self, share: str) -> dict:
        """What was handed over: whose, what for, until when, which papers."""
        return json.loads(self.call("GET", "/api/v1/shares/" + share, headers=self.bearer()))

    def paper(self, share: str, place: int, reader: str) -> bytes:
        """One of its papers. The person reads in their journal that it was opened, and for whom."""
        headers = self.bearer() | ({"Consigne-Reader": urllib.parse.quote(reader)} if reader else {})
        return self.call("GET", f"/api/v1/shares/{share}/papers/{place}/content", headers=headers)


    def whole(self, share: str, what: str, reader: str) -> bytes:
        """All of it in one file: `archive`, a ZIP of what was added; `merged`, a PDF of copies; `receipt`, signed."""
        headers = self.bearer() | ({"Consigne-Reader": urllib.parse.quote(reader)} if reader else {})
        return self.call("GET", f"/api/v1/shares/{share}/{what}", headers=headers)


def unb64(text: str) -> bytes:
    """Reads base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def receipt_of(consigne: Consigne, share: str, folder: pathlib.Path) -> dict:
    """The receipt, whose signature is checked with the key that the service publishes for receipts."""
    signed = json.loads(consigne.whole(share, "receipt", ""))
    head = json.loads(unb64(signed["protected"]))
    if (head["alg"], head["typ"]) != ("EdDSA", "consigne-receipt+jwt"):
        raise SystemExit("not a receipt")
    keys = json.loads(consigne.call("GET", "/oauth/jwks.json"))["keys"]
    key = next(key for key in keys if key["kid"] == head["kid"])
    # An Ed25519 public key as openssl reads it: what it is (RFC 8410), then its 32 bytes.
    files = {"key": bytes.fromhex("302a300506032b6570032100") + unb64(key["x"]), "signature": unb64(signed["signature"])}
    files["signed"] = f"{signed['protected']}.{signed['payload']}".encode()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    try:
        openssl("pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", str(folder / "key"), "-rawin",
                "-in", str(folder / "signed"), "-sigfile", str(folder / "signature"))
    finally:
        for name in files:
            (folder / name).unlink()
    (folder / "receipt.json").write_text(json.dumps(signed, indent=2) + "\n")
    return json.loads(unb64(signed["payload"]))


def bundle(consigne: Consigne, share: str, to: str, reader: str) -> None:
    """Fetches everything in one go: each paper must be what the signed receipt says."""
    folder = pathlib.Path(to)
    folder.mkdir(parents=True, exist_ok=True)
    receipt = receipt_of(consigne, share, folder)
    print(f"receipt: {receipt['holder']} to {receipt['institution']['name']}, until {receipt['until']}, signature checked")
    sums = {paper["place"]: paper["sha256"] for paper in receipt["papers"]}
    archive = consigne.whole(share, "archive", reader)
    with zipfile.ZipFile(io.BytesIO(archive)) as papers:
        for paper in json.loads(papers.read("liste.json"))["papers"]:
            if "left_out" in paper:
                print(f"{paper['title']}: not there ({paper['left_out']})")
            elif hashlib.sha256(papers.read(paper["file"])).hexdigest() != sums[paper["place"]]:
                raise SystemExit(f"{paper['title']}: not what was handed over")
            else:
                print(f"{paper['file']}: checked")
    (folder / "papers.zip").write_bytes(archive)
    merged = consigne.whole(share, "merged", reader)
    (folder / "papers.pdf").write_bytes(merged)
    print(f"papers.pdf: {len(merged)} bytes, copies of what can be put in a PDF")


def fetch(consigne: Consigne, share: str, folder: str, reader: str) -> None:
    """Fetches what was handed over. What is not what it should be is not kept."""
    told = consigne.share(share)
    print(f"{told['holder']}: {told['purpose']}, until {told['until']}")
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for paper in told["papers"]:
        content = consigne.paper(share, paper["place"], reader)
        if hashlib.sha256(content).hexdigest() != paper["sha256"]:
            raise SystemExit(f"{paper['title']}: not what was handed over")
        # A name that somebody gave: its place before it, and no folder of its own.
        name = f"{paper['place']}-{pathlib.PurePosixPath(paper['file_name']).name}"
        pathlib.Path(folder, name).write_bytes(content)
        print(f"{name}: {paper['title']}, {len(content)} bytes, checked")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["key", "ask", "status", "fetch", "bundle", "deposit"])
    parser.add_argument("arguments", nargs="+")
    for option in ["--service", "--institution", "--key", "--reader"]:
        parser.add_argument(option, default="")
    given = parser.parse_args()
    if given.command == "key":
        make_key(*given.arguments)
        return
    consigne = Consigne(given.service, given.institution, given.key)
    try:
        if given.command == "ask":
            made = consigne.ask(json.loads(pathlib.Path(given.arguments[0]).read_text()))
            print(f"request: {made['id']}\ncode: {made['code']}\nuntil: {made['until']}")
        elif given.command == "status":
            told = consigne.status(given.arguments[0])
            print(f"status: {told['status']}")
            print(f"share: {told['share']}" if "share" in told else "nothing was handed over yet")
        elif given.command == "bundle":
            bundle(consigne, given.arguments[0], given.arguments[1], given.reader)
        elif given.command == "deposit":
            agreement, metadata, file = given.arguments
            content, told = pathlib.Path(file).read_bytes(), json.loads(pathlib.Path(metadata).read_text())
            # The same file is deposited once, however often this is run.
            repeat_key = hashlib.sha256(content).hexdigest()
            made = consigne.deposit(agreement, told, pathlib.Path(file).name, content, repeat_key)
            print(f"deposited: {made['id']}")
        else:
            fetch(consigne, given.arguments[0], given.arguments[1], given.reader)
    except Refused as refused:
        sys.exit(f"the service said no: {refused}")


if __name__ == "__main__":
    main()
