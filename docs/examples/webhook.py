#!/usr/bin/env python3
"""What an institution's server does with what it is told, with Python's own libraries, and openssl to check the signature.

    webhook.py --service URL --institution ID --seen FILE --signature SIGNATURE BODY

BODY is a file with the bytes that came, as they came; SIGNATURE the header Consigne-Signature. FILE keeps the ids that came before. A
server does the same in its handler: it answers 204 when `check` gives something, and 400 when it refuses. Format: docs/formats/webhook.md.
"""

import argparse
import base64
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

# What comes before 32 bytes to make them an Ed25519 public key for openssl (RFC 8410).
ED25519 = bytes.fromhex("302a300506032b6570032100")
# How long after it was sent something is taken, in seconds; clocks differ a little.
PATIENCE = 300


class Refused(Exception):
    """It was not told by the service, not to us, or not now."""


def b64(data: bytes) -> str:
    """Base64url without padding, as JOSE has it (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The other way round."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verifies(key: bytes, signed: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature is right."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"key": ED25519 + key, "signed": signed, "signature": signature}
        for name, data in files.items():
            pathlib.Path(folder, name).write_bytes(data)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-rawin", "-in", "signed", "-sigfile", "signature"]
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def check(keys: list[dict], institution: str, signature: str, body: bytes, now: datetime.datetime) -> dict:
    """What we are told, if the service tells it, to us, now. `keys`: those at /oauth/jwks.json; fetch them again when one is not known."""
    try:
        head, empty, last = signature.split(".")
        said = json.loads(unb64(head))
        name, kind, algorithm = said["kid"], said["typ"], said["alg"]
        signed_bytes = unb64(last)
    except (ValueError, KeyError, TypeError):
        raise Refused("that is no signature") from None
    # What is signed with the service's other keys, or for something else, is not for us.
    if empty or kind != "consigne-webhook" or algorithm != "EdDSA":
        raise Refused("that is a signature of something else")
    points = [unb64(key["x"]) for key in keys if key["kid"] == name and key["crv"] == "Ed25519"]
    if not points or not verifies(points[0], f"{head}.{b64(body)}".encode(), signed_bytes):
        raise Refused("the signature is wrong")
    told = json.loads(body)
    if told["institution"] != institution:
        raise Refused("that is for somebody else")
    sent = datetime.datetime.fromisoformat(told["sent_at"].replace("Z", "+00:00"))
    if abs((now - sent).total_seconds()) > PATIENCE:
        raise Refused("that was sent too long ago")
    return told


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ["--service", "--institution", "--seen", "--signature"]:
        parser.add_argument(option, required=True)
    parser.add_argument("body")
    given = parser.parse_args()
    with urllib.request.urlopen(given.service.rstrip("/") + "/oauth/jwks.json", timeout=10) as answer:
        keys = json.load(answer)["keys"]
    try:
        now = datetime.datetime.now(datetime.timezone.utc)
        told = check(keys, given.institution, given.signature, pathlib.Path(given.body).read_bytes(), now)
    except Refused as refused:
        sys.exit(f"refused: {refused}")
    seen = pathlib.Path(given.seen)
    # The same may come twice: it is answered with 204 all the same, and done once.
    known = seen.read_text().split() if seen.exists() else []
    if told["id"] in known:
        print("known already")
        return
    seen.write_text("\n".join([*known, told["id"]]) + "\n")
    print(f"{told['type']} {told['request']}")


if __name__ == "__main__":
    main()
