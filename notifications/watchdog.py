"""Ends a conversation that takes too long, however busy the other side seems.

Socket timeouts count anew with every byte, so that a server that dribbles could hold a
sender for hours.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Protocol


class Conversation(Protocol):
    """Whatever talks over a socket, once it has one."""

    @property
    def sock(self) -> socket.socket | None:
        """The socket in use."""


@contextlib.contextmanager
def cut_off(conversation: Conversation, seconds: float) -> Iterator[threading.Event]:
    """Shut the socket down when the block takes longer; reads and writes then fail.

    The event tells whether that happened: a read may also end as if all were said.
    """
    happened = threading.Event()

    def cut() -> None:
        happened.set()
        if conversation.sock is not None:
            with contextlib.suppress(OSError):
                # Not the TLS layer's own shutdown, which is not safe from here.
                socket.socket.shutdown(conversation.sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield happened
    finally:
        timer.cancel()
