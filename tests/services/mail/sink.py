"""A mail server that delivers nowhere: keeps each letter in a file, one folder for each recipient.

How it behaves is told by the recipient's name: `refuse…` is refused, `later…` is told to come back, `cut…` gets no answer to the letter, whose
bytes it has. Usage: sink.py PORT FOLDER [STARTTLS-PORT TLS-PORT CERTIFICATE KEY]: without TLS, by STARTTLS alone, by TLS from the first byte.
"""

import asyncio
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP


class Keeps:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refuse"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later"):
            return "451 4.3.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            folder = self.folder / address
            folder.mkdir(parents=True, exist_ok=True)
            number = len(list(folder.iterdir()))
            (folder / f"{number}.eml").write_bytes(envelope.content)
        if any(address.startswith("cut") for address in envelope.rcpt_tos):
            server.transport.abort()
        return "250 OK"


async def main(port, folder, starttls=None, tls=None, certificate=None, key=None):
    loop = asyncio.get_running_loop()
    handler = Keeps(folder)

    def plain():
        return SMTP(handler, hostname="mail.test")

    servers = [await loop.create_server(plain, "127.0.0.1", int(port))]
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)

        def asks():
            return SMTP(handler, hostname="mail.test", tls_context=context, require_starttls=True)

        servers.append(await loop.create_server(asks, "127.0.0.1", int(starttls)))
        servers.append(await loop.create_server(plain, "127.0.0.1", int(tls), ssl=context))
    await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main(*sys.argv[1:]))
