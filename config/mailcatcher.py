"""An SMTP server that delivers nothing: each mail becomes a file one can open.

`python -m config.mailcatcher` serves `make demo` and development, on this machine only.
"""

import argparse
import asyncio
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings

LARGEST_MAIL = 25_000_000  # bytes


class Mailbox:
    """Writes what it receives to one `.eml` file per mail."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.directory.mkdir(parents=True, exist_ok=True)
        self._number = 0

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Store one mail; only a file that is complete ends in `.eml`."""
        self._number += 1
        moment = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H%M%S")
        file = self.directory / f"{moment}-{os.getpid()}-{self._number:04}.eml"
        part = file.with_suffix(".part")
        sender = f"X-Envelope-From: {envelope.mail_from}\r\n"
        recipients = f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        mail = envelope.original_content or b""
        part.write_bytes((sender + recipients).encode() + mail)
        part.rename(file)
        return "250 Kept"


async def serve(directory: Path, port: int) -> None:
    """Receive mail on this machine's own address until SIGTERM or SIGINT."""
    mailbox = Mailbox(directory)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(
        lambda: SMTP(
            mailbox,
            hostname="localhost",
            enable_SMTPUTF8=True,
            loop=loop,
            data_size_limit=LARGEST_MAIL,
        ),
        host="127.0.0.1",
        port=port,
    )
    async with server:
        await stopped.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="Catch mail in files.")
    parser.add_argument("--port", type=int, default=settings.EMAIL_PORT)
    parser.add_argument("--mailbox", type=Path, default=settings.VAR_DIR / "mailbox")
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.mailbox, arguments.port))


if __name__ == "__main__":
    main()
