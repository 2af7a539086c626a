"""An SMTP server that remembers what it received and can be told to misbehave."""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

WAIT_SECONDS = 240


@dataclass(frozen=True)
class Received:
    """One mail as it arrived."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return email.message_from_bytes(self.content, policy=email.policy.default)

    @property
    def message_id(self) -> str:
        """The Message-ID, by which copies are recognised."""
        return str(self.message["Message-ID"])


class SmtpSink:
    """Accepts mail on a free port of this machine; `answer` decides what it says.

    `answer` gets each mail after it was recorded and returns the reply to DATA; put
    another in its place to refuse or delay mail.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answer: Callable[[Received], str] = lambda mail: "250 Accepted"
        self._arrived = threading.Condition()
        self._controller = _FreePortController(self)

    @property
    def url(self) -> str:
        """The address as EMAIL_URL gives it to another process."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._controller.bound_port

    def start(self) -> SmtpSink:
        """Begin to listen."""
        self._controller.start()
        return self

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()

    def wait_for(self, number: int) -> list[Received]:
        """Return when this many mails have arrived; fail if they do not."""
        deadline = time.monotonic() + WAIT_SECONDS
        with self._arrived:
            while len(self.received) < number:
                left = deadline - time.monotonic()
                assert left > 0, f"{len(self.received)} of {number} mails arrived"
                self._arrived.wait(left)
            return list(self.received)

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Record one mail, then answer."""
        mail = Received(
            sender=envelope.mail_from or "",
            recipients=list(envelope.rcpt_tos),
            content=envelope.original_content or b"",
        )
        with self._arrived:
            self.received.append(mail)
            self._arrived.notify_all()
        return await asyncio.to_thread(self.answer, mail)


class _FreePortController(Controller):
    """Listens on a port that the system picks, and says which."""

    def __init__(self, handler: SmtpSink) -> None:
        super().__init__(handler, hostname="127.0.0.1", port=0)

    @property
    def bound_port(self) -> int:
        sockets: Any = getattr(self.server, "sockets")  # noqa: B009 (any loop's server)
        return int(sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        # The original connects to the port it was given, which is 0 here.
        self.port = self.bound_port
        super()._trigger_server()

    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=True, hostname="localhost")
