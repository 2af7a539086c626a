"""A mail server that writes down what it takes, durably, before it says so, and that
knows which process handed it over.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path
from typing import Any

from tests.smtp import Received, SmtpSink

#: What `decide` may return instead of a reply. The mail is taken in each case.
DROP, HANG, DRIBBLE = "drop", "hang", "dribble"
HANG_SECONDS = 30


@dataclass(frozen=True)
class Copy:
    """One mail that was taken, whether or not the sender learnt of it."""

    at: float
    recipient: str
    message_id: str
    #: The process that handed it over; 0 if that had gone already.
    pid: int
    is_answered: bool


@dataclass(frozen=True)
class Offer:
    """A mail that is being handed over."""

    recipient: str
    #: How often it was offered before.
    before: int
    pid: int


class JournalSink(SmtpSink):
    """Takes mail, and fails as it is told to."""

    def __init__(self, journal: Path, senders: Callable[[], Iterable[int]]) -> None:
        super().__init__()
        self.copies: list[Copy] = []
        self.offers: dict[str, list[float]] = defaultdict(list)
        #: Says what becomes of a mail: a reply, or DROP, HANG, DRIBBLE.
        self.decide: Callable[[Offer], str] = lambda offer: "250 OK"
        self.at_mail: Callable[[], str | None] = lambda: None
        #: Asked with the recipient and the process.
        self.at_rcpt: Callable[[str, int], str | None] = lambda recipient, pid: None
        #: Seconds that each mail takes.
        self.pace = 0.0
        self._senders = senders
        self._journal = journal.open("a")
        self._lock = threading.Lock()

    def start(self) -> JournalSink:
        super().start()
        return self

    def stop(self) -> None:
        super().stop()
        self._journal.close()

    @property
    def addresses(self) -> Counter[str]:
        """How many copies each recipient has."""
        return Counter(copy.recipient for copy in list(self.copies))

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        reply = self.at_mail()
        if reply is None:
            envelope.mail_from = address
        return reply or "250 OK"

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self.offers[address].append(time.monotonic())
        reply = self.at_rcpt(address, self._sender(session))
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 OK"

    async def handle_DATA(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        if self.pace:
            await asyncio.sleep(self.pace)
        [recipient] = envelope.rcpt_tos
        pid = self._sender(session)
        reply = self.decide(
            Offer(recipient, before=len(self.offers[recipient]) - 1, pid=pid)
        )
        if reply[:1] in "45":
            return reply
        headers = BytesHeaderParser(policy=default).parsebytes(envelope.content)
        self._write_down(
            Copy(
                time.time(),
                recipient,
                str(headers["Message-ID"]),
                pid,
                is_answered=reply[:1] == "2",
            )
        )
        self.received.append(Received(envelope.mail_from or "", [recipient], b""))
        return await self._answer(server, reply)

    def _write_down(self, copy: Copy) -> None:
        with self._lock:
            self._journal.write(json.dumps(asdict(copy)) + "\n")
            self._journal.flush()
            os.fsync(self._journal.fileno())
            self.copies.append(copy)

    async def _answer(self, server: Any, reply: str) -> str:
        if reply == DROP:
            server.transport.abort()
        elif reply in {HANG, DRIBBLE}:
            until = time.monotonic() + HANG_SECONDS
            while time.monotonic() < until and not server.transport.is_closing():
                if reply == DRIBBLE:
                    server.transport.write(b"2")
                await asyncio.sleep(0.2)
            server.transport.abort()
        else:
            return reply
        return "421 gone"

    def _sender(self, session: Any) -> int:
        if not hasattr(session, "sender"):
            session.sender = owner(session.peer[1], self.port, self._senders())
        return int(session.sender)


def owner(port: int, server_port: int, candidates: Iterable[int]) -> int:
    """Return which of these processes holds the connection from a port, or 0."""
    ends = (f":{port:04X}", f":{server_port:04X}")
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(ends[0]) and fields[2].endswith(ends[1]):
            wanted = f"socket:[{fields[9]}]"
            break
    else:
        return 0
    for pid in candidates:
        with suppress(OSError):
            for file in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    if str(file.readlink()) == wanted:
                        return pid
    return 0
