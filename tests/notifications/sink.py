"""A mail server that can fail at every point of the dialogue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tests.smtp import Received, SmtpSink


class FaultySink(SmtpSink):
    """Answers MAIL and RCPT as told, and may hang up when the mail is handed over.

    Each attribute gets the address (or the mail) and returns a reply; None: accept.
    """

    def __init__(self) -> None:
        super().__init__()
        self.at_mail: Callable[[str], str | None] = lambda sender: None
        self.at_rcpt: Callable[[str], str | None] = lambda recipient: None
        #: Hangs up after the mail was recorded, before the reply.
        self.drops: Callable[[Received], bool] = lambda mail: False

    def start(self) -> FaultySink:
        super().start()
        return self

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's name)
        self,
        server: Any,
        session: Any,
        envelope: Any,
        address: str,
        options: list[str],
    ) -> str:
        reply = await asyncio.to_thread(self.at_mail, address)
        if reply is None:
            envelope.mail_from = address
        return reply or "250 OK"

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self,
        server: Any,
        session: Any,
        envelope: Any,
        address: str,
        options: list[str],
    ) -> str:
        reply = await asyncio.to_thread(self.at_rcpt, address)
        if reply is None:
            envelope.rcpt_tos.append(address)
        elif reply == "hang up":
            server.transport.abort()
            return "421 gone"
        return reply or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        reply = await super().handle_DATA(server, session, envelope)
        if self.drops(self.received[-1]):
            server.transport.abort()
        return reply
